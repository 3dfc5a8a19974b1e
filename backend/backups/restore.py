"""Brings a backup into an empty database, and checks that all of it has arrived."""

from pathlib import Path

from sqlalchemy import inspect, text

from backend.attachments.storage import AttachmentFolder
from backend.backups import manifest, tools
from backend.backups.backup import count_rows
from backend.backups.manifest import DUMP, FILES, Manifest
from backend.database import Database
from backend.errors import BadInput
from backend.migrations import run as migrations


def restore(database: Database, files: AttachmentFolder, source: Path) -> Manifest:
    """Raises BadInput, before anything is changed where the backup or the database is unfit."""
    backup = manifest.read(source)
    _check_backup(source, backup)
    if inspect(database.engine).get_table_names():
        raise BadInput("the database is not empty: restore into a new one")
    _check_schema(database, backup)
    with database.engine.connect() as connection:
        server = int(str(connection.scalar(text("SHOW server_version_num")))) // 10_000
    tools.run(
        "pg_restore", max(server, backup.server), database.url, "--no-owner", "--no-privileges",
        "--exit-on-error", "--single-transaction", f"--dbname={database_name(database)}",
        str(source / DUMP),
    )  # fmt: skip
    for path in _files(source):
        files.bring_back(path.read_bytes())
    _check_rows(database, backup)
    migrations.upgrade(database.engine)
    return backup


def database_name(database: Database) -> str:
    with database.engine.connect() as connection:
        return str(connection.scalar(text("SELECT current_database()")))


def _check_backup(source: Path, backup: Manifest) -> None:
    dump = source / DUMP
    if not dump.is_file() or manifest.sha256(dump) != backup.dump_sha256:
        raise BadInput(f"{dump} is not what was written: take another backup")
    paths = _files(source)
    if len(paths) != backup.files:
        raise BadInput(f"the backup has {len(paths)} files and had {backup.files}")
    for path in paths:
        if manifest.sha256(path) != path.parent.name + path.name:
            raise BadInput(f"{path} is not what was written: take another backup")


def _check_schema(database: Database, backup: Manifest) -> None:
    if backup.schema not in migrations.schema(database.engine).pending:
        raise BadInput(
            f"the backup has schema {backup.schema}, which this program does not know: "
            f"restore it with Minhu {backup.program} or newer"
        )


def _check_rows(database: Database, backup: Manifest) -> None:
    with database.engine.connect() as connection:
        restored = count_rows(connection)
    wrong = [f"{it}: {restored.get(it)} of {n}" for it, n in backup.rows.items()
             if restored.get(it) != n]  # fmt: skip
    if wrong:
        raise BadInput(f"rows are missing after the restore: {', '.join(wrong)}")


def _files(source: Path) -> list[Path]:
    return sorted(path for path in (source / FILES).rglob("*") if path.is_file())
