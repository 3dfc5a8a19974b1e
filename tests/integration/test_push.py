"""What a source pushes over HTTP, and what staff see of it."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from backend.clock import now
from backend.database import Database
from backend.models.cases import Case
from backend.models.messages import OutboxMessage
from backend.models.sources import SourceIntake, SourceKey, SourceRecord
from backend.sources import keys
from backend.sources.registry import source
from tests.support.sources_desk import FORUM, HOTLINE, a_closed_row, a_key, a_row, push
from tests.support.staff_app import UNIT, Town


@pytest.fixture
def key(database: Database) -> str:
    return a_key(database)


def case_of(town: Town, case_no: str) -> dict[str, Any]:
    answer = town.get("dispatcher", f"/cases/{case_no}")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_pushed_row_becomes_case_with_clock_and_unit(town: Town, key: str) -> None:
    row = a_row("RX7", 诉求类型="投诉", 来源渠道="微信", 来电人="陈女士", 来电号码="138 0000 0001")
    answer = push(town.client, key, row)
    assert answer.status_code == 201, answer.text
    case = case_of(town, answer.json()["case_no"])
    assert case["unit"]["code"] == case["first_contact_owner"] == UNIT
    assert (case["status"], case["kind"]) == ("dispatched", "complaint")
    assert case["registered_at"] == "2026-11-20T01:12:00+00:00"
    assert case["resident"] == {"name": "陈女士", "phone": "13800000001", "channel": "wechat"}
    assert case["source"]["original_no"] == "RX7"
    assert case["source"]["as_given"] == {"诉求类型": "投诉", "来源渠道": "微信"}
    assert case["events"][0]["actor_name"] == "12345市长热线"


def test_bulk_push_reports_each_row_and_stores_valid(
    town: Town, key: str, database: Database
) -> None:
    answer = push(town.client, key, [a_row("RX1"), a_row("RX2", 受理时间="上周"), 7, a_row("RX1")])
    assert answer.status_code == 207
    first, bad, none, again = answer.json()["results"]
    assert [one["status"] for one in (first, bad, none, again)] == [201, 422, 422, 200]
    assert again["case_no"] == first["case_no"]
    assert bad["problems"] == [
        {"field": "受理时间", "why": "受理时间：时间看不懂，请写成 2026-11-23 14:05"}
    ]
    with database.begin() as session:
        intake = session.scalars(select(SourceIntake)).one()
        assert (intake.taken, intake.repeated, intake.rejected) == (1, 1, 2)


def test_sending_it_again_changes_nothing(town: Town, key: str) -> None:
    first = push(town.client, key, a_row("RX1"))
    second = push(town.client, key, a_row("RX1", 诉求内容="完全不同的话"))
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["case_no"] == second.json()["case_no"]
    assert case_of(town, first.json()["case_no"])["text"] == "楼下夜里施工太吵"


def test_concurrent_pushes_of_a_row_make_one_case(town: Town, key: str, database: Database) -> None:
    statuses: list[int] = []
    hands = [
        threading.Thread(
            target=lambda: statuses.append(push(town.client, key, a_row("RX1")).status_code)
        )
        for _ in range(4)
    ]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    assert sorted(statuses) == [200, 200, 200, 201]
    with database.begin() as session:
        assert session.scalar(select(func.count(Case.id))) == 1
        assert session.scalars(select(SourceIntake.repeated)).one() == 3


def test_case_closed_elsewhere_arrives_closed_without_notification(
    town: Town, key: str, database: Database
) -> None:
    case_no = push(town.client, key, a_closed_row("RX1")).json()["case_no"]
    case = case_of(town, case_no)
    assert (case["status"], case["outcome"], case["unit"]["code"]) == ("closed", "solved", UNIT)
    assert [event["to"] for event in case["events"]] == ["closed"]
    with database.begin() as session:
        assert session.scalar(select(func.count(OutboxMessage.id))) == 0


def test_open_case_notifications_wait_for_a_channel(
    town: Town, key: str, database: Database
) -> None:
    push(town.client, key, a_row("RX1"))
    with database.begin() as session:
        assert set(session.scalars(select(OutboxMessage.status))) == {"held"}


def test_phone_number_identifies_one_resident_and_absence_none(
    town: Town, key: str, database: Database
) -> None:
    phone = {"来电号码": "13800000001"}
    rows = [a_row("1", **phone), a_closed_row("2", **phone), a_row("3"), a_row("4")]
    push(town.client, key, rows)
    with database.begin() as session:
        whose = session.scalars(select(Case.resident_id).order_by(Case.id)).all()
    assert whose[0] == whose[1]
    assert len(set(whose)) == 3


@pytest.mark.parametrize("key_sent", [None, "", "nonsense", "deadbeef-nonsense", "-", "deadbeef"])
def test_without_a_right_key_nothing_goes_in(
    town: Town, key: str, key_sent: str | None, database: Database
) -> None:
    assert push(town.client, key_sent, a_row()).status_code == 401
    with database.begin() as session:
        assert session.scalar(select(func.count(Case.id))) == 0


def test_key_belongs_to_one_source_and_is_hashed(town: Town, key: str, database: Database) -> None:
    assert push(town.client, key, a_row(), FORUM).status_code == 403
    assert push(town.client, key, a_row(), "nobody").status_code == 404
    with database.begin() as session:
        row = session.scalars(select(SourceKey)).one()
        assert key not in (row.key_hash, row.prefix)
        assert key.startswith(row.prefix)


def test_revoked_key_fails_while_another_works(town: Town, key: str, database: Database) -> None:
    other = a_key(database)
    with database.begin() as session:
        keys.revoke(session, source(HOTLINE), key[:8], now=now())
    assert push(town.client, key, a_row()).status_code == 401
    assert push(town.client, other, a_row()).status_code == 201


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"\xff\xfe", 400),
        (b"[" * 100_000, 400),
        (b'"x"', 422),
        (b"null", 422),
        (b"[]", 207),
        (b"[" + b"{}," * 100 + b"{}]", 413),
        (b" " * 2_000_001, 413),
    ],
)
def test_bodies_that_are_no_row(town: Town, key: str, body: bytes, status: int) -> None:
    answer = push(town.client, key, body)
    assert answer.status_code == status, answer.text


def test_staff_search_by_original_number(town: Town, key: str) -> None:
    case_no = push(town.client, key, a_row("RX-2026/77")).json()["case_no"]
    push(town.client, key, a_row("RX-2026/78"))
    cases = town.get("dispatcher", "/cases", q="RX-2026/77").json()["cases"]
    assert [one["case_no"] for one in cases] == [case_no]
    assert town.get("dispatcher", "/cases", source=HOTLINE).json()["total"] == 2
    assert town.get("dispatcher", "/cases", source=FORUM).json()["total"] == 0
    assert town.get("dispatcher", "/cases", channel="phone").json()["total"] == 2
    assert town.get("other_handler", "/cases", q="RX-2026/77").json()["cases"] == []


def test_silent_source_is_flagged(town: Town, key: str, database: Database) -> None:
    push(town.client, key, [a_row("RX1"), {}])
    by_code = {one["code"]: one for one in town.get("leader", "/sources").json()["sources"]}
    assert len(by_code) == 10
    assert (by_code[HOTLINE]["stale"], by_code[HOTLINE]["taken"], by_code[HOTLINE]["rejected"]) == (
        False, 1, 1,
    )  # fmt: skip
    assert (by_code[FORUM]["stale"], by_code[FORUM]["last_received_at"]) == (True, None)
    with database.begin() as session:
        session.execute(update(SourceIntake).values(last_at=now() - timedelta(hours=3)))
    [hotline, *_] = town.get("leader", "/sources").json()["sources"]
    assert hotline["stale"]


def test_shares_of_the_channels_add_up(town: Town, key: str) -> None:
    """Of the last thirty days."""
    town.case()
    yesterday = (now() - timedelta(days=1)).isoformat()
    rows = [a_row(number, 受理时间=yesterday) for number in ("1", "2")]
    old, letter = a_row("3", 受理时间="2026-09-01 09:12"), a_row("4", 来源渠道="来信")
    push(town.client, key, [*rows, old, letter | {"受理时间": yesterday}])
    shares = town.get("supervisor", "/sources").json()["intake"]
    assert [(one["channel"], one["cases"]) for one in shares] == [
        ("phone", 2), ("letter", 1), ("web", 1),
    ]  # fmt: skip
    assert sum(one["share"] for one in shares) == pytest.approx(1)


def test_a_handler_does_not_look_after_sources(town: Town) -> None:
    assert town.get("handler", "/sources").status_code == 403
    assert town.client.get("/api/v1/sources").status_code == 401


def test_a_row_with_what_the_database_cannot_hold(town: Town, key: str, database: Database) -> None:
    answer = push(town.client, key, b'{"\\u5de5\\u5355\\u7f16\\u53f7": "RX\\u00001\\ud800"}')
    assert answer.status_code == 422
    row = a_row("R\0X", 诉求内容="吵\0死\ud800了")
    assert push(town.client, key, row).status_code == 201
    with database.begin() as session:
        assert session.scalars(select(SourceRecord.original_no)).one() == "RX"
