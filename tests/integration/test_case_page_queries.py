"""A case's page asks the database at most fifteen times, whatever has happened to the case."""

from collections.abc import Callable

import pytest

from backend.cases import queries
from backend.clock import now
from backend.models.staff import Role
from backend.vocabulary.case_lifecycle import Action
from tests.support.builders import take
from tests.support.counting import counting
from tests.support.desk import Desk
from tests.support.staff_app import OTHER_UNIT, UNIT, Town
from tests.support.stages import RESOLVED

MOST = 15
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(100)


@pytest.fixture
def eventful(town: Town) -> str:
    """A case with photos, helpers, summoned units, three rounds and ratings, returned just now."""
    chat = town.conversation()
    for number in range(3):
        town.says(chat, "看照片", photo=JPEG + bytes([number]))
    case_no = town.case("楼下夜里施工太吵", phone="13800000000", conversation_id=chat)
    street = "330106002-street"
    if town.get("admin", f"/cases/{case_no}").json()["status"] == "registered":
        town.do("dispatcher", case_no, "dispatch", unit=UNIT)
    town.hire("street", Role.HANDLER, street)
    town.do("handler", case_no, "return", reason="not_ours", text="是街道的路")
    town.do("dispatcher", case_no, "dispatch", unit=street)
    for rounds in range(3):
        town.do("street", case_no, "accept", text="打过电话了")
        for _ in range(2):
            added = town.do("street", case_no, "add_task", unit=OTHER_UNIT, text="看一下")
            task = added.json()["tasks"][-1]["id"]
            town.do("other_handler", case_no, "accept_task", task=task)
            town.do("other_handler", case_no, "finish_task", task=task, text="看过了")
        summoned = {"reason": "到现场", "units": [UNIT, OTHER_UNIT]}
        town.do("street", case_no, "raise_whistle", **summoned)
        town.do("street", case_no, "resolve", **RESOLVED)
        if rounds:  # what comes back does not end by one person
            town.do("supervisor", case_no, "confirm")
        town.rates(case_no, 1, reason=f"第 {rounds} 次也没办好")
        with town.database.begin() as session:
            case = queries.by_number(session, case_no)
            take(session, case, Action.REOPEN, now=now())
    town.do("street", case_no, "return", reason="not_ours", text="是住建的")
    return case_no


@pytest.mark.parametrize(
    ("role", "unit"),
    [
        (Role.DISPATCHER, "HZ-12345"),
        (Role.ADMIN, "HZ-12345"),
        (Role.ADMIN, "330106-government"),
        (Role.DISPATCHER, "330106-government"),
        (Role.SUPERVISOR, "330106-government"),
        (Role.HANDLER, "330106002-street"),
    ],
)
def test_a_page_with_all_there_is(
    town: Town, desk: Callable[[str], Desk], eventful: str, role: Role, unit: str
) -> None:
    town.hire("somebody", role, unit)
    reader = desk("somebody")
    with counting(town.database) as question:
        page = reader.get(f"/cases/{eventful}")
    assert page.status_code == 200
    assert "第 2 次也没办好" in page.text
    assert "还没报到" in page.text
    assert len(question.statements) <= MOST, "\n\n".join(question.statements)
