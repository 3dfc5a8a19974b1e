"""A dispatch that was wrong is recalled before the unit signs, and costs the unit nothing."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.database import Database
from backend.errors import Conflict
from backend.measures.city_units import City
from backend.measures.drill_down import condition_of
from backend.measures.query import MeasureQuery
from backend.measures.report import measure
from backend.models.cases import Case
from backend.models.messages import OutboxMessage
from backend.routing.corrections import corrections
from backend.vocabulary.case_lifecycle import Action
from backend.vocabulary.step_details import Dispatch
from tests.integration.test_measured import FORMULA, LATER, OTHER, PERIOD, of_unit
from tests.support.builders import (
    NOON,
    UNIT,
    a_dispatched_case,
    a_registered_case,
    take,
)
from tests.support.staff_app import OTHER_UNIT, Town
from tests.support.staff_app import UNIT as TOWN_UNIT
from tests.support.stages import accepted, dispatched, disputed, registered, resolved, returned

ELSEWHERE = "330106-ecology"
HOUR = timedelta(hours=1)


def recall(session: Session, case: Case, *, hours: float = 1) -> None:
    take(session, case, Action.RECALL, now=NOON + hours * HOUR)
    session.expire(case, ["events"])


def dispatch_to(session: Session, case: Case, unit: str) -> None:
    take(session, case, Dispatch(unit=unit), now=NOON + 2 * HOUR)
    session.expire(case, ["events"])


def notifications(session: Session, case: Case) -> list[str]:
    rows = select(OutboxMessage.text).where(OutboxMessage.case_id == case.id)
    return list(session.scalars(rows.order_by(OutboxMessage.id)))


# What a recall leaves


def test_the_case_is_as_after_its_registration(database: Database) -> None:
    with database.begin() as session:
        case = a_dispatched_case(session)
        clocks = (case.respond_by, case.resolve_by, case.total_resolve_by)
        recall(session, case)
        assert (case.status, case.unit_code, case.sign_by) == ("registered", None, None)
        assert (case.respond_by, case.resolve_by, case.total_resolve_by) == clocks
        assert case.first_contact_owner is None
        event = case.events[-1]
        assert (event.action, event.unit_code, event.to_status) == ("recall", UNIT, "registered")
        dispatch = next(one for one in case.events if one.action == "dispatch")
        assert event.details == {
            "recalled_from": UNIT, "dispatched_at": dispatch.at.isoformat(), "sent_by": "router",
        }  # fmt: skip


def test_the_next_unit_is_the_first_contact(database: Database) -> None:
    with database.begin() as session:
        case = a_dispatched_case(session)
        recall(session, case)
        dispatch_to(session, case, ELSEWHERE)
        assert (case.unit_code, case.first_contact_owner) == (ELSEWHERE, ELSEWHERE)


@pytest.mark.parametrize("steps", [(Action.RETURN,), (Action.ACCEPT, Action.RETURN)])
def test_former_unit_stays_accountable(database: Database, steps: tuple[Action, ...]) -> None:
    """S28: only a unit that never signed a wrong dispatch is released."""
    with database.begin() as session:
        case = a_dispatched_case(session)
        for action in steps:
            take(session, case, action)
        dispatch_to(session, case, ELSEWHERE)
        recall(session, case, hours=3)
        assert (case.unit_code, case.first_contact_owner) == (None, UNIT)


def test_resident_gets_one_message_then_one_with_unit(database: Database) -> None:
    with database.begin() as session:
        case = a_dispatched_case(session)
        before = len(notifications(session, case))
        recall(session, case)
        dispatch_to(session, case, ELSEWHERE)
        check, redirect = notifications(session, case)[before:]
        assert "我们再核对一下您的事该由谁办" in check
        assert check.count("。") == redirect.count("。") == 1
        assert "您的事改由杭州市生态环境局西湖分局" in redirect
        assert "期限不变" in redirect


# Whose mistake it was


@pytest.mark.parametrize(("by_router", "charged"), [(True, "router"), (False, "dispatcher")])
def test_a_redirect_charges_who_sent_the_case(
    database: Database, by_router: bool, charged: str
) -> None:
    with database.begin() as session:
        case = a_dispatched_case(session) if by_router else a_registered_case(session)
        if not by_router:
            dispatch_to(session, case, UNIT)
        recall(session, case)
        dispatch_to(session, case, ELSEWHERE)
        details = case.events[-1].details
        assert (details["recalled_from"], details["charged"]) == (UNIT, charged)
        assert "return" not in details


def test_redirect_trains_the_router_and_recall_does_not(database: Database) -> None:
    with database.begin() as session:
        case = a_dispatched_case(session)
        recall(session, case)
        assert corrections(session) == []
        dispatch_to(session, case, ELSEWHERE)
        assert [one.unit_types for one in corrections(session)] == [("ecology",)]


def test_the_same_unit_again_is_nobodys_mistake(database: Database) -> None:
    with database.begin() as session:
        case = a_dispatched_case(session)
        recall(session, case)
        dispatch_to(session, case, UNIT)
        assert "charged" not in case.events[-1].details
        assert corrections(session) == []
        assert "交给" in notifications(session, case)[-1]
        assert of_unit(session, UNIT).buck_passing.counts.dispatched == 1


def test_a_recalled_dispatch_is_none_of_the_units(database: Database) -> None:
    with database.begin() as session:
        case = a_dispatched_case(session)
        assert case.sign_by is not None
        recall(session, case, hours=100)  # long after the unit should have signed
        dispatch_to(session, case, OTHER)
        take(session, case, Action.ACCEPT, now=NOON + 101 * HOUR)
        counts = of_unit(session, UNIT).buck_passing.counts
        assert (counts.dispatched, counts.unsigned_minutes, counts.refused_returns) == (0, 0, 0)
        assert (counts.by_router, counts.router_mistakes) == (1, 1)
        assert of_unit(session, OTHER).buck_passing.counts.dispatched == 1
        report = measure(session, MeasureQuery(PERIOD), FORMULA, LATER)
        assert (report.router.numerator, report.router.denominator) == (1, 1)


def test_the_lists_behind_the_numbers_agree(database: Database) -> None:
    with database.begin() as session:
        case = a_dispatched_case(session)
        recall(session, case)
        dispatch_to(session, case, OTHER)
        city = City.read(session)
        expected = {UNIT: (1, 0), OTHER: (0, 1)}
        for unit, numbers in expected.items():
            query = MeasureQuery(PERIOD, (), {"unit": unit})
            for name, cases in zip(("router_mistakes", "dispatched"), numbers, strict=True):
                listed = select(Case).where(condition_of(name, query, city, FORMULA, LATER))
                assert len(session.scalars(listed).all()) == cases, (unit, name)


# When it cannot be


def test_a_decision_over_a_return_cannot_be_recalled(database: Database) -> None:
    with database.begin() as session:
        case = a_dispatched_case(session)
        take(session, case, Action.RETURN)
        take(session, case, Action.REFUSE_RETURN)
        with pytest.raises(Conflict, match="退单没有获准"):
            recall(session, case)
        take(session, case, Action.RETURN)
        take(session, case, Action.ARBITRATE)
        with pytest.raises(Conflict, match="裁定"):
            recall(session, case)


def test_later_round_can_be_redirected_but_not_answered(database: Database) -> None:
    """An answer would end the case of a dissatisfied resident without a second person."""
    with database.begin() as session:
        case = a_dispatched_case(session)
        for action in (Action.ACCEPT, Action.RESOLVE, Action.REOPEN):
            take(session, case, action)
        recall(session, case)
        assert (case.round, case.first_contact_owner) == (2, UNIT)
        assert "sent_by" not in case.events[-1].details  # the reopening sent it, not a dispatch
        with pytest.raises(Conflict, match="不能直接答复"):
            take(session, case, Action.ANSWER)
        dispatch_to(session, case, ELSEWHERE)
        assert "charged" not in case.events[-1].details


def test_recalled_proposal_cannot_take_the_case_back(database: Database) -> None:
    with database.begin() as session:
        case = a_dispatched_case(session)
        for action in (Action.RECALL, Action.ANSWER, Action.REOPEN):
            take(session, case, action)
        assert case.unit is not None
        assert case.unit.parent_code is None


def test_members_are_recalled_with_their_lead(town: Town) -> None:
    lead, member = dispatched(town), dispatched(town)
    town.do("dispatcher", member, "merge", lead=lead)
    assert town.post("dispatcher", f"/cases/{member}/recall").status_code == 409
    town.do("dispatcher", lead, "recall", unit=OTHER_UNIT)
    for case_no in (lead, member):
        case = town.get("admin", f"/cases/{case_no}").json()
        assert (case["status"], case["unit"]["code"]) == ("dispatched", OTHER_UNIT)
        assert case["first_contact_owner"] == OTHER_UNIT


# Over HTTP


def test_recall_over_http_removes_it_from_the_unit(town: Town) -> None:
    case_no = dispatched(town)
    assert town.get("handler", f"/cases/{case_no}").status_code == 200
    case = town.do("dispatcher", case_no, "recall", reason="点错了").json()
    assert (case["status"], case["unit"]) == ("registered", None)
    assert case["events"][-1]["details"]["reason"] == "点错了"
    assert town.get("handler", f"/cases/{case_no}").status_code == 403
    listed = town.get("handler", "/cases", q=case_no).json()
    assert listed["total"] == 0


def test_a_dispatch_cannot_claim_a_recall(town: Town) -> None:
    conversation = town.conversation()
    case_no = town.case("有件事想说说", conversation_id=conversation)
    body = {"unit": TOWN_UNIT, "recalled_from": OTHER_UNIT, "outcome": "solved"}
    case = town.do("dispatcher", case_no, "dispatch", **body).json()
    assert not {"recalled_from", "outcome"} & set(case["events"][-1]["details"])
    assert "改由" not in town.replies(conversation)[-1][1]


def test_a_redirect_is_one_step_with_two_events(town: Town) -> None:
    conversation = town.conversation()
    case_no = town.case("楼下夜里施工太吵", conversation_id=conversation, unit=TOWN_UNIT)
    before = len(town.replies(conversation))
    case = town.do("dispatcher", case_no, "recall", unit=OTHER_UNIT).json()
    assert (case["status"], case["unit"]["code"]) == ("dispatched", OTHER_UNIT)
    recalling, dispatch = case["events"][-2:]
    assert (recalling["action"], dispatch["action"]) == ("recall", "dispatch")
    assert dispatch["details"]["charged"] == "dispatcher"
    texts = [text for _, text in town.replies(conversation)[before:]]
    assert len(texts) == 1
    assert "改由上城区" in texts[0]
    assert town.get("handler", f"/cases/{case_no}").status_code == 403
    assert town.get("other_handler", f"/cases/{case_no}").status_code == 200


@pytest.mark.parametrize(
    ("stage", "who", "body", "status"),
    [
        (accepted, "dispatcher", {}, 409),
        (registered, "dispatcher", {}, 409),
        (returned, "dispatcher", {}, 409),
        (disputed, "dispatcher", {}, 409),
        (resolved, "dispatcher", {}, 409),
        (dispatched, "handler", {}, 403),
        (dispatched, "other_handler", {}, 403),
        (dispatched, "supervisor", {}, 403),
        (dispatched, "leader", {}, 403),
        (dispatched, "dispatcher", {"unit": TOWN_UNIT}, 400),
        (dispatched, "dispatcher", {"unit": "nowhere"}, 400),
        (dispatched, "dispatcher", {"unit": 7}, 400),
        (dispatched, "dispatcher", {"recalled_from": OTHER_UNIT}, 409),
        (dispatched, "admin", {}, 200),
    ],
)
def test_who_may_recall_and_when(
    town: Town, stage: Any, who: str, body: dict[str, Any], status: int
) -> None:
    case_no = stage(town)
    before = town.get("admin", f"/cases/{case_no}").json()
    assert town.post(who, f"/cases/{case_no}/recall", body).status_code == status
    if status != 200:
        assert town.get("admin", f"/cases/{case_no}").json() == before


def test_simultaneous_recalls_succeed_once(town: Town) -> None:
    path = f"/cases/{dispatched(town)}/recall"
    assert town.at_once(path, ("dispatcher", {}), ("admin", {})) == [200, 409]


def test_simultaneous_redirects_succeed_once(town: Town) -> None:
    """Each says which unit they take the case from, so neither undoes the other's redirect."""
    path = f"/cases/{dispatched(town)}/recall"
    bodies = [{"unit": unit, "recalled_from": TOWN_UNIT} for unit in (OTHER_UNIT, ELSEWHERE)]
    assert town.at_once(path, ("dispatcher", bodies[0]), ("admin", bodies[1])) == [200, 409]


