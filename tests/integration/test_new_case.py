"""Staff take an appeal down for who rings, comes to the window, or writes a letter (S71)."""

import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from backend.cases.queries import by_number
from backend.database import Database
from backend.models.cases import Case
from backend.models.messages import OutboxMessage
from tests.support.desk import Desk
from tests.support.staff_app import UNIT, Town

FORM = {"channel": "phone", "text": "楼下夜里施工太吵", "place": "西湖区文三路"}


def register(town: Town, username: str = "dispatcher", **more: Any) -> Any:
    return town.post(username, "/cases", FORM | {"confirmed": True} | more)


def cases(database: Database) -> int:
    with database.begin() as session:
        return session.scalar(select(func.count(Case.id))) or 0


def test_it_takes_the_way_of_every_case(town: Town, database: Database) -> None:
    answer = register(town, name="王大爷", phone="0571 8000 0001")
    assert answer.status_code == 201, answer.text
    case = town.get("dispatcher", f"/cases/{answer.json()['case_no']}").json()
    assert (case["unit"]["code"], case["status"]) == (UNIT, "dispatched")
    assert case["resident"] == {"name": "王大爷", "phone": "0571-80000001", "channel": "phone"}
    assert case["events"][0]["actor_name"].endswith("示例派单员")
    assert answer.json()["resolve_by"] == case["resolve_by"]
    with database.begin() as session:  # nobody can be written to: it is staff's to tell
        assert set(session.scalars(select(OutboxMessage.status))) == {"held"}


def test_a_preview_suggests_and_keeps_nothing(town: Town, database: Database) -> None:
    result = town.post("handler", "/cases/preview", FORM).json()
    assert "楼下夜里施工太吵" in result["read_back"]
    assert "西湖区文三路" in result["read_back"]
    assert result["unit"]["code"] == UNIT
    assert result["kind"] == result["suggested_kind"]
    assert result["emergency"] is None
    assert cases(database) == 0


def test_danger_is_seen_before_it_is_registered(town: Town) -> None:
    preview = town.post("dispatcher", "/cases/preview", FORM | {"text": "着火了，有人困在里面"})
    assert preview.json()["emergency"]["number"] == "119"


def test_chosen_kind_and_routers_kind_are_both_stored(town: Town) -> None:
    number = register(town, kind="suggestion", channel="letter").json()["case_no"]
    case = town.get("admin", f"/cases/{number}").json()
    assert (case["kind"], case["resident"]["channel"]) == ("suggestion", "letter")


def test_sent_twice_it_is_one_case(town: Town, database: Database) -> None:
    first, second = register(town, key="call-0001"), register(town, key="call-0001")
    assert first.json()["case_no"] == second.json()["case_no"]
    register(town, "handler", key="call-0001")  # of another person, it is another call
    assert cases(database) == 2


def test_repeat_caller_is_recognised_and_anonymous_is_not(town: Town, database: Database) -> None:
    for phone in ("13800000001", "138-0000-0001", None, None):
        register(town, phone=phone)
    with database.begin() as session:
        whose = session.scalars(select(Case.resident_id).order_by(Case.id)).all()
    assert whose[0] == whose[1]
    assert len(set(whose)) == 3


@pytest.mark.parametrize(
    ("wrong", "status", "words"),
    [
        ({"confirmed": False}, 400, "念给市民听"),
        ({"text": " …… "}, 400, "请写下"),
        ({"phone": "不方便"}, 400, "电话"),
        ({"channel": "web"}, 400, ""),
        ({"kind": "rant"}, 400, ""),
        ({"key": "short"}, 400, ""),
        ({"text": "长" * 5001}, 400, ""),
    ],
)
def test_what_cannot_be_registered(
    town: Town, database: Database, wrong: dict[str, Any], status: int, words: str
) -> None:
    answer = register(town, **wrong)
    assert answer.status_code == status
    assert words in answer.json()["error"]
    assert cases(database) == 0


@pytest.mark.parametrize("username", ["supervisor", "leader"])
def test_who_does_not_take_appeals_down(town: Town, username: str) -> None:
    assert register(town, username).status_code == 403
    assert town.post(username, "/cases/preview", FORM).status_code == 403


