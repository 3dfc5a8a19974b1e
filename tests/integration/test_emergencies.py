"""Emergencies at the desk: the sentence, an owner, a checklist, and false alarms."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from backend.clock import now
from backend.conversations import emergencies
from backend.jobs.scheduler import sweep
from backend.models.conversations import Conversation
from backend.models.emergencies import Emergency
from backend.models.residents import Resident
from backend.models.staff import Role, StaffAccount
from tests.support.staff_app import UNIT, Town

WORDS = "厨房煤气味很浓，我手机13812345678"


def report(town: Town, kind: str = "gas") -> int:
    """A chat in which the resident reported a danger."""
    chat = town.conversation()
    town.says(chat, WORDS)
    with town.database.begin() as session:
        conversation = session.get_one(Conversation, chat)
        emergencies.report(session, conversation, kind, WORDS, "燃气", now=now())
    return chat


def row(town: Town) -> Emergency:
    with town.database.begin() as session:
        return session.scalars(select(Emergency)).one()


def test_the_row_shows_what_raised_the_alarm(town: Town, desk: Callable[[str], Any]) -> None:
    chat = report(town)
    town.says(chat, "你们快点")
    html = desk("dispatcher").get("/conversations").text
    assert "“厨房煤气味很浓，我手机" in html
    assert "13812345678" not in html
    assert "紧急：燃气" in html


def test_no_emergency_is_without_owner(town: Town) -> None:
    for _ in range(3):
        report(town)
    sweep(town.database, now())
    with town.database.begin() as session:
        assert {one.owner_id for one in session.scalars(select(Emergency))} != {None}
        assert None not in {one.owner_id for one in session.scalars(select(Emergency))}


def test_an_unknown_rota_still_gives_an_owner(town: Town) -> None:
    report(town)
    with town.database.begin() as session:
        for staff in session.scalars(select(StaffAccount)):
            staff.active = staff.username == "admin"
        admin = session.scalars(
            select(StaffAccount.id).where(StaffAccount.username == "admin")
        ).one()
    sweep(town.database, now())
    assert row(town).owner_id == admin


def test_whoever_claims_owns_the_emergency(town: Town, desk: Callable[[str], Any]) -> None:
    chat = report(town)
    address = f"/conversations/{chat}"
    page = desk("supervisor").submit(address, f"{address}/claim").text
    assert "示例督办员负责" in page
    town.says(chat, "还有一个人在里面")
    with town.database.begin() as session:
        conversation = session.get_one(Conversation, chat)
        emergencies.report(session, conversation, "gas", "还有人", "燃气", now=now())
    assert row(town).owner_id is not None


def test_the_checklist_is_kept(town: Town, desk: Callable[[str], Any]) -> None:
    chat = report(town)
    address = f"/conversations/{chat}"
    browser = desk("dispatcher")
    assert "关阀门" in browser.get(address).text
    browser.submit(address, f"{address}/emergency", **{"done-no_sparks": "on"})
    assert row(town).done == ["no_sparks"]
    assert 'name="done-no_sparks" checked' in browser.get(address).text
    odd = browser.submit(address, f"{address}/emergency", **{"done-x": "on"})
    assert odd.status_code == 400


def test_a_false_alarm_leaves_the_top(town: Town, desk: Callable[[str], Any]) -> None:
    chat = report(town)
    address, browser = f"/conversations/{chat}", desk("dispatcher")
    refused = browser.submit(address, f"{address}/no-emergency", reason=" ")
    assert refused.status_code == 400
    done = browser.submit(address, f"{address}/no-emergency", reason="是隔壁在烧烤")
    assert "不算紧急" in done.text
    with town.database.begin() as session:
        assert [(one.words, one.reason) for one in emergencies.false_ones(session)] == [
            (WORDS, "是隔壁在烧烤")
        ]
    html = browser.get("/conversations").text
    assert 'class="danger"' not in html
    assert f"queued-{chat}" in html
    token = re.findall(r'name="form_token" value="([^"]+)"', html)[0]
    again = browser.post(f"{address}/no-emergency", data={"form_token": token, "reason": "x"})
    assert again.status_code == 409


def test_elders_come_second(town: Town, desk: Callable[[str], Any]) -> None:
    first, elder = town.conversation(), town.conversation()
    town.queue(first)
    town.queue(elder)
    danger = report(town)
    with town.database.begin() as session:
        resident = session.get_one(Conversation, elder).account.resident_id
        session.get_one(Resident, resident).elder_mode = True
    html = desk("dispatcher").get("/conversations/waiting").text
    order = re.findall(r'id="queued-(\d+)"', html)
    assert order == [str(danger), str(elder), str(first)]


@pytest.mark.parametrize("step", ["emergency", "emergency-over", "no-emergency"])
def test_another_unit_touches_no_emergency(
    town: Town, desk: Callable[[str], Any], step: str
) -> None:
    town.hire("western", Role.DISPATCHER, UNIT)
    chat = report(town)
    browser = desk("western")
    token = re.findall(r'name="form_token" value="([^"]+)"', browser.get("/cases").text)[0]
    answer = browser.post(
        f"/conversations/{chat}/{step}", data={"form_token": token, "reason": "x"}
    )
    assert answer.status_code == 404
    assert row(town).ended_at is None
