from itertools import product

import pytest

from backend.cases.effects import EFFECTS
from backend.cases.pushes import NOTIFIED
from backend.errors import Conflict
from backend.vocabulary.case_lifecycle import (
    FACTS,
    OPEN,
    STATUS_LABELS,
    TRANSITIONS,
    Action,
    Status,
    allowed_actions,
    next_status,
)  # fmt: skip

# As drawn in docs: status -> {action: next status}.
DRAWN = {
    "registered": {"dispatch": "dispatched", "answer": "closed", "decline": "closed"},
    "dispatched": {"recall": "registered", "accept": "accepted", "return": "returned"},
    "accepted": {
        "return": "returned", "hold": "on_hold", "extend": "accepted", "resolve": "resolved",
        "adopt": "resolved", "reply": "resolved", "forward": "resolved", "pass_on": "closed",
    },
    "returned": {
        "dispatch": "dispatched", "refuse_return": "dispatched", "arbitrate": "dispatched",
    },
    "on_hold": {"resume": "accepted"},
    "resolved": {"close": "closed", "reopen": "dispatched", "bring_back": "dispatched"},
    "closed": {"reopen": "dispatched", "bring_back": "dispatched"},
}  # fmt: skip
for name in ("registered", "dispatched", "accepted", "returned", "on_hold"):
    DRAWN[name]["withdraw"] = "closed"
for name in ("dispatched", "accepted", "on_hold"):
    DRAWN[name] |= {"take_over": name, "release": "returned"}
DRAWN["returned"]["take_over"] = "returned"


def test_each_status_with_each_action() -> None:
    for status, action in product(Status, Action):
        after = DRAWN[status].get(action)
        if after is None:
            with pytest.raises(Conflict, match=status.label):
                next_status(status, action)
        else:
            assert next_status(status, action) == after, (status, action)


def test_the_allowed_actions_are_those_of_the_table() -> None:
    assert {it: set(allowed_actions(it)) for it in Status} == {it: set(DRAWN[it]) for it in Status}


def test_every_status_is_reachable_and_none_is_final() -> None:
    reached, before = {Status.REGISTERED}, set()
    while reached != before:
        before = set(reached)
        reached |= {after for (status, _), after in TRANSITIONS.items() if status in before}
    assert reached == set(Status)
    assert all(allowed_actions(status) for status in Status)


def test_every_action_is_a_step_or_a_fact() -> None:
    steps = {action for _, action in TRANSITIONS}
    assert steps == set(EFFECTS)
    assert steps.isdisjoint(FACTS)
    assert steps | FACTS | {Action.REGISTER} == set(Action)


def test_only_settled_cases_are_not_open() -> None:
    assert set(Status) - OPEN == {Status.RESOLVED, Status.CLOSED}


def test_everything_has_a_chinese_name() -> None:
    assert set(STATUS_LABELS) == set(Status)
    assert all(action.label for action in Action)


def test_residents_are_notified_of_steps_on_their_case() -> None:
    messages = (
        "register dispatch recall accept extend return resolve answer decline reopen withdraw "
        "supervise refuse_return arbitrate take_over release recompute adopt reply "
        "forward pass_on bring_back"
    )
    assert {Action(action) for action in messages.split()} <= set(NOTIFIED)
