"""The person who handles a case, urging that is acknowledged, interviews and internal notes."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from backend.models.cases import Case
from backend.models.messages import OutboxMessage
from backend.models.staff import Role
from tests.support import stages
from tests.support.desk import Desk
from tests.support.staff_app import OTHER_UNIT, UNIT, Town

AtDesk = Callable[[str], Desk]


@pytest.fixture
def team(town: Town) -> Town:
    town.hire("colleague", Role.HANDLER, UNIT)
    return town


def column(town: Town, case_no: str, name: str) -> Any:
    with town.database.begin() as session:
        return session.scalar(select(getattr(Case, name)).where(Case.case_no == case_no))


def test_a_colleague_is_assigned_with_an_event(team: Town, desk: AtDesk) -> None:
    case_no = stages.accepted(team)
    page = desk("handler").step(case_no, "assign", assignee="colleague", text="你熟这条路")
    assert "“指给”已完成" in page.text
    assert "由 示例承办人 办" in page.text
    assert case_no in desk("colleague").get("/cases?tab=mine").text
    assert case_no not in desk("handler").get("/cases?tab=mine").text
    event = team.get("admin", f"/cases/{case_no}").json()["events"][-1]
    assert (event["action"], event["details"]["assignee"]) == ("assign", "colleague")


@pytest.mark.parametrize("assignee", ["other_handler", "dispatcher", "nobody", "", "<script>"])
def test_only_people_of_the_unit_are_assigned(team: Town, assignee: str) -> None:
    case_no = stages.accepted(team)
    answer = team.post("handler", f"/cases/{case_no}/assign", {"assignee": assignee})
    assert answer.status_code == 400


def test_assignment_ends_with_the_unit(team: Town) -> None:
    case_no = stages.accepted(team)
    team.do("handler", case_no, "assign", assignee="colleague")
    team.do("handler", case_no, "return", reason="not_ours", text="是街道的路")
    team.do("dispatcher", case_no, "dispatch", unit=OTHER_UNIT)
    assert column(team, case_no, "assignee_id") is None


def test_case_without_a_unit_has_nobody(town: Town) -> None:
    answer = town.post("admin", f"/cases/{town.case()}/assign", {"assignee": "handler"})
    assert answer.status_code == 409


def test_the_unit_acknowledges_urging_once(town: Town, desk: AtDesk) -> None:
    case_no = stages.accepted(town)
    town.do("supervisor", case_no, "supervise", reason="快到期了")
    supervisor, handler = desk("supervisor"), desk("handler")
    for at in (supervisor, handler):
        assert case_no in at.get("/cases?tab=urged").text
    assert "要确认督办" in handler.get("/cases?tab=urged").text
    assert "acknowledge_urging" not in supervisor.get(f"/cases/{case_no}").text
    done = handler.step(case_no, "acknowledge_urging", text="今天去修")
    assert "“确认督办”已完成" in done.text
    assert case_no not in supervisor.get("/cases?tab=urged").text
    again = town.post("handler", f"/cases/{case_no}/acknowledge_urging")
    assert again.status_code == 409


def test_an_interview_is_noted_and_urges(town: Town, desk: AtDesk) -> None:
    case_no = stages.accepted(town)
    page = desk("leader").step(case_no, "interview", text="约谈了王队，答应三天修好")
    assert "答应三天修好" in page.text
    assert column(town, case_no, "urged_at") is not None
    assert town.post("handler", f"/cases/{case_no}/interview", {"text": "x"}).status_code == 403


def test_residents_do_not_see_notes_and_assignments(team: Town) -> None:
    case_no = stages.accepted(team)

    def messages() -> int:
        with team.database.begin() as session:
            return len(session.scalars(select(OutboxMessage.id)).all())

    before = messages()
    team.do("handler", case_no, "note", text="他家门牌是假的")
    team.do("handler", case_no, "assign", assignee="colleague")
    team.do("supervisor", case_no, "interview", text="约谈了")
    team.do("handler", case_no, "acknowledge_urging")
    assert messages() == before


def test_a_closed_case_takes_no_notes(town: Town, desk: AtDesk) -> None:
    case_no = stages.accepted(town)
    page = desk("handler")
    form = page.get(f"/cases/{case_no}").text
    assert f"/cases/{case_no}/note" in form
    town.do("handler", case_no, "resolve", **stages.RESOLVED)
    token = form.split('name="form_token" value="')[1].split('"')[0]
    answer = page.post(f"/cases/{case_no}/note", data={"form_token": token, "text": "还要看看"})
    assert answer.status_code == 409
    assert "还要看看" in answer.text


def test_notes_leave_news_where_they_are(town: Town) -> None:
    case_no = stages.accepted(town)
    with town.database.begin() as session:
        case = session.scalars(select(Case).where(Case.case_no == case_no)).one()
        case.news_at = case.registered_at
    town.do("handler", case_no, "note", text="看过了")
    assert column(town, case_no, "news_at") is not None
    town.do("handler", case_no, "contact", text="打过电话了")
    assert column(town, case_no, "news_at") is None
