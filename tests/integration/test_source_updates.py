"""A row sent again updates state and reply; a source reads both back by its own number."""

from typing import Any

import pytest
from httpx import Response

from backend.database import Database
from backend.sources.files import read_file
from backend.sources.importing import import_rows
from backend.sources.registry import source
from tests.support.sources_desk import (
    FORUM,
    HOTLINE,
    a_closed_row,
    a_key,
    a_row,
    csv_of,
    push,
)  # fmt: skip
from tests.support.staff_app import Town


@pytest.fixture
def key(database: Database) -> str:
    return a_key(database)


def read(town: Town, key: str, path: str, code: str = HOTLINE, **query: Any) -> Response:
    address = f"/api/v1/sources/{code}/cases{path}"
    return town.client.get(address, params=query, headers={"X-API-Key": key})


def events_of(town: Town, case_no: str) -> list[tuple[str, str]]:
    events = town.get("dispatcher", f"/cases/{case_no}").json()["events"]
    return [(event["action"], event["actor_name"]) for event in events]


def test_source_reads_state_and_reply_by_number(town: Town, key: str) -> None:
    case_no = push(town.client, key, a_row("RX7")).json()["case_no"]
    town.do("handler", case_no, "accept")
    town.do("handler", case_no, "resolve", outcome="solved", text="已责令停工")
    state = read(town, key, "/RX7").json()
    assert (state["case_no"], state["status"], state["answer"]) == (
        case_no, "resolved", "已责令停工",
    )  # fmt: skip
    assert state["unit"]["name"]
    assert state["resolve_by"]
    assert read(town, key, "/RX8").status_code == 404
    assert read(town, key, "/%00").status_code == 404


def test_changes_are_read_from_a_cursor(town: Town, key: str) -> None:
    case_no = push(town.client, key, a_row("RX1")).json()["case_no"]
    push(town.client, key, a_row("RX2"))
    first = read(town, key, "").json()
    assert [case["original_no"] for case in first["cases"]] == ["RX1", "RX2"]
    assert read(town, key, "", after=first["next"]).json()["cases"] == []
    town.do("handler", case_no, "accept")
    [changed] = read(town, key, "", after=first["next"]).json()["cases"]
    assert (changed["original_no"], changed["status"]) == ("RX1", "accepted")


@pytest.mark.parametrize("path", ["", "/RX1"])
def test_no_source_reads_another(town: Town, key: str, database: Database, path: str) -> None:
    push(town.client, key, a_row("RX1"))
    other = a_key(database, FORUM)
    assert read(town, other, path).status_code == 403
    assert "RX1" not in read(town, other, path, code=FORUM).text.replace("RX1 ", "")
    assert read(town, "nonsense", path).status_code == 401
    assert read(town, key, "", after=-1).status_code == 400


def test_repeated_row_brings_state_and_reply(town: Town, key: str) -> None:
    case_no = push(town.client, key, a_row("RX1")).json()["case_no"]
    answer = push(town.client, key, a_closed_row("RX1", 诉求内容="别的话"))
    assert (answer.status_code, answer.json()["updated"]) == (200, True)
    case = town.get("dispatcher", f"/cases/{case_no}").json()
    assert (case["status"], case["outcome"]) == ("closed", "solved")
    assert case["text"] == "楼下夜里施工太吵"
    assert events_of(town, case_no)[-3:] == [
        ("accept", "12345市长热线"), ("resolve", "12345市长热线"), ("close", "12345市长热线"),
    ]  # fmt: skip
    assert push(town.client, key, a_closed_row("RX1")).json()["updated"] is False
    assert read(town, key, "/RX1").json()["answer"] == "已责令停工。"


def test_changed_reply_is_noted_with_an_event(town: Town, key: str) -> None:
    case_no = push(town.client, key, a_closed_row("RX1")).json()["case_no"]
    push(town.client, key, a_closed_row("RX1", 答复内容="已拆除，恢复原样。"))
    assert read(town, key, "/RX1").json()["answer"] == "已拆除，恢复原样。"
    assert events_of(town, case_no)[-1] == ("update", "12345市长热线")


def test_source_may_open_a_case_again(town: Town, key: str) -> None:
    case_no = push(town.client, key, a_closed_row("RX1")).json()["case_no"]
    row = a_closed_row("RX1", 工单状态="办理中")
    for name in ("办结时间", "结案时间", "办理结果", "答复内容"):
        row.pop(name)
    assert push(town.client, key, row).json()["updated"]
    case = town.get("dispatcher", f"/cases/{case_no}").json()
    assert (case["status"], case["round"]) == ("accepted", 2)


def test_earlier_state_takes_nothing_back(town: Town, key: str) -> None:
    case_no = push(town.client, key, a_row("RX1")).json()["case_no"]
    town.do("handler", case_no, "accept")
    push(town.client, key, a_row("RX1", 工单状态="待签收"))
    case = town.get("dispatcher", f"/cases/{case_no}").json()
    assert case["status"] == "accepted"
    assert events_of(town, case_no)[-1][0] == "update"


def test_running_task_keeps_the_case_open(town: Town, key: str) -> None:
    case_no = push(town.client, key, a_row("RX1")).json()["case_no"]
    town.do("handler", case_no, "accept")
    town.do("handler", case_no, "add_task", unit="330106-housing", text="查一下")
    assert push(town.client, key, a_closed_row("RX1")).status_code == 200
    case = town.get("dispatcher", f"/cases/{case_no}").json()
    assert case["status"] == "accepted"
    assert "任务没有办完" in case["events"][-1]["details"]["reason"]


def test_imported_file_updates_known_rows(town: Town, key: str, tmp_path: Any) -> None:
    case_no = push(town.client, key, a_row("RX1")).json()["case_no"]
    file = csv_of(tmp_path / "rows.csv", [a_closed_row("RX1"), a_row("RX2")])
    [progress] = import_rows(
        town.database,
        source(HOTLINE),
        file.name,
        read_file(file, source(HOTLINE).contract.columns).rows,
        print,
    )
    assert (progress.taken, progress.repeated, progress.updated) == (1, 1, 1)
    assert town.get("dispatcher", f"/cases/{case_no}").json()["status"] == "closed"
