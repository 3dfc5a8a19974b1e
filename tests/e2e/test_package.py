"""The wheel holds every file that the program reads, and works away from the checkout."""

import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from backend.settings import PROJECT_FOLDER
from bot import __version__
from nlu import trained
from tests.e2e.shell import lines, results

PACKAGES = ("bot", "nlu", "dialogue", "backend")
LINK = "nlu/data"  # to data/, so that a wheel has it inside a package
PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet")
LAMP = {"text": "路灯坏了三天，晚上黑得看不见", "location": "西湖区文三路"}

Ended = subprocess.CompletedProcess[str]


def tracked(*folders: str) -> list[str]:
    listed = run("git", "ls-files", "-z", *folders, folder=PROJECT_FOLDER).stdout
    return [name for name in listed.split("\0") if name and (PROJECT_FOLDER / name).exists()]


def run(*command: str, folder: Path, stdin: str = "", code: int = 0) -> Ended:
    environment = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
    ended = subprocess.run(
        command, cwd=folder, env=environment, input=stdin, capture_output=True, text=True
    )
    assert ended.returncode == code, ended.stdout + ended.stderr
    return ended


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from the tracked files alone: other folders may hold what was built before."""
    source, folder = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for name in tracked():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(PROJECT_FOLDER / name, source / name, follow_symlinks=False)
    build = ("wheel", "--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir")
    run(*PIP, *build, str(folder), str(source), folder=source)
    [path] = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """`minhu` in an environment of its own, which sees the locked dependencies."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder, symlinks=True)
    python = str(folder / "bin" / "python")
    command = "import sysconfig; print(sysconfig.get_path('purelib'))"
    packages = Path(run(python, "-c", command, folder=folder).stdout.strip())
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    run(*PIP, "--python", python, "install", "--no-deps", "--no-index", str(wheel), folder=folder)
    return str(folder / "bin" / "minhu")


def test_the_wheel_holds_every_tracked_file(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    code = [name for name in tracked(*PACKAGES) if name != LINK]
    data = [f"nlu/{name}" for name in tracked("data")]
    assert len(code) > 300
    assert len(data) > 200
    assert [name for name in (*code, *data) if name not in names] == []


def test_it_says_what_it_can_do(installed: str, tmp_path: Path) -> None:
    assert " route " in run(installed, "--help", folder=tmp_path).stdout
    assert run(installed, "--version", folder=tmp_path).stdout == f"minhu {__version__}\n"
    assert list(tmp_path.iterdir()) == []


def test_missing_model_is_explained_in_one_line(installed: str, tmp_path: Path) -> None:
    for command in ("route", "up"):
        ended = run(installed, command, folder=tmp_path, stdin=lines(LAMP), code=2)
        [line] = ended.stderr.splitlines()
        assert f"{tmp_path}/models" in line
        assert "run `make setup` first in a checkout of Minhu" in line


def test_training_says_that_it_needs_a_checkout(installed: str, tmp_path: Path) -> None:
    [line] = run(installed, "train", folder=tmp_path, code=2).stderr.splitlines()
    assert "Rasa needs a checkout of Minhu" in line
    assert "config.yml" in line


def test_it_routes_with_the_models_of_a_checkout(installed: str, tmp_path: Path) -> None:
    (tmp_path / "models").symlink_to(trained.MODELS)
    ended = run(installed, "route", folder=tmp_path, stdin=lines(LAMP))
    [lamp] = results(ended)
    assert lamp["unit"]["code"] == "330106-urban_management"
    assert ended.stderr == ""


def test_it_answers_from_its_own_articles(installed: str, tmp_path: Path) -> None:
    stdin = lines({"question": "垃圾分类投放时间是几点"})
    [row] = results(run(installed, "answer", folder=tmp_path, stdin=stdin))
    assert row["article"]["id"] == "garbage-sorting"
