# Minhu. `make help` lists what there is.
.DEFAULT_GOAL := help
SHELL := /bin/bash
RASA_PYTHON := .venv-rasa/bin/python
# A machine may forbid Python to keep what it has compiled: each start would take twice as long.
unexport PYTHONDONTWRITEBYTECODE

help:  ## show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

setup:  ## install both environments and train the model, where stale
	@requirements/install.sh
	@.venv/bin/minhu train

dev:  ## the same, with what `make check` and `make test` need
	@requirements/install.sh dev
	@.venv/bin/minhu train

run: setup  ## start everything on 127.0.0.1 (Ctrl-C stops all of it)
	@.venv/bin/minhu up

check: dev  ## format, lint, types, directions, sizes
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	.venv/bin/pytest -q tests/architecture

quick:  ## unit tests that need no trained model
	@test -x .venv/bin/pytest || { echo "there is no .venv: run \`make dev\` first" >&2; exit 1; }
	.venv/bin/pytest --numprocesses 2 --hypothesis-profile quick -m "not model" tests/unit

test: dev  ## the whole suite, Rasa included
	.venv/bin/pytest --numprocesses 3
	.venv/bin/minhu rasa-test

eval: dev  ## measure understanding on sets that were never trained on
	.venv/bin/python -m tests.eval

calibrate: dev  ## measure anew how sure the router may be (data/routing_confidence.json)
	.venv/bin/python -m tests.eval.calibrate

docs:  ## print the pages of docs/ that come from the table, the contracts and the formulas
	.venv/bin/python -m backend.doc_pages.lifecycle > docs/lifecycle.md
	.venv/bin/python -m backend.doc_pages.sources > docs/sources.md
	.venv/bin/python -m backend.doc_pages.measures > docs/measures.md
	.venv/bin/python -m backend.doc_pages.topics > docs/topics.md
	.venv/bin/python -m backend.doc_pages.alerts > docs/alerts.md

pictures: dev  ## take the pictures of the documents anew
	MINHU_WRITE_PICTURES=1 .venv/bin/pytest -q tests/e2e/test_chat_page.py -k test_pictures

bench: setup  ## measure speed and memory
	.venv/bin/minhu bench $(addprefix --voices ,$(wildcard ../shared/data/audio))

lock:  ## compile the locked files from pyproject.toml
	.venv/bin/uv pip compile pyproject.toml --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --custom-compile-command "make lock" --quiet -o requirements/app.txt
	for group in tools dev; do .venv/bin/uv pip compile --group pyproject.toml:$$group \
	  --constraint requirements/app.txt --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --custom-compile-command "make lock" --quiet -o requirements/$$group.txt || exit 1; done
	for extra in speech meaning speak; do .venv/bin/uv pip compile pyproject.toml --extra $$extra \
	  --constraint requirements/app.txt --constraint requirements/dev.txt --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --custom-compile-command "make lock" --quiet -o requirements/$$extra.txt || exit 1; done
	.venv/bin/uv pip compile --group pyproject.toml:rasa --python $(RASA_PYTHON) --generate-hashes \
	  --no-emit-index-url --custom-compile-command "make lock" --quiet -o requirements/rasa.txt

sbom:  ## write a bill of materials (CycloneDX) of each locked file to sbom/
	@python3 requirements/sbom.py sbom

.PHONY: help setup dev run check quick test eval calibrate docs pictures bench lock sbom
