"""A PostgreSQL server on one folder: create, start, find a running one, stop."""

import hashlib
import os
import re
import shlex
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

import psutil

from backend.embedded import programs
from backend.errors import BadInput

PID_FILE = "postmaster.pid"
SOCKET = ".s.PGSQL.5432"
LONGEST_SOCKET = 100  # bytes; the system allows 107
_PLAIN = re.compile(r"[A-Za-z0-9_./-]+")  # anything else would have to be quoted, differently each
START_SECONDS = 60


def start(folder: Path) -> str:
    """Start the server, unless it is running still; returns its URL. Raises BadInput."""
    folder = folder.absolute()
    folder.parent.mkdir(parents=True, exist_ok=True)
    if not is_running(folder):
        if not (folder / "PG_VERSION").exists():
            _create(folder)
        sockets = socket_folder(folder)
        options = shlex.join(["-h", "", "-k", str(sockets), "-c", "unix_socket_permissions=0700"])
        _pg_ctl(folder, "-w", "-t", str(START_SECONDS), "-o", options,
                "-l", str(folder / "log"), "start")  # fmt: skip
    return f"postgresql://postgres@/postgres?host={_socket_folder_in_use(folder)}"


def stop(folder: Path) -> None:
    """Stop the server on `folder`, whoever started it."""
    if is_running(folder.absolute()):
        _pg_ctl(folder.absolute(), "-m", "fast", "-w", "stop")


def is_running(folder: Path) -> bool:
    """True if a PostgreSQL runs on the folder; a pid file of a killed one may be left."""
    try:
        pid = int((folder / PID_FILE).read_text().split("\n")[0])
        return psutil.Process(pid).name() == "postgres" and psutil.pid_exists(pid)
    except (OSError, ValueError, psutil.Error):
        return False


def socket_folder(folder: Path) -> Path:
    """The data folder, which only the server's user enters; else a private one of our own."""
    if _PLAIN.fullmatch(str(folder)) and len(str(folder / SOCKET)) <= LONGEST_SOCKET:
        return folder
    name = hashlib.sha256(str(folder).encode()).hexdigest()[:16]
    private = Path(tempfile.gettempdir()) / f"minhu-{os.geteuid()}-{name}"
    user = programs.server_user()
    owner = user.pw_uid if user else os.geteuid()
    with suppress(FileExistsError):
        private.mkdir(mode=0o700)
        os.chown(private, owner, -1)
    status = private.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != owner or status.st_mode & 0o077:
        raise BadInput(f"{private} is not a private folder of ours: remove it, or set TMPDIR")
    return private


def _socket_folder_in_use(folder: Path) -> str:
    return (folder / PID_FILE).read_text().split("\n")[4].strip()


def _create(folder: Path) -> None:
    folder.mkdir(mode=0o700, exist_ok=True)
    user = programs.server_user()
    if user:
        os.chown(folder, user.pw_uid, user.pw_gid)
    # Trust: who reaches the socket is the server's user, or root.
    programs.run("initdb", "--auth=trust", "--encoding=utf8", "--username=postgres", data=folder)


def _pg_ctl(folder: Path, *arguments: str) -> None:
    major = int((folder / "PG_VERSION").read_text())
    programs.run("pg_ctl", *arguments, data=folder, major=major)
