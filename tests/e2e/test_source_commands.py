"""`minhu import` and `minhu source-key`, as a shell calls them."""

from pathlib import Path

import pytest
from sqlalchemy import select

from backend.database import Database
from backend.models.cases import Case
from backend.sources import keys
from tests.e2e.shell import minhu
from tests.support.sources_desk import HOTLINE, a_closed_row, a_row, csv_of

pytestmark = pytest.mark.timeout(300)


def test_file_is_imported_and_rejects_are_listed(own_database: Database, tmp_path: Path) -> None:
    city = {"MINHU_DATABASE_URL": own_database.url}
    file = csv_of(tmp_path / "a.csv", [a_closed_row("R1"), a_row("R2", 受理时间="上周")])
    tried = minhu("import", str(file), "--source", HOTLINE, "--dry-run", **city)
    done = minhu("import", str(file), "--source", HOTLINE, **city)
    for ended in (tried, done):
        assert ended.returncode == 2
        assert ended.stdout.startswith("2 rows: 1 taken, 0 there already, 1 not taken;")
        assert f"{file}.rejects.csv" in ended.stderr
        assert "Traceback" not in ended.stderr
        assert "施工" not in ended.stdout + ended.stderr  # no word of a resident
    with own_database.begin() as session:
        assert session.scalars(select(Case.status)).all() == ["closed"]


def test_impossible_input_gives_one_line_and_exit_2(own_database: Database, tmp_path: Path) -> None:
    city = {"MINHU_DATABASE_URL": own_database.url}
    missing = minhu("import", str(tmp_path / "no.csv"), "--source", HOTLINE, **city)
    unknown = minhu("source-key", "nobody", **city)
    for ended, complaint in ((missing, "no.csv"), (unknown, "nobody")):
        assert ended.returncode == 2
        [line] = ended.stderr.splitlines()
        assert complaint in line


def test_a_key_is_printed_once_and_opens(own_database: Database) -> None:
    result = minhu("source-key", HOTLINE, MINHU_DATABASE_URL=own_database.url)
    assert result.returncode == 0, result.stderr
    with own_database.begin() as session:
        assert keys.source_for_key(session, result.stdout.strip()).code == HOTLINE
