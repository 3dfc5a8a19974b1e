"""A backup is whole, or is refused; a restore brings every row and every file."""

import json
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import text

from backend import clock
from backend.attachments.storage import AttachmentFolder, attach
from backend.backups.backup import back_up, count_rows
from backend.backups.restore import restore
from backend.database import Database
from backend.errors import BadInput
from backend.migrations import run
from backend.models.messages import InboxMessage
from tests.e2e.people import PNG
from tests.support.builders import a_conversation, a_dispatched_case

_numbers = count(1)
Change = Callable[[Path], object]


def folder_of_files(path: Path) -> AttachmentFolder:
    return AttachmentFolder(path, limit_bytes=10**6)


@pytest.fixture
def files(tmp_path: Path) -> AttachmentFolder:
    return folder_of_files(tmp_path / "attachments")


@pytest.fixture
def city(own_database: Database, files: AttachmentFolder) -> Database:
    """With a case and a photo."""
    now = clock.now()
    with own_database.begin() as session:
        chat = a_conversation(session)
        a_dispatched_case(session, chat)
        message = InboxMessage(
            conversation=chat, channel="web", external_id="1", sent_at=now, received_at=now,
            body={"files": [{"kind": "photo", "reference": "x"}]},
        )  # fmt: skip
        session.add(message)
        session.flush()
        attach(session, message, [files.keep(PNG)], now=now)
    return own_database


@pytest.fixture
def empty(postgres: Database) -> Iterator[Database]:
    name = f"restored_{next(_numbers)}"
    postgres.administer(f"CREATE DATABASE {name}")
    database = Database(postgres.url.replace("@/postgres", f"@/{name}"))
    yield database
    database.engine.dispose()
    postgres.administer(f"DROP DATABASE {name} WITH (FORCE)")


def rows(database: Database) -> dict[str, int]:
    with database.engine.connect() as connection:
        return count_rows(connection)


def test_every_row_and_file_comes_back(
    city: Database, files: AttachmentFolder, empty: Database, tmp_path: Path
) -> None:
    backup = back_up(city, files, tmp_path / "backup", program="0.2.0")
    assert (backup.rows["cases"], backup.files, backup.missing) == (1, 1, [])
    new_files = folder_of_files(tmp_path / "restored")
    restore(empty, new_files, tmp_path / "backup")
    assert rows(empty) == rows(city) == backup.rows
    run.check(empty.engine)
    with city.begin() as session:
        digest = session.scalar(text("SELECT digest FROM attachments"))
    assert new_files.path(str(digest)).read_bytes() == files.path(str(digest)).read_bytes()
    # Numbers go on where they were, and the audit log is guarded as before.
    with empty.begin() as session:
        a_dispatched_case(session, a_conversation(session, of="another"))
    assert rows(empty)["cases"] == 2


def test_a_backup_of_an_older_schema_is_upgraded(
    city: Database, files: AttachmentFolder, empty: Database, tmp_path: Path
) -> None:
    run.downgrade(city.engine, "0022")
    backup = back_up(city, files, tmp_path / "backup", program="0.1.0")
    assert backup.schema == "0022"
    restore(empty, files, tmp_path / "backup")
    run.check(empty.engine)
    assert rows(empty)["cases"] == 1


def test_a_missing_file_is_named(city: Database, files: AttachmentFolder, tmp_path: Path) -> None:
    with city.begin() as session:
        digest = str(session.scalar(text("SELECT digest FROM attachments")))
    files.path(digest).write_bytes(b"other bytes")
    assert back_up(city, files, tmp_path / "one", program="0").missing == [digest]
    files.erase(digest)
    assert back_up(city, files, tmp_path / "two", program="0").missing == [digest]


def _spoil_manifest(backup: Path) -> None:
    manifest = json.loads((backup / "manifest.json").read_text())
    (backup / "manifest.json").write_text(json.dumps(manifest | {"schema": "9999"}))


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda it: (it / "manifest.json").unlink(), "no complete backup"),
        (lambda it: (it / "database.dump").write_bytes(b"x"), "not what was written"),
        (lambda it: next(it.glob("attachments/*/*")).unlink(), "has 0 files and had 1"),
        (lambda it: next(it.glob("attachments/*/*")).write_bytes(b"x"), "not what was written"),
        (_spoil_manifest, "schema 9999, which this program does not know"),
    ],
)
def test_a_spoilt_backup_is_refused(
    city: Database, files: AttachmentFolder, empty: Database, tmp_path: Path,
    change: Change, why: str,
) -> None:  # fmt: skip
    back_up(city, files, tmp_path / "backup", program="0")
    change(tmp_path / "backup")
    with pytest.raises(BadInput, match=why):
        restore(empty, files, tmp_path / "backup")
    assert rows(empty) == {}


def test_neither_overwrites_anything(
    city: Database, files: AttachmentFolder, tmp_path: Path
) -> None:
    back_up(city, files, tmp_path / "backup", program="0")
    with pytest.raises(BadInput, match="is not empty"):
        back_up(city, files, tmp_path / "backup", program="0")
    before = rows(city)
    with pytest.raises(BadInput, match="the database is not empty"):
        restore(city, files, tmp_path / "backup")
    assert rows(city) == before


def test_a_backup_is_for_its_owner_alone(
    city: Database, files: AttachmentFolder, tmp_path: Path
) -> None:
    back_up(city, files, tmp_path / "backup", program="0")
    assert (tmp_path / "backup").stat().st_mode & 0o077 == 0
