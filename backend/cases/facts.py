"""Facts: log entries that never change the status; when one is allowed, and what it sets."""

from collections.abc import Callable
from typing import Any

from backend.cases import extensions, field_corrections, news, urging
from backend.cases.step import StepContext
from backend.errors import Conflict
from backend.vocabulary.case_lifecycle import Action, Status

# Only while a unit works on the case: pointless on hold or before the unit has accepted.
_WHILE_ACCEPTED = frozenset({Action.ASK_EXTENSION, Action.REFUSE_EXTENSION})


def check_open(status: Status, action: Action) -> None:
    """Raises Conflict when the status does not allow the fact `action`."""
    if not (status is Status.ACCEPTED if action in _WHILE_ACCEPTED else status.is_open):
        raise Conflict(f"现在是“{status.label}”，不能{action.label}")


def _count_chase(step: StepContext) -> None:
    step.case.chases += 1


def _hide_identity(step: StepContext) -> None:
    step.case.anonymous = True


def _show_identity(step: StepContext) -> None:
    step.case.anonymous = False


FACT_EFFECTS: dict[Action, Callable[[StepContext[Any]], None]] = {
    Action.HIDE_IDENTITY: _hide_identity,
    Action.SHOW_IDENTITY: _show_identity,
    Action.CHASE: _count_chase,
    Action.CONTACT: news.contact,
    Action.ASK_RELAY: news.ask_relay,
    Action.CORRECT: field_corrections.correct,
    Action.ASK_EXTENSION: extensions.ask,
    Action.REFUSE_EXTENSION: extensions.refuse,
    Action.ACKNOWLEDGE_URGING: urging.acknowledge,
}
