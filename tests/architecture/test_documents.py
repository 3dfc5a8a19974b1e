"""Documents that could rot, compared with the code."""

import re
from pathlib import Path

from backend.doc_pages.lifecycle import page
from backend.doc_pages.measures import page as measures_page
from backend.doc_pages.sources import page as sources_page
from backend.settings import Settings
from backend.vocabulary.case_lifecycle import Action, Status

ROOT = Path(__file__).parents[2]


def test_the_lifecycle_page_is_the_table() -> None:
    assert (ROOT / "docs/lifecycle.md").read_text(encoding="utf-8") == page(), "run `make docs`"


def test_the_list_of_sources_is_the_data() -> None:
    assert (ROOT / "docs/sources.md").read_text(encoding="utf-8") == sources_page(), (
        "run `make docs`"
    )


def test_the_rules_of_the_measures_are_the_files() -> None:
    assert (ROOT / "docs/measures.md").read_text(encoding="utf-8") == measures_page(), (
        "run `make docs`"
    )


def test_the_glossary_has_every_status_and_action() -> None:
    glossary = (ROOT / "docs/glossary.md").read_text(encoding="utf-8")
    assert [word for word in (*Status, *Action) if f"`{word}`" not in glossary] == []


def test_the_readme_shows_the_folders_that_there_are() -> None:
    tree = re.search(r"```tree\n(.*?)```", _readme(), re.DOTALL)
    assert tree is not None
    shown = re.findall(r"^(\S+/)", tree.group(1), re.MULTILINE)
    assert shown != []
    assert [folder for folder in shown if not (ROOT / folder).is_dir()] == []
    assert {"bot/", "nlu/", "dialogue/", "backend/", "data/", "tests/"} <= set(shown)


def test_the_readme_names_every_setting() -> None:
    readme = _readme()
    names = [f"MINHU_{name.upper()}" for name in Settings.model_fields]
    assert [name for name in names if name not in readme] == []


def test_every_link_in_the_documents_leads_somewhere() -> None:
    broken = []
    for page_path in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)\)", page_path.read_text(encoding="utf-8")):
            if not (page_path.parent / target).exists():
                broken.append((page_path.name, target))
    assert broken == []


def _readme() -> str:
    return (ROOT / "README.md").read_text(encoding="utf-8")
