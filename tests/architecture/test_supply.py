"""What is installed: hashes everywhere, no tools of development in production, a bill of it all."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import tomllib

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "requirements"
SCRIPT = FOLDER / "sbom.py"
ENTRY = re.compile(r"^[A-Za-z0-9][^\n]*(?:\n    [^\n]*)*", re.MULTILINE)


def lock(name: str) -> str:
    return (FOLDER / f"{name}.txt").read_text("utf-8")


def names_in(text: str) -> set[str]:
    return {re.split(r"[=\[]", entry)[0] for entry in ENTRY.findall(text)}


def group(name: str) -> set[str]:
    content = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wanted = content["dependency-groups"][name]
    return {re.split(r"[=<>\[]", line)[0].lower() for line in wanted}


@pytest.fixture(scope="module")
def bills(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("sbom")
    subprocess.run([sys.executable, str(SCRIPT), str(folder)], check=True)
    return {path.name.split(".")[0]: json.loads(path.read_text()) for path in folder.iterdir()}


def test_every_package_has_hashes() -> None:
    for path in FOLDER.glob("*.txt"):
        entries = ENTRY.findall(path.read_text("utf-8"))
        assert entries, path.name
        assert [entry for entry in entries if "--hash=sha256:" not in entry] == [], path.name


def test_production_holds_no_development_tools() -> None:
    assert group("dev") & names_in(lock("app")) == set()
    assert group("dev") - names_in(lock("dev")) == set()
    assert "playwright" in names_in(lock("dev"))


def test_locks_agree_on_shared_packages() -> None:
    versions: dict[str, set[str]] = {}
    for name in ("app", "tools", "dev", "speech", "meaning", "speak"):
        for entry in ENTRY.findall(lock(name)):
            package, _, version = entry.split()[0].partition("==")
            versions.setdefault(package.partition("[")[0], set()).add(version)
    assert {name: both for name, both in versions.items() if len(both) > 1} == {}


def test_a_bill_names_every_package(bills: dict[str, Any]) -> None:
    assert set(bills) == {path.stem for path in FOLDER.glob("*.txt")}
    for name, bill in bills.items():
        assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
        assert {part["name"] for part in bill["components"]} == names_in(lock(name))
        for part in bill["components"]:
            assert part["purl"] == f"pkg:pypi/{part['name'].lower()}@{part['version']}"
            assert part["properties"]
        assert bill["dependencies"][0]["dependsOn"] == [it["purl"] for it in bill["components"]]


def test_the_same_locks_give_the_same_bill(bills: dict[str, Any], tmp_path: Path) -> None:
    subprocess.run([sys.executable, str(SCRIPT), str(tmp_path)], check=True)
    again = {path.name.split(".")[0]: json.loads(path.read_text()) for path in tmp_path.iterdir()}
    assert again == bills


@pytest.mark.parametrize(
    ("settings", "is_wanted"),
    [
        ("", True),
        ("MINHU_MODE=production", False),
        ("MINHU_MODE='production'\nMINHU_SPEECH_ENGINE=whisper", True),
        ("MINHU_SPEECH_ENGINE=off", False),
    ],
)
def test_no_unknown_model_in_production(tmp_path: Path, settings: str, is_wanted: bool) -> None:
    """The packaged speech model has a publisher that nobody knows."""
    file = tmp_path / "minhu.env"
    file.write_text(settings)
    functions = (FOLDER / "install.sh").read_text("utf-8").partition("# A developer's")[0]
    functions = functions.replace('cd "$(dirname "$0")/.."', "")
    environment = {"PATH": os.environ["PATH"], "MINHU_ENV_FILE": str(file)}
    ended = subprocess.run(
        ["bash", "-c", f"{functions}\nwants_packaged_speech"], env=environment, check=False
    )
    assert (ended.returncode == 0) == is_wanted
