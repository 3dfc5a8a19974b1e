"""Documents that could rot, compared with the code."""

import re
from pathlib import Path

import yaml

from backend.doc_pages.alerts import page as alerts_page
from backend.doc_pages.lifecycle import page
from backend.doc_pages.measures import page as measures_page
from backend.doc_pages.sources import page as sources_page
from backend.doc_pages.topics import page as topics_page
from backend.settings import ENV_FILE, OF_SCRIPTS, Settings
from backend.vocabulary.case_lifecycle import Action, Status
from bot import __version__
from bot.cli.main import app

ROOT = Path(__file__).parents[2]
_PATH = r"`((?:bot|dialogue|nlu|backend|data|deploy|docs|tests|requirements)/[\w./-]+)"


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


def test_the_rules_of_the_topics_are_the_files() -> None:
    assert (ROOT / "docs/topics.md").read_text(encoding="utf-8") == topics_page(), "run `make docs`"


def test_the_thresholds_of_alerts_are_the_files() -> None:
    assert (ROOT / "docs/alerts.md").read_text(encoding="utf-8") == alerts_page(), "run `make docs`"


def test_the_glossary_has_every_status_and_action() -> None:
    glossary = (ROOT / "docs/glossary.md").read_text(encoding="utf-8")
    assert [word for word in (*Status, *Action) if f"`{word}`" not in glossary] == []


def test_the_readme_shows_the_folders_that_there_are() -> None:
    tree = re.search(r"```tree\n(.*?)```", _readme(), re.DOTALL)
    assert tree is not None
    folders = re.findall(r"^(\S+/)", tree.group(1), re.MULTILINE)
    assert folders != []
    assert [folder for folder in folders if not (ROOT / folder).is_dir()] == []
    assert {"bot/", "nlu/", "dialogue/", "backend/", "data/", "tests/"} <= set(folders)


def test_settings_and_their_descriptions_match() -> None:
    settings = {f"MINHU_{name.upper()}" for name in Settings.model_fields}
    described = set(re.findall(r"MINHU_[A-Z0-9_]+", _text("docs/operating.md")))
    assert settings - described == set()
    mentions = {name for page in _pages() for name in re.findall(r"MINHU_[A-Z0-9_]+", page)}
    assert mentions - settings - OF_SCRIPTS - {ENV_FILE} == set()


def test_every_path_in_the_documents_exists() -> None:
    mentions = {path for page in _pages() for path in re.findall(_PATH, page)}
    paths = {path for path in mentions if "NAME" not in path}
    assert len(paths) > 60
    assert sorted(path for path in paths if not (ROOT / path).exists()) == []


def test_every_command_in_the_documents_exists() -> None:
    commands = {
        name for page in _pages() for name in re.findall(r"(?:bin/|`)minhu ([a-z-]+)", page)
    }
    assert len(commands) > 10
    assert commands - _commands() == set()


def test_the_readme_is_short() -> None:
    assert len(_readme().splitlines()) <= 120


def test_the_changelog_starts_with_the_version() -> None:
    versions = re.findall(r"^## \[(.+?)\] - ", _text("CHANGELOG.md"), re.M)
    assert versions[0] == __version__


def test_metadata_has_the_keys_of_its_standard() -> None:
    metadata = yaml.safe_load(_text("publiccode.yml"))
    assert metadata.keys() >= set(
        "publiccodeYmlVersion name url releaseDate platforms categories developmentStatus"
        " softwareType description legal maintenance localisation".split()
    )
    for language, text in metadata["description"].items():
        assert len(text["shortDescription"]) <= 150, language
        assert 150 <= len(text["longDescription"]) <= 10_000, language
        assert text["features"], language
        assert [it for it in text.get("screenshots", ()) if not (ROOT / it).is_file()] == []
    assert metadata["legal"]["license"] == "Apache-2.0"
    assert metadata["maintenance"]["contacts"][0]["name"]
    assert metadata["localisation"].keys() == {"localisationReady", "availableLanguages"}


def test_every_link_in_the_documents_leads_somewhere() -> None:
    broken = []
    for page_path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)\)", page_path.read_text(encoding="utf-8")):
            if not (page_path.parent / target).exists():
                broken.append((page_path.name, target))
    assert broken == []


def _commands() -> set[str]:
    names = [it.name or it.callback.__name__ for it in app.registered_commands if it.callback]
    groups = [group.name for group in app.registered_groups]
    return {name.replace("_", "-") for name in (*names, *groups) if name}


def _pages() -> list[str]:
    """All documents but the decision records, which name what there was at their time."""
    return [_readme(), *(_text(f"docs/{path.name}") for path in (ROOT / "docs").glob("*.md"))]


def _readme() -> str:
    return _text("README.md")


def _text(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")
