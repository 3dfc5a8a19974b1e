"""`minhu import`: files of every sort, over a real database."""

import csv
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import time_machine
from sqlalchemy import func, select

from backend.database import Database
from backend.errors import BadInput, NotFound
from backend.models.cases import Case, CaseEvent
from backend.models.messages import OutboxMessage
from backend.models.sources import SourceIntake, SourceRecord, SourceReject
from backend.settings import Settings
from bot.cli.importing import ImportResult, bring_in, lines_of_keys, new_key, revoke_key
from tests.support.sources_desk import HOTLINE, a_closed_row, a_row, csv_of
from tests.support.staff_app import UNIT


@pytest.fixture
def settings(own_database: Database) -> Settings:
    return Settings(database_url=own_database.url)


def brought(settings: Settings, file: Path, *, dry_run: bool = False) -> ImportResult:
    return bring_in(settings, file, HOTLINE, dry_run=dry_run, say=lambda _: None)


def counted(line: str) -> list[int]:
    """Rows, taken, there already, not taken."""
    return [int(word) for word in line.replace(";", " ").split() if word.isdecimal()][:4]


def count(database: Database, table: Any) -> int:
    with database.begin() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def rejects(outcome: ImportResult) -> list[dict[str, str]]:
    assert outcome.rejects is not None
    with outcome.rejects.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def many(n: int, *, bad_every: int = 0) -> list[dict[str, Any]]:
    """Closed rows with an open one in ten, and a broken one in `bad_every`."""
    rows = []
    for number in range(1, n + 1):
        row = a_row(f"R{number}") if number % 10 == 0 else a_closed_row(f"R{number}")
        if bad_every and number % bad_every == 0:
            row["受理时间"] = "不记得了"
        rows.append(row)
    return rows


def test_a_history_comes_in_as_it_was(
    settings: Settings, own_database: Database, tmp_path: Path
) -> None:
    rows = [
        a_closed_row("R1"),
        a_row("R2", 工单状态="办理中", 承办单位=UNIT, 签收时间="2026-11-20 15:00"),
        a_row("R3", 工单状态="办理中", 承办单位="一家我们没有的单位", 办结期限="2026-12-01 17:30"),
        a_row("R4", 工单状态="已办结", 诉求类型="投诉"),
        a_row("R5", 诉求内容="有件事想说说", 事发地点=""),
    ]
    outcome = brought(settings, csv_of(tmp_path / "a.csv", rows))
    assert counted(outcome.line) == [5, 5, 0, 0]
    assert outcome.rejects is None
    with own_database.begin() as session:
        cases = session.scalars(select(Case).order_by(Case.id)).all()
        closed, in_hand, elsewhere, resolved, vague = cases
        assert [case.status for case in cases] == [
            "closed", "accepted", "dispatched", "resolved", "registered",
        ]  # fmt: skip
        assert [case.case_no[:10] for case in cases] == ["HZ20261120"] * 5
        assert len({case.case_no for case in cases}) == 5
        assert (closed.outcome_text, closed.unit_code) == ("已责令停工。", UNIT)
        assert closed.closed_at is not None
        assert (in_hand.unit_code, in_hand.first_contact_owner) == (UNIT, UNIT)
        assert in_hand.accepted_at is not None
        assert elsewhere.unit_code == UNIT  # the router's
        assert elsewhere.resolve_by.isoformat() == "2026-12-01T09:30:00+00:00"
        assert (resolved.kind, vague.unit_code) == ("complaint", None)
        record = session.scalars(select(SourceRecord).where(SourceRecord.case_id == closed.id))
        assert record.one().as_given["满意度"] == "满意"
        assert session.scalar(select(func.count(OutboxMessage.id))) == 0


def test_the_log_of_each_gives_its_status(
    settings: Settings, own_database: Database, tmp_path: Path
) -> None:
    brought(settings, csv_of(tmp_path / "a.csv", many(30)))
    with own_database.begin() as session:
        for case in session.scalars(select(Case)):
            status = None
            for event in case.events:
                assert event.from_status == status
                status = event.to_status
            assert status == case.status


def test_five_percent_broken_rows_are_each_named(
    settings: Settings, own_database: Database, tmp_path: Path
) -> None:
    file = csv_of(tmp_path / "a.csv", many(1200, bad_every=20))
    outcome = brought(settings, file)
    assert counted(outcome.line) == [1200, 1140, 0, 60]
    listed = rejects(outcome)
    assert len(listed) == 60
    assert listed[0] == {
        "行号": "21",
        "原编号": "R20",
        "字段": "受理时间",
        "原因": "受理时间：时间看不懂，请写成 2026-11-23 14:05",
        "工作表": "",
    }
    assert count(own_database, SourceReject) == 60
    assert count(own_database, Case) == 1140


def test_the_same_file_again_changes_nothing(
    settings: Settings, own_database: Database, tmp_path: Path
) -> None:
    file = csv_of(tmp_path / "a.csv", many(40))
    brought(settings, file)
    before = count(own_database, CaseEvent)
    assert counted(brought(settings, file).line) == [40, 0, 40, 0]
    assert (count(own_database, Case), count(own_database, CaseEvent)) == (40, before)


def test_repeated_number_in_a_file_is_one_case(
    settings: Settings, own_database: Database, tmp_path: Path
) -> None:
    file = csv_of(tmp_path / "a.csv", [a_closed_row("R1"), a_closed_row("R1")])
    assert counted(brought(settings, file).line) == [2, 1, 1, 0]
    assert count(own_database, Case) == 1