def test_console_reads_back_before_registering_on_yes(
    town: Town, database: Database, desk: Callable[[str], Desk]
) -> None:
    at = desk("dispatcher")
    typed = FORM | {"channel": "window", "name": '"><b>李', "phone": "13800000001"}
    page = at.submit("/new-case", "/new-case", step="read-back", **typed)
    assert page.status_code == 200
    assert "请念给市民听" in page.text
    assert "您反映的是：楼下夜里施工太吵，地点是西湖区文三路" in page.text
    assert "西湖区综合行政执法局" in page.text
    assert cases(database) == 0
    done = at.post("/new-case", data=hidden_in(page.text) | {"kind": "help", "step": "register"})
    number = re.search(r"HZ\d{14}", done.text)
    assert number is not None
    case = town.get("admin", f"/cases/{number.group()}").json()
    assert case["resident"] == {"name": '"><b>李', "phone": "13800000001", "channel": "window"}
    assert case["kind"] == "help"
    again = at.post("/new-case", data=hidden_in(page.text) | {"kind": "help", "step": "register"})
    assert number.group() in again.text
    assert cases(database) == 1


def test_console_form_can_be_corrected_before_registering(
    desk: Callable[[str], Desk], database: Database
) -> None:
    at = desk("handler")
    page = at.submit("/new-case", "/new-case", step="read-back", **FORM)
    back = at.post("/new-case", data=hidden_in(page.text) | {"kind": "help", "step": "edit"})
    assert "楼下夜里施工太吵</textarea>" in back.text
    wrong = at.submit("/new-case", "/new-case", step="read-back", **FORM, phone="不方便")
    assert wrong.status_code == 400
    assert "电话号码不对" in wrong.text
    assert "楼下夜里施工太吵</textarea>" in wrong.text
    danger = at.submit("/new-case", "/new-case", step="read-back", **FORM | {"text": "着火了救命"})
    assert "119" in danger.text
    assert cases(database) == 0


def hidden_in(page: str) -> dict[str, str]:
    inside = page[page.index('action="/console/new-case"') :]
    fields = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', inside)
    return {name: html.unescape(value) for name, value in fields}


def test_console_form_is_only_for_intake_staff(desk: Callable[[str], Desk]) -> None:
    assert "/console/new-case" in desk("handler").get("/cases").text
    assert "/console/new-case" not in desk("leader").get("/cases").text
    assert desk("leader").get("/new-case").status_code == 403


def test_likely_article_is_chosen_on_the_phone(town: Town, desk: Callable[[str], Desk]) -> None:
    at = desk("dispatcher")
    asks = {"channel": "phone", "text": "年休假有几天", "kind": "inquiry", "step": "read-back"}
    html = at.submit("/new-case", "/new-case", **asks).text
    assert 'type="radio" name="article" value="annual-leave"' in html
    case_no = town.case()
    with town.database.begin() as session:
        case = by_number(session, case_no)
        case.kind, case.text = "inquiry", "年休假有几天"
    assert 'value="annual-leave"' in at.get(f"/cases/{case_no}").text
    assert "已完成" in at.step(case_no, "answer", article="annual-leave").text


def test_unit_answers_by_article_in_three_clicks(town: Town, desk: Callable[[str], Desk]) -> None:
    case_no = town.case(unit=UNIT)
    town.do("handler", case_no, "accept")
    with town.database.begin() as session:
        case = by_number(session, case_no)
        case.kind, case.text = "inquiry", "年休假有几天"
    form = desk("handler")
    assert 'type="radio" name="article" value="annual-leave"' in form.get(f"/cases/{case_no}").text
    typed = {"outcome": "explained", "article": "annual-leave", "text": ""}  # and 办结
    assert "已完成" in form.step(case_no, "resolve", **typed).text
    case_now = town.get("admin", f"/cases/{case_no}").json()
    assert case_now["events"][-1]["details"]["article"] == "annual-leave"
    assert "年" in case_now["outcome_text"]


def test_complaints_have_no_articles_to_choose(town: Town, desk: Callable[[str], Desk]) -> None:
    case_no = town.case("年休假不给", unit=UNIT)
    town.do("handler", case_no, "accept")
    with town.database.begin() as session:
        by_number(session, case_no).kind = "complaint"
    assert 'name="article"' not in desk("handler").get(f"/cases/{case_no}").text
    refused = desk("handler").step(case_no, "resolve", outcome="explained", text=" ")
    assert refused.status_code == 400
    assert "请填写给市民的答复" in refused.text