def test_recall_and_signature_exclude_each_other(town: Town) -> None:
    case_no = dispatched(town)
    steps = [("dispatcher", "recall"), ("handler", "accept")]
    with ThreadPoolExecutor(2) as pool:
        answers = pool.map(lambda step: town.post(step[0], f"/cases/{case_no}/{step[1]}"), steps)
        statuses = sorted(answer.status_code for answer in answers)
    assert statuses[0] == 200
    assert statuses[1] in {403, 404, 409}
    events = town.get("admin", f"/cases/{case_no}").json()["events"]
    assert len({"recall", "accept"} & {event["action"] for event in events}) == 1


# At the desk


def test_unsigned_case_page_redirects_in_one_click(town: Town, desk: Any) -> None:
    case_no = town.case("文三路的烧烤店每天晚上油烟很大，占道经营", unit=OTHER_UNIT)
    with town.database.begin() as session:
        case = session.query(Case).filter_by(case_no=case_no).one()
        case.routing = {
            **case.routing,
            "unit_types": [
                {"code": "urban_management", "score": 0.5},
                {"code": "ecology", "score": 0.3},
            ],
        }
    dispatcher = desk("dispatcher")
    html = dispatcher.get(f"/cases/{case_no}").text
    for unit in (TOWN_UNIT, ELSEWHERE):
        assert f'<button name="unit" value="{unit}">改派到' in html
    assert f'value="{OTHER_UNIT}">改派到' not in html
    assert "50%" in html
    page = dispatcher.step(case_no, "recall", unit=ELSEWHERE)
    assert "“撤回派单”已完成" in page.text
    assert "派错了，算派单员的" in page.text
    assert "撤回自：上城区综合行政执法局" in page.text
    case = town.get("admin", f"/cases/{case_no}").json()
    assert (case["status"], case["unit"]["code"]) == ("dispatched", ELSEWHERE)


