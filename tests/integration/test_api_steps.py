"""Steps over HTTP: each one, who may take it, and when."""

from typing import Any

import pytest
from sqlalchemy import func, select, update

from backend.models.cases import Case, CaseEvent
from backend.models.messages import OutboxMessage
from backend.models.staff import Role
from backend.vocabulary.case_lifecycle import Action
from tests.support.staff_app import OTHER_UNIT, UNIT, Town
from tests.support.stages import (
    RESOLVED,
    accepted,
    dispatched,
    disputed,
    extension_asked,
    on_hold,
    registered,
    resolved,
    returned,
)

STEPS = [
    (registered, "dispatcher", "dispatch", {"unit": UNIT}, "dispatched"),
    (registered, "dispatcher", "answer", {"text": "可以到社区办"}, "closed"),
    (registered, "dispatcher", "decline", {"reason": "属于法院", "text": "请到法院"}, "closed"),
    (dispatched, "handler", "accept", None, "accepted"),
    (dispatched, "handler", "return", {"reason": "not_ours", "text": "是街道的路"}, "returned"),
    (accepted, "handler", "hold", {"reason": "等配件"}, "on_hold"),
    (on_hold, "handler", "resume", {}, "accepted"),
    (accepted, "handler", "ask_extension", {"reason": "要开挖", "days": 5}, "accepted"),
    (extension_asked, "dispatcher", "extend", {}, "accepted"),
    (extension_asked, "supervisor", "refuse_extension", {"reason": "料已经到了"}, "accepted"),
    (accepted, "handler", "contact", {"text": "电话里约了周三上门"}, "accepted"),
    (accepted, "handler", "resolve", RESOLVED, "resolved"),
    (returned, "dispatcher", "dispatch", {"unit": OTHER_UNIT}, "dispatched"),
    (returned, "dispatcher", "refuse_return", {"reason": "是您的路段"}, "dispatched"),
    (disputed, "supervisor", "arbitrate", {"unit": UNIT, "reason": "三定方案"}, "dispatched"),
    (resolved, "supervisor", "close", {}, "closed"),
    (resolved, "supervisor", "reopen", {"reason": "又坏了"}, "dispatched"),
    (accepted, "dispatcher", "remind", {"reason": "市民又来问"}, "accepted"),
    (accepted, "supervisor", "supervise", {"reason": "快到期了"}, "accepted"),
]


@pytest.mark.parametrize(
    ("begin", "who", "action", "body", "status"), STEPS, ids=[f"{s[2]}-{s[4]}" for s in STEPS]
)
def test_each_step_changes_the_status_and_is_logged(
    town: Town, begin: Any, who: str, action: str, body: Any, status: str
) -> None:
    case_no = begin(town)
    answer = town.post(who, f"/cases/{case_no}/{action}", body)
    assert answer.status_code == 200, answer.text
    case = answer.json()
    assert case["status"] == status
    last = case["events"][-1]
    assert last["action"] == action
    assert last["label"] == Action(action).label
    assert last["actor_name"].endswith(f"示例{Role(who).label}")
    assert {name: last["details"].get(name) for name in body or {}} == (body or {})


@pytest.mark.parametrize(
    ("begin", "who", "action", "body"), [s[:4] for s in STEPS], ids=[s[2] for s in STEPS]
)
def test_a_leader_looks_and_arbitrates(
    town: Town, begin: Any, who: str, action: str, body: Any
) -> None:
    case_no = begin(town)
    refused = 200 if action == "arbitrate" else 403
    assert town.post("leader", f"/cases/{case_no}/{action}", body).status_code == refused
    assert town.get("leader", f"/cases/{case_no}").status_code == 200


@pytest.mark.parametrize(
    ("begin", "who", "action", "body"),
    [
        (registered, "handler", "accept", {}),  # not theirs to see yet
        (registered, "admin", "accept", {}),
        (registered, "admin", "close", {}),
        (dispatched, "handler", "resolve", RESOLVED),
        (dispatched, "handler", "resume", {}),
        (dispatched, "dispatcher", "dispatch", {"unit": OTHER_UNIT}),
        (accepted, "handler", "accept", {}),
        (on_hold, "handler", "resolve", RESOLVED),
        (on_hold, "handler", "extend", {"reason": "x", "days": 5}),
        (resolved, "handler", "resolve", RESOLVED),
        (resolved, "dispatcher", "remind", {"reason": "x"}),
        (resolved, "supervisor", "supervise", {"reason": "x"}),
        (returned, "handler", "accept", {}),
        (returned, "supervisor", "arbitrate", {"unit": UNIT, "reason": "x"}),
        (disputed, "dispatcher", "dispatch", {"unit": OTHER_UNIT}),
        (disputed, "dispatcher", "refuse_return", {"reason": "x"}),
        (extension_asked, "handler", "extend", {"reason": "x", "days": 3}),
        (accepted, "dispatcher", "refuse_extension", {"reason": "x"}),
        (dispatched, "handler", "ask_extension", {"reason": "x", "days": 3}),
        (resolved, "handler", "contact", {"text": "x"}),
    ],
)
def test_step_not_allowed_now_changes_nothing(
    town: Town, begin: Any, who: str, action: str, body: Any
) -> None:
    case_no = begin(town)
    before = town.get("admin", f"/cases/{case_no}").json()
    answer = town.post(who, f"/cases/{case_no}/{action}", body)
    assert answer.status_code == (403 if (begin, who) == (registered, "handler") else 409)
    assert town.get("admin", f"/cases/{case_no}").json() == before


