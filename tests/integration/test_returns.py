"""Returns: accepted or refused, charged to somebody, and disputes decided once."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from backend.cases.step import StepContext
from backend.cases.stepping import act
from backend.database import Database
from backend.errors import BadInput, Conflict
from backend.models.cases import Case, CaseEvent
from backend.models.messages import OutboxMessage
from backend.routing.corrections import corrections
from backend.vocabulary.actors import SYSTEM
from backend.vocabulary.case_lifecycle import Action
from backend.vocabulary.step_details import Dispatch, Return, UnitAndReason, read_details
from tests.support.builders import NOON, UNIT, a_dispatched_case, a_registered_case, take
from tests.support.staff_app import OTHER_UNIT, Town
from tests.support.staff_app import UNIT as TOWN_UNIT
from tests.support.stages import disputed, returned

HOUR = timedelta(hours=1)
ELSEWHERE = "330106-ecology"
CITYS = "HZ-urban_management"  # over UNIT in the tree


def last(case: Case) -> dict[str, Any]:
    return case.events[-1].details


def give_back(session: Any, case: Case, **reply: Any) -> None:
    details = {"reason": "not_ours", "text": "归环保管"} | reply
    take(session, case, read_details(Action.RETURN, details))
    session.expire(case, ["events"])


def send(session: Any, case: Case, unit: str) -> None:
    take(session, case, Dispatch(unit=unit))
    session.expire(case, ["events"])


def test_accepted_return_charges_sender_and_trains_router(database: Database) -> None:
    with database.begin() as session:
        case = a_dispatched_case(session)
        give_back(session, case, unit=ELSEWHERE)
        assert last(case)["unit"] == ELSEWHERE
        send(session, case, ELSEWHERE)
        messages = last(case)
        assert (messages["return"], messages["charged"]) == ("accepted", "router")
        assert (messages["returned_by"], case.first_contact_owner) == (UNIT, UNIT)
        assert [one.unit_types for one in corrections(session)] == [("ecology",)]


def test_a_dispatchers_own_mistake_is_not_the_routers(database: Database) -> None:
    with database.begin() as session:
        case = a_registered_case(session)
        send(session, case, UNIT)
        give_back(session, case)
        send(session, case, ELSEWHERE)
        assert last(case)["charged"] == "dispatcher"


def test_refused_return_charges_unit_and_keeps_clock(database: Database) -> None:
    with database.begin() as session:
        case = a_dispatched_case(session)
        clock = (case.respond_by, case.resolve_by)
        give_back(session, case)
        take(session, case, Action.REFUSE_RETURN, now=NOON + 26 * HOUR)
        session.expire(case, ["events"])
        assert (last(case)["return"], last(case)["charged"]) == ("refused", "unit")
        assert (case.status, case.unit_code) == ("dispatched", UNIT)
        assert (case.respond_by, case.resolve_by) == clock
        assert case.sign_by is not None
        assert case.sign_by > NOON + 26 * HOUR
        assert corrections(session) == []


def test_dispatching_it_back_is_refusing_it(database: Database) -> None:
    with database.begin() as session:
        case = a_dispatched_case(session)
        give_back(session, case)
        send(session, case, UNIT)
        assert (last(case)["return"], case.refused_unit) == ("refused", UNIT)


def test_bounces_are_counted_and_so_are_unsigned_hours(database: Database) -> None:
    with database.begin() as session:
        case = a_dispatched_case(session)
        details = Return(reason="not_ours", text="归环保管")
        take(session, case, details, now=NOON + 24 * HOUR)  # Monday to Tuesday noon
        session.expire(case, ["events"])
        assert last(case)["number"] == 1
        assert last(case)["unsigned_minutes"] == 7.5 * 60
        assert last(case)["unsigned_over_minutes"] == 0.5 * 60  # a district has seven hours
        send(session, case, ELSEWHERE)
        give_back(session, case)
        assert (last(case)["number"], case.returns) == (2, 2)
        rows = session.scalars(select(CaseEvent).where(CaseEvent.action == Action.RETURN)).all()
        assert sorted(row.unit_code for row in rows) == sorted([UNIT, ELSEWHERE])


def test_dispute_is_decided_once_and_binds(database: Database) -> None:
    with database.begin() as session:
        case = a_dispatched_case(session)
        give_back(session, case)
        take(session, case, Action.REFUSE_RETURN)
        give_back(session, case)
        assert (last(case)["disputed"], case.disputed_at) == (True, NOON)
        for action in (Action.DISPATCH, Action.REFUSE_RETURN):
            with pytest.raises(Conflict, match="争议"):
                take(session, case, action)
        take(session, case, Action.ARBITRATE)
        session.expire(case, ["events"])
        assert last(case) | {"arbitrated": True, "charged": "unit"} == last(case)
        with pytest.raises(Conflict, match="已经裁定"):
            give_back(session, case)
        for action in (Action.ACCEPT, Action.RESOLVE, Action.REOPEN):
            take(session, case, action)
        give_back(session, case)  # another round is another matter


def test_dispute_decision_may_bind_another_unit(database: Database) -> None:
    with database.begin() as session:
        case = a_dispatched_case(session)
        give_back(session, case)
        take(session, case, Action.REFUSE_RETURN)
        give_back(session, case)
        reason = "油烟归环保"
        verdict = UnitAndReason(action=Action.ARBITRATE, unit=ELSEWHERE, reason=reason)
        take(session, case, verdict)
        session.expire(case, ["events"])
        assert (case.unit_code, last(case)["charged"]) == (ELSEWHERE, "router")
        assert [one.unit_types for one in corrections(session)] == [("ecology",)]
        with pytest.raises(Conflict, match="已经裁定"):
            give_back(session, case)


def test_handing_up_goes_only_up_the_tree(database: Database) -> None:
    with database.begin() as session:
        case = a_dispatched_case(session)
        with pytest.raises(BadInput, match="上级"):
            give_back(session, case, reason="beyond_power", unit=ELSEWHERE)
        give_back(session, case, reason="beyond_power", unit=CITYS)
        send(session, case, CITYS)
        assert (case.unit_code, case.first_contact_owner) == (CITYS, UNIT)


def test_each_step_names_responsible_and_contact(database: Database) -> None:
    with database.begin() as session:
        case = a_dispatched_case(session)
        give_back(session, case)
        take(session, case, Action.REFUSE_RETURN)
        give_back(session, case)
        take(session, case, Action.ARBITRATE)
        texts = [m.text for m in session.scalars(select(OutboxMessage).order_by("id"))][2:]
    unit = "西湖区综合行政执法局"
    assert len(texts) == 4
    for text, responsible in zip(
        texts, ["12345民呼中心", unit, "12345民呼中心", unit], strict=True
    ):
        assert f"由{responsible}" in text or f"{responsible}负责" in text, text
        assert "打12345" in text
    assert "裁定" in texts[2]


def test_return_over_http_needs_proposal_and_facts(town: Town) -> None:
    case_no = town.case(unit=TOWN_UNIT)
    body = {"reason": "not_ours", "text": "是街道的路", "unit": OTHER_UNIT}
    case = town.do("handler", case_no, "return", **body).json()
    assert case["events"][-1]["details"] | body == case["events"][-1]["details"]
    assert (case["returns"], case["events"][-1]["unit"]) == (1, TOWN_UNIT)


def test_the_console_refuses_arbitrates_and_shows_why(town: Town, desk: Any) -> None:
    dispatcher, handler, supervisor = desk("dispatcher"), desk("handler"), desk("supervisor")
    case_no = returned(town)
    assert "“不准退单”已完成" in dispatcher.step(case_no, "refuse_return", reason="您的路段").text
    body = {"reason": "not_ours", "text": "还是不归", "unit_asked": "上城区综合行政执法局"}
    page = handler.step(case_no, "return", **body).text
    assert "建议改派给：上城区综合行政执法局" in page
    assert "有争议，等督办员或领导裁定" in page
    assert f"/{case_no}/dispatch" not in dispatcher.get(f"/cases/{case_no}").text
    done = supervisor.step(case_no, "arbitrate", unit_asked="西湖区综合行政执法局", reason="三定")
    assert "“裁定”已完成，市民会收到消息。" in done.text
    assert "退单不成立，算退单的单位的" in done.text
    assert f"/{case_no}/return" not in handler.get(f"/cases/{case_no}").text


def test_a_leader_decides_as_well(town: Town) -> None:
    case_no = disputed(town)
    town.do("leader", case_no, "arbitrate", unit=TOWN_UNIT, reason="三定方案")
    again = {"reason": "not_ours", "text": "不归"}
    assert town.post("handler", f"/cases/{case_no}/return", again).status_code == 409


def test_an_event_of_a_wrong_clock_breaks_nothing(database: Database) -> None:
    with database.begin() as session:
        case = a_dispatched_case(session)
        take(session, case, Action.RETURN, now=NOON - 3 * HOUR)
        session.expire(case, ["events"])
        assert last(case)["unsigned_minutes"] == 0
        act(StepContext(session, case, SYSTEM, NOON - 5 * HOUR, Dispatch(unit=UNIT)))
        assert [event.action for event in case.events][-1] in {"return", "dispatch"}
