"""Makes a backup while Minhu runs: one snapshot of the database, then the files that it names."""

import shutil
from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from backend import clock
from backend.attachments.storage import AttachmentFolder
from backend.backups import manifest, tools
from backend.backups.manifest import DUMP, FILES, Manifest
from backend.database import Database
from backend.errors import BadInput
from backend.migrations import run as migrations

_STORED = text("SELECT DISTINCT digest FROM attachments WHERE erased_at IS NULL")


def back_up(database: Database, files: AttachmentFolder, to: Path, *, program: str) -> Manifest:
    """Write the backup into the new or empty folder `to`. Raises BadInput."""
    _make_folder(to)
    schema = migrations.schema(database.engine).current
    if schema is None:
        raise BadInput("the database is empty: there is nothing to back up")
    with database.engine.connect() as connection:
        connection = connection.execution_options(isolation_level="REPEATABLE READ")
        server = int(str(connection.scalar(text("SHOW server_version_num")))) // 10_000
        snapshot = str(connection.scalar(text("SELECT pg_export_snapshot()")))
        dump = str(to / DUMP)
        arguments = ("--format=custom", "--no-owner", f"--snapshot={snapshot}", f"--file={dump}")
        tools.run("pg_dump", server, database.url, *arguments)
        rows, digests = count_rows(connection), connection.scalars(_STORED).all()
    missing = _copy(files, digests, to / FILES)
    backup = Manifest(
        made_at=clock.now().isoformat(timespec="seconds"),
        program=program,
        schema=schema,
        server=server,
        rows=rows,
        dump_sha256=manifest.sha256(to / DUMP),
        files=len(digests) - len(missing),
        missing=missing,
    )
    manifest.write(to, backup)
    return backup


def count_rows(connection: Connection) -> dict[str, int]:
    """Row counts of the tables that exist; an older schema has fewer."""
    names = sorted(set(inspect(connection).get_table_names()) - {"alembic_version"})
    counts = (connection.scalar(text(f'SELECT count(*) FROM "{name}"')) for name in names)  # noqa: S608
    return dict(zip(names, (int(count or 0) for count in counts), strict=True))


def _make_folder(to: Path) -> None:
    if to.exists() and (not to.is_dir() or any(to.iterdir())):
        raise BadInput(f"{to} is not empty: name a new folder for each backup")
    to.mkdir(parents=True, exist_ok=True)
    to.chmod(0o700)  # it holds what residents wrote


def _copy(files: AttachmentFolder, digests: Iterable[str], to: Path) -> list[str]:
    """Copy the files; returns the digests whose file is missing or is no longer what it was."""
    missing = []
    for digest in sorted(digests):
        source, target = files.path(digest), to / digest[:2] / digest[2:]
        if not source.is_file() or manifest.sha256(source) != digest:
            missing.append(digest)
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
    return missing