def test_dry_run_reports_and_stores_nothing(
    settings: Settings, own_database: Database, tmp_path: Path
) -> None:
    file = csv_of(tmp_path / "a.csv", [*many(20, bad_every=10), a_closed_row("R1")])
    outcome = brought(settings, file, dry_run=True)
    assert counted(outcome.line) == [21, 18, 1, 2]
    assert len(rejects(outcome)) == 2
    for table in (Case, SourceIntake, SourceRecord, SourceReject):
        assert count(own_database, table) == 0


def test_after_a_crash_the_same_file_goes_on(
    settings: Settings, own_database: Database, tmp_path: Path
) -> None:
    file = csv_of(tmp_path / "a.csv", many(1300))

    class Crash(Exception):
        pass

    def crash(_: str) -> None:
        raise Crash

    import bot.cli.importing

    said_every, bot.cli.importing.SAY_EVERY = bot.cli.importing.SAY_EVERY, 500
    try:
        with pytest.raises(Crash):
            bring_in(settings, file, HOTLINE, dry_run=False, say=crash)
    finally:
        bot.cli.importing.SAY_EVERY = said_every
    assert count(own_database, Case) == 500
    assert counted(brought(settings, file).line) == [1300, 800, 500, 0]
    assert count(own_database, Case) == count(own_database, SourceRecord) == 1300
    with own_database.begin() as session:
        ended = session.scalars(select(SourceIntake.ended_at).order_by(SourceIntake.id)).all()
    assert [one is None for one in ended] == [True, False]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_csv_as_spreadsheets_save_it(
    settings: Settings, own_database: Database, tmp_path: Path, encoding: str
) -> None:
    file = csv_of(tmp_path / "a.csv", many(5), encoding=encoding)
    assert counted(brought(settings, file).line) == [5, 5, 0, 0]


def test_json_lines_and_xlsx(settings: Settings, own_database: Database, tmp_path: Path) -> None:
    lines = tmp_path / "a.jsonl"
    rows = [a_closed_row("J1"), a_closed_row("J2", 来电号码=13800000001)]
    lines.write_text("\n".join([json.dumps(row) for row in rows] + ["不是"]), "utf-8")
    outcome = brought(settings, lines)
    assert counted(outcome.line) == [3, 2, 0, 1]
    assert rejects(outcome)[0]["原因"] == "不是一个 JSON 对象"
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(list(a_closed_row()))
    sheet.append(list(a_closed_row("X1").values()))
    sheet.append(list(a_closed_row("J1").values()))
    book.save(tmp_path / "a.xlsx")
    assert counted(brought(settings, tmp_path / "a.xlsx").line) == [2, 1, 1, 0]


def test_counts_name_sheets_without_a_heading(settings: Settings, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].append(["填表说明"])
    sheet = book.create_sheet("数据")
    sheet.append(list(a_row("R1")))
    for number in ("R1", "ｒ１", "R2"):
        sheet.append([str(cell) for cell in a_row(number).values()])
    book.save(tmp_path / "a.xlsx")
    assert brought(settings, tmp_path / "a.xlsx").counts == {
        "rows": 3, "taken": 2, "known": 1, "rejected": 0, "skipped_sheets": ["Sheet"],
    }  # fmt: skip


def test_field_that_is_not_read_is_reported(
    settings: Settings, own_database: Database, tmp_path: Path
) -> None:
    outcome = brought(settings, csv_of(tmp_path / "a.csv", [a_row("R1", 来电号码="138****0001")]))
    assert counted(outcome.line) == [1, 1, 0, 0]
    [line] = rejects(outcome)
    assert (line["字段"], line["原编号"]) == ("来电号码", "R1")
    assert "已收下" in line["原因"]
    with own_database.begin() as session:
        [record] = session.scalars(select(SourceRecord))
        assert record.as_given["来电号码"] == "138****0001"


def test_reject_list_runs_nothing_in_a_spreadsheet(settings: Settings, tmp_path: Path) -> None:
    file = csv_of(tmp_path / "a.csv", [a_row("=HYPERLINK(1)", 受理时间="")])
    assert rejects(brought(settings, file))[0]["原编号"] == "'=HYPERLINK(1)"


def test_reject_list_is_removed_when_none_remain(settings: Settings, tmp_path: Path) -> None:
    file = csv_of(tmp_path / "a.csv", [a_closed_row("R1", 受理时间="")])
    beside = brought(settings, file).rejects
    assert beside is not None
    csv_of(tmp_path / "a.csv", [a_closed_row("R1")])
    assert brought(settings, file).rejects is None
    assert not beside.exists()


def test_what_cannot_be_brought_in_at_all(settings: Settings, tmp_path: Path) -> None:
    file = csv_of(tmp_path / "a.csv", [{"别的": "1"}])
    with pytest.raises(BadInput, match="no column 工单编号"):
        brought(settings, file)
    with pytest.raises(NotFound, match="nobody"):
        bring_in(settings, file, "nobody", dry_run=False, say=lambda _: None)


def test_keys_are_made_listed_and_revoked(settings: Settings) -> None:
    assert lines_of_keys(settings, HOTLINE) == ["none"]
    with time_machine.travel(datetime(2026, 12, 31, 16, 2, tzinfo=UTC)):
        key = new_key(settings, HOTLINE)
    [line] = lines_of_keys(settings, HOTLINE)
    assert line == f"{key[:8]}  made 2027-01-01"
    assert key not in line
    revoke_key(settings, HOTLINE, key[:8])
    assert "revoked" in lines_of_keys(settings, HOTLINE)[0]
    with pytest.raises(NotFound, match="no key"):
        revoke_key(settings, HOTLINE, key[:8])