def test_the_typed_unit_counts_before_the_first_button(town: Town, desk: Any) -> None:
    case_no = dispatched(town)
    typed = {"unit": ELSEWHERE, "unit_asked": "上城区综合行政执法局"}
    desk("dispatcher").step(case_no, "recall", **typed)
    assert town.get("admin", f"/cases/{case_no}").json()["unit"]["code"] == OTHER_UNIT


def test_a_unit_that_cannot_be_leaves_the_dispatch(town: Town, desk: Any) -> None:
    case_no = dispatched(town)
    page = desk("dispatcher").step(case_no, "recall", unit_asked="综合行政执法")
    assert page.status_code == 400
    assert "不止一家" in page.text
    assert f'value="{OTHER_UNIT}">改派到上城区' in page.text
    assert town.get("admin", f"/cases/{case_no}").json()["unit"]["code"] == TOWN_UNIT


def test_the_form_goes_when_the_unit_has_signed(town: Town, desk: Any) -> None:
    case_no, dispatcher = dispatched(town), desk("dispatcher")
    assert f"/{case_no}/recall" in dispatcher.get(f"/cases/{case_no}").text
    assert f"/{case_no}/recall" not in desk("handler").get(f"/cases/{case_no}").text
    late = dispatcher.get(f"/cases/{case_no}").text
    town.do("handler", case_no, "accept")
    assert f"/{case_no}/recall" not in dispatcher.get(f"/cases/{case_no}").text
    token = late.split('name="form_token" value="')[1].split('"')[0]
    page = dispatcher.post(f"/cases/{case_no}/recall", data={"form_token": token})
    assert page.status_code == 409
    assert "不能撤回派单" in page.text


def test_a_forged_recall_does_nothing(town: Town, desk: Any) -> None:
    case_no = dispatched(town)
    page = desk("dispatcher").post(f"/cases/{case_no}/recall", data={"form_token": "x"})
    assert page.status_code == 403
    assert town.get("admin", f"/cases/{case_no}").json()["status"] == "dispatched"


def test_a_recalled_unit_is_offered_last(town: Town, desk: Any) -> None:
    case_no = town.case(unit=TOWN_UNIT)
    with town.database.begin() as session:
        case = session.query(Case).filter_by(case_no=case_no).one()
        types = [{"code": code, "score": 0.4} for code in ("urban_management", "ecology")]
        case.routing = {**case.routing, "unit_types": types}
    town.do("dispatcher", case_no, "recall")
    html = desk("dispatcher").get(f"/cases/{case_no}").text
    assert html.index(ELSEWHERE) < html.index("刚撤回来的")
