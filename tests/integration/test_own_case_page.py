"""One's own case by number and query code: shown, rated, limited; nothing of anybody else."""

import re
from typing import Any

import pytest
from httpx import Response
from sqlalchemy import select

from backend.case_codes import codes
from backend.cases import queries
from backend.clock import now
from backend.database import Database
from backend.models.case_codes import CaseCode
from backend.models.cases import CaseEvent
from backend.models.ratings import Rating
from backend.public_limits import MOST_TRIES
from tests.support.bot_desk import Desk as BotDesk
from tests.support.bot_desk import types
from tests.support.staff_app import UNIT, Town

WORDS, PHONE = "楼道里的灯坏了三个月，我叫郑小满", "13812345678"
ANSWER = f"已给郑小满换了新灯，有事打{PHONE}"


def code_of(town: Town, case_no: str) -> str:
    with town.database.begin() as session:
        return codes.make(session, queries.by_number(session, case_no), now=now())


def look(town: Town, number: str, code: str) -> Response:
    return town.client.post("/public/case", data={"number": number, "code": code})


def rate(town: Town, number: str, code: str, **fields: Any) -> Response:
    form = {"number": number, "code": code, **fields}
    return town.client.post("/public/case/rating", data=form)


@pytest.fixture
def resolved(town: Town) -> tuple[str, str]:
    case_no = town.case(WORDS, unit=UNIT, phone=PHONE)
    with town.database.begin() as session:
        queries.by_number(session, case_no).resident.name = "郑小满"
    town.do("handler", case_no, "accept")
    town.do("handler", case_no, "resolve", outcome="solved", text=ANSWER)
    return case_no, code_of(town, case_no)


def test_page_shows_state_unit_and_answer(town: Town, resolved: tuple[str, str]) -> None:
    page = look(town, *resolved)
    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-store"
    for words in ("已办结，待评价", "综合行政执法局", "换了新灯", "办得怎么样"):
        assert words in page.text
    for secret in ("郑小满", PHONE, "楼道里的灯"):
        assert secret not in page.text


def test_number_and_code_may_be_typed_loosely(town: Town, resolved: tuple[str, str]) -> None:
    case_no, code = resolved
    full_width = code.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    assert look(town, f" {case_no.lower()} ", f"{full_width}-").status_code == 200


def test_wrong_code_and_unknown_case_look_alike(town: Town, resolved: tuple[str, str]) -> None:
    case_no, code = resolved
    other = town.case("别人的事情")
    code_of(town, other)
    answers = [
        look(town, case_no, "0000 0000"),
        look(town, "HZ20200101000001", code),
        look(town, other, code),
        look(town, town.case("没有查询码的事"), code),
        look(town, "", ""),
        look(town, "x" * 5000, "\0" * 99),
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({re.sub(r'value="[^"]*"', "", answer.text) for answer in answers}) == 1


def test_guessing_ends_before_the_lookup(town: Town, resolved: tuple[str, str]) -> None:
    case_no, code = resolved
    for _ in range(MOST_TRIES):
        assert look(town, case_no, "1111 1111").status_code == 404
    blocked = look(town, case_no, code)
    assert blocked.status_code == 429
    assert "答复" not in blocked.text
    assert rate(town, case_no, code, grade="5").status_code == 429


def test_right_codes_are_not_counted(town: Town, resolved: tuple[str, str]) -> None:
    assert {look(town, *resolved).status_code for _ in range(MOST_TRIES + 5)} == {200}


def test_rating_is_stored_once(town: Town, resolved: tuple[str, str]) -> None:
    assert "谢谢您的评价" in rate(town, *resolved, grade="5").text
    assert "您已经评价过了" in rate(town, *resolved, grade="1").text
    with town.database.begin() as session:
        case = queries.by_number(session, resolved[0])
        assert [row.score for row in session.scalars(select(Rating))] == [5]
        assert case.status == "closed"
        event = session.scalars(select(CaseEvent).where(CaseEvent.action == "rate")).one()
        assert (event.actor, event.details["by"]) == ("resident", "query_code")


def test_low_rating_may_begin_the_case_anew(town: Town, resolved: tuple[str, str]) -> None:
    page = rate(town, *resolved, grade="1", reason="根本没修好", again="1")
    assert "重新办理" in page.text
    with town.database.begin() as session:
        case = queries.by_number(session, resolved[0])
        assert (case.round, case.status) == (2, "dispatched")
        assert session.scalars(select(Rating)).one().reason == "根本没修好"


@pytest.mark.parametrize("grade", ["", "0", "6", "九", "1" * 5000])
def test_no_grade_is_made_up(town: Town, resolved: tuple[str, str], grade: str) -> None:
    assert rate(town, *resolved, grade=grade).status_code == 400
    with town.database.begin() as session:
        assert session.scalars(select(Rating)).all() == []


def test_open_case_cannot_be_rated(town: Town) -> None:
    case_no = town.case(unit=UNIT)
    code = code_of(town, case_no)
    assert 'name="grade"' not in look(town, case_no, code).text
    assert rate(town, case_no, code, grade="5").status_code == 409


def test_phone_desk_gets_the_code_once(town: Town) -> None:
    body = {"channel": "phone", "text": "路灯不亮", "place": "文三路", "confirmed": True}
    answer = town.post("dispatcher", "/cases", body).json()
    assert look(town, answer["case_no"], answer["query_code"]).status_code == 200
    with town.database.begin() as session:
        stored = session.scalars(select(CaseCode.code_hash)).one()
    assert answer["query_code"].replace(" ", "") not in stored


def test_new_code_replaces_the_old_one(town: Town, desk: Any) -> None:
    case_no = town.case()
    old = code_of(town, case_no)
    page = desk("dispatcher")
    assert "发一个新的查询码" in page.get(f"/cases/{case_no}/code").text
    new = re.findall(
        r"\d{4} \d{4}", page.submit(f"/cases/{case_no}/code", f"/cases/{case_no}/code").text
    )[-1]
    assert look(town, case_no, old).status_code == 404
    assert look(town, case_no, new).status_code == 200
    assert desk("handler").get(f"/cases/{case_no}/code").status_code == 403


def test_web_chat_tells_the_code(alone: BotDesk, database: Database) -> None:
    types(alone, "拱墅区小河直街37号的路灯坏了一个月", "对")
    [answer] = [text for text in alone.replies() if "工单编号" in text]
    case_no = re.findall(r"HZ\d+", answer)[0]
    code = re.findall(r"查询码 (\d{4} \d{4})", answer)[0]
    with database.begin() as session:
        assert codes.find_case(session, case_no, code).case_no == case_no