@pytest.mark.parametrize(
    ("begin", "who", "action", "body"),
    [
        (registered, "dispatcher", "dispatch", {}),
        (registered, "dispatcher", "dispatch", {"unit": "no-such-unit"}),
        (registered, "dispatcher", "answer", {"text": "  "}),
        (registered, "dispatcher", "decline", {"reason": "x"}),
        (dispatched, "handler", "return", {"reason": "too_busy", "text": "忙"}),
        (dispatched, "handler", "return", {"reason": "not_ours"}),
        (accepted, "handler", "hold", {}),
        (accepted, "handler", "contact", {}),
        (returned, "dispatcher", "refuse_return", {}),
        (disputed, "supervisor", "arbitrate", {"unit": UNIT}),
        (disputed, "supervisor", "arbitrate", {"reason": "x"}),
        (disputed, "supervisor", "arbitrate", {"reason": "x", "unit": "no-such-unit"}),
        (dispatched, "handler", "return", {"reason": "not_ours", "text": "x", "unit": "nowhere"}),
        (dispatched, "handler", "return", {"reason": "not_ours", "text": "x", "unit": UNIT}),
        (extension_asked, "supervisor", "refuse_extension", {}),
        (accepted, "handler", "extend", {"reason": "x", "days": 0}),
        (accepted, "handler", "extend", {"reason": "x", "days": 31}),
        (accepted, "handler", "extend", {"reason": "x", "days": "many"}),
        (accepted, "handler", "resolve", {"outcome": "perfect", "text": "好"}),
        (accepted, "handler", "resolve", {"outcome": "solved"}),
        (accepted, "handler", "resolve", {"outcome": "solved", "text": "字" * 5001}),
        (accepted, "dispatcher", "remind", {}),
        (accepted, "supervisor", "supervise", {"reason": " "}),
        (resolved, "supervisor", "reopen", {}),
    ],
)
def test_a_lack_or_nonsense_is_bad_input(
    town: Town, begin: Any, who: str, action: str, body: Any
) -> None:
    case_no = begin(town)
    before = town.get("admin", f"/cases/{case_no}").json()
    answer = town.post(who, f"/cases/{case_no}/{action}", body)
    assert answer.status_code == 400
    assert answer.json()["error"]
    assert town.get("admin", f"/cases/{case_no}").json() == before


@pytest.mark.parametrize("action", ["fly", "ACCEPT", "%00"])
def test_an_unknown_step_is_not_there(town: Town, action: str) -> None:
    assert town.post("admin", f"/cases/{town.case()}/{action}", {}).status_code == 404


@pytest.mark.parametrize("action", ["withdraw", "rate", "chase", "register"])
def test_staff_cannot_take_residents_steps(town: Town, action: str) -> None:
    case_no = town.case(unit=UNIT)
    body = {"text": "非常满意", "reason": "x"}
    assert town.post("admin", f"/cases/{case_no}/{action}", body).status_code == 403


def test_another_units_case_is_refused(town: Town) -> None:
    case_no = town.case(unit=UNIT)
    assert town.get("other_handler", f"/cases/{case_no}").status_code == 403
    assert town.post("other_handler", f"/cases/{case_no}/accept").status_code == 403
    assert town.get("other_handler", "/cases").json()["total"] == 0
    assert town.get("handler", "/cases").json()["total"] == 1


def test_first_contact_sees_the_case_but_cannot_act(town: Town) -> None:
    case_no = returned(town)
    town.do("dispatcher", case_no, "dispatch", unit=OTHER_UNIT)
    case = town.get("handler", f"/cases/{case_no}").json()
    assert case["first_contact_owner"] == UNIT
    assert case["unit"]["code"] == OTHER_UNIT
    assert town.post("handler", f"/cases/{case_no}/accept").status_code == 403
    assert town.post("other_handler", f"/cases/{case_no}/accept").status_code == 200


def test_dispatch_out_of_sight_still_succeeds(town: Town) -> None:
    town.hire("district_dispatcher", Role.DISPATCHER, UNIT)
    case_no = returned(town)
    with town.database.begin() as session:
        session.execute(update(Case).values(first_contact_owner=OTHER_UNIT))
    body = {"unit": OTHER_UNIT}
    answer = town.post("district_dispatcher", f"/cases/{case_no}/dispatch", body)
    assert answer.status_code == 200
    assert town.get("district_dispatcher", f"/cases/{case_no}").status_code == 403


def test_simultaneous_accepts_succeed_once(town: Town) -> None:
    town.hire("colleague", Role.HANDLER, UNIT)
    for _ in range(5):
        accept = f"/cases/{town.case(unit=UNIT)}/accept"
        assert town.at_once(accept, ("handler", None), ("colleague", None)) == [200, 409]


def test_a_refused_step_tells_the_resident_nothing(town: Town) -> None:
    case_no = town.case(unit=UNIT)
    with town.database.begin() as session:
        before = session.scalar(select(func.count(OutboxMessage.id)))
        events = session.scalar(select(func.count(CaseEvent.id)))
    town.post("handler", f"/cases/{case_no}/return", {"reason": "not_ours"})
    with town.database.begin() as session:
        assert session.scalar(select(func.count(OutboxMessage.id))) == before
        assert session.scalar(select(func.count(CaseEvent.id))) == events
