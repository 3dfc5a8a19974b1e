"""Facts of a case: when one may be logged, and its effect; it never changes the status."""

from collections.abc import Callable

from backend.cases import extensions
from backend.cases.members import MEMBER_ACTIONS
from backend.cases.step import StepContext
from backend.errors import Conflict
from backend.models.cases import Case
from backend.vocabulary.case_lifecycle import FACTS, Action, Status
from backend.vocabulary.tracks import Track, knows

# Only while a unit works on the case: pointless on hold or before the unit has accepted.
_WHILE_ACCEPTED = frozenset({Action.ASK_EXTENSION, Action.REFUSE_EXTENSION})


def check_open(status: Status, action: Action) -> None:
    """Raises Conflict when the status does not allow the fact `action`."""
    if not (status is Status.ACCEPTED if action in _WHILE_ACCEPTED else status.is_open):
        raise Conflict(f"现在是“{status.label}”，不能{action.label}")


def fits(case: Case, action: Action) -> bool:
    """Whether to offer the form: some actions that the lifecycle allows make no sense now."""
    status, is_extension_asked = Status(case.status), case.extension_asked is not None
    is_disputed = case.disputed_at is not None
    if case.lead_id is not None and status.is_open and action not in MEMBER_ACTIONS:
        return False
    match action:
        case Action.MERGE:
            return status.is_open
        case Action.SPLIT:
            return status.is_open and case.lead_id is not None
        case Action.UNMASK:
            return case.anonymous
        case Action.EXTEND | Action.REFUSE_EXTENSION:
            return is_extension_asked and status is Status.ACCEPTED
        case Action.ASK_EXTENSION:
            return status is Status.ACCEPTED and not is_extension_asked and case.extended_at is None
        case Action.DISPATCH | Action.REFUSE_RETURN:
            return not is_disputed
        case Action.ARBITRATE:
            return is_disputed
        case Action.RESOLVE | Action.DECLINE:
            return case.closing is None and knows(Track(case.track), action)
        case Action.CONFIRM | Action.SEND_BACK:
            return case.closing is not None
        case Action.ACKNOWLEDGE:
            return True  # in any status: the low rating remains
        case Action.BRING_BACK:
            return False  # only the sweep takes this step
        case Action.VISIT:
            return status.is_open
        case Action.RETURN:
            return case.bound_unit is None or case.bound_unit != case.unit_code
    if action in FACTS:
        return status.is_open
    return knows(Track(case.track), action)


def _count_chase(step: StepContext) -> None:
    step.case.chases += 1


def _contact(step: StepContext) -> None:
    step.details.require("text", "和市民说了什么")


def _hide_identity(step: StepContext) -> None:
    step.case.anonymous = True


def _show_identity(step: StepContext) -> None:
    step.case.anonymous = False


FACT_EFFECTS: dict[Action, Callable[[StepContext], None]] = {
    Action.HIDE_IDENTITY: _hide_identity,
    Action.SHOW_IDENTITY: _show_identity,
    Action.CHASE: _count_chase,
    Action.CONTACT: _contact,
    Action.ASK_EXTENSION: extensions.ask,
    Action.REFUSE_EXTENSION: extensions.refuse,
}
