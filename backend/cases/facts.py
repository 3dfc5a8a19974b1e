"""What a fact changes on a case: it never changes the status."""

from collections.abc import Callable

from backend.cases import extensions
from backend.cases.members import OF_ITS_OWN
from backend.cases.step import Step
from backend.errors import Conflict
from backend.models.cases import Case
from backend.vocabulary.case_lifecycle import FACTS, Action, Status
from backend.vocabulary.tracks import Track, knows

# Only while a unit works on it: what is on hold or waits has no use for these.
_WHILE_ACCEPTED = frozenset({Action.ASK_EXTENSION, Action.REFUSE_EXTENSION})


def check_open(status: Status, action: Action) -> None:
    """Raises Conflict when the case is over, or not with a unit that works on it."""
    if not (status is Status.ACCEPTED if action in _WHILE_ACCEPTED else status.is_open):
        raise Conflict(f"现在是“{status.label}”，不能{action.label}")


def fits(case: Case, action: Action) -> bool:
    """Whether a form for it is worth showing: what the table allows may still make no sense now."""
    status, asked = Status(case.status), case.extension_asked is not None
    disputed = case.disputed_at is not None
    if case.lead_id is not None and status.is_open and action not in OF_ITS_OWN:
        return False
    match action:
        case Action.MERGE:
            return status.is_open
        case Action.SPLIT:
            return status.is_open and case.lead_id is not None
        case Action.UNMASK:
            return case.anonymous
        case Action.EXTEND | Action.REFUSE_EXTENSION:
            return asked and status is Status.ACCEPTED
        case Action.ASK_EXTENSION:
            return not asked and case.extended_at is None and status is Status.ACCEPTED
        case Action.DISPATCH | Action.REFUSE_RETURN:
            return not disputed
        case Action.ARBITRATE:
            return disputed
        case Action.RESOLVE | Action.DECLINE:
            return case.closing is None and knows(Track(case.track), action)
        case Action.CONFIRM | Action.SEND_BACK:
            return case.closing is not None
        case Action.ACKNOWLEDGE:
            return True  # whatever has become of the case: it was rated low
        case Action.BRING_BACK:
            return False  # the sweep's alone
        case Action.VISIT:
            return status.is_open
        case Action.RETURN:
            return case.bound_unit is None or case.bound_unit != case.unit_code
    if action in FACTS:
        return status.is_open
    return knows(Track(case.track), action)


def _chased(step: Step) -> None:
    step.case.chases += 1


def _contacted(step: Step) -> None:
    step.details.needing("text", "和市民说了什么")


def _hidden(step: Step) -> None:
    step.case.anonymous = True


def _shown(step: Step) -> None:
    step.case.anonymous = False


FACT_EFFECTS: dict[Action, Callable[[Step], None]] = {
    Action.HIDE_IDENTITY: _hidden,
    Action.SHOW_IDENTITY: _shown,
    Action.CHASE: _chased,
    Action.CONTACT: _contacted,
    Action.ASK_EXTENSION: extensions.ask,
    Action.REFUSE_EXTENSION: extensions.refuse,
}
