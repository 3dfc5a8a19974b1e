"""pg_dump and pg_restore of the right version, called without a password on the command line."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

from backend.embedded.programs import NEWEST, packaged
from backend.errors import BadInput

_DEBIAN = Path("/usr/lib/postgresql")
_VARIABLES = {  # libpq's names of what an address holds
    "host": "PGHOST",
    "hostaddr": "PGHOSTADDR",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "options": "PGOPTIONS",
}


def run(program: str, server: int, url: str, *arguments: str) -> None:
    """Run `program` against the database at `url`. Raises BadInput with what it says."""
    ended = subprocess.run(
        [str(_find(program, server)), *arguments],
        env=os.environ | _environment(url), stdin=subprocess.DEVNULL,
        capture_output=True, text=True,
    )  # fmt: skip
    if ended.returncode:
        raise BadInput(f"{program} failed: {' '.join(ended.stderr.split())[:500]}")


def _environment(url: str) -> dict[str, str]:
    _, _, address = url.partition("://")
    parts = conninfo_to_dict(f"postgresql://{address}")
    return {_VARIABLES[name]: str(value) for name, value in parts.items() if name in _VARIABLES}


def _find(program: str, server: int) -> Path:
    """The program of the server's version, else of the next newer one; older ones fail."""
    versions = sorted(
        (version, path) for version, path in _candidates(program) if version >= server
    )
    if not versions:
        raise BadInput(
            f"there is no {program} for PostgreSQL {server}: apt-get install postgresql-client"
        )
    return versions[0][1]


def _candidates(program: str) -> Iterator[tuple[int, Path]]:
    for major in range(14, NEWEST + 1):
        folder = packaged(major)
        if folder is not None and (folder / program).exists():
            yield major, folder / program
    for path in _DEBIAN.glob(f"*/bin/{program}"):
        yield int(path.parts[-3]), path
    if on_path := shutil.which(program):
        output = subprocess.run([on_path, "--version"], capture_output=True, text=True).stdout
        if number := re.search(r"\) (\d+)", output):
            yield int(number[1]), Path(on_path)
