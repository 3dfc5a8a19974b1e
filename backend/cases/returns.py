"""Returns: a unit gives a case back, and a dispatcher or an arbiter decides where it goes.

The dispatcher accepts a return by dispatching the case to another unit, or refuses it, and the
unit has the case again. A second return by that unit disputes the refusal: a supervisor or leader
arbitrates, and the decision stands for the rest of the round.
"""

from collections.abc import Iterator
from datetime import timedelta
from enum import StrEnum

from backend.cases.step import StepContext
from backend.deadlines.city import calendar
from backend.deadlines.working_time import working_time
from backend.errors import BadInput, Conflict
from backend.models.cases import Case, CaseEvent
from backend.models.units import Unit
from backend.units.search import active_unit
from backend.vocabulary.actors import ROUTER
from backend.vocabulary.case_lifecycle import Action
from backend.vocabulary.return_reasons import ReturnReason
from backend.vocabulary.step_details import Return, UnitAndReason
from backend.vocabulary.units import TIERS


class Charged(StrEnum):
    """Party that a return counts against, set by the decision on the return."""

    ROUTER = "router"
    DISPATCHER = "dispatcher"
    UNIT = "unit"


def give_back(step: StepContext[Return]) -> None:
    """Raises BadInput or Conflict."""
    case = step.case
    if case.bound_unit == case.unit_code:
        raise Conflict("这件事已经裁定由您单位办理，本轮不能再退")
    if step.details.unit:
        _check_proposed(step, step.details.unit, step.details.reason)
    case.returns += 1
    if case.refused_unit == case.unit_code:
        case.disputed_at = step.now
    is_disputed = case.disputed_at is not None
    step.event_details.update(number=case.returns, disputed=is_disputed, **unsigned_minutes(step))


def _check_proposed(step: StepContext, code: str, reason: ReturnReason) -> None:
    unit = active_unit(step.session, code)
    if code == step.case.unit_code:
        raise BadInput("建议的单位就是您自己的单位，请写该归谁办")
    if reason is ReturnReason.BEYOND_POWER and not _is_above(step, unit):
        raise BadInput("上报只能报给上级的单位")


def _is_above(step: StepContext, unit: Unit) -> bool:
    """True if `unit` is an ancestor of the unit that has the case, or of a higher tier right
    under an ancestor: above a district bureau are the district government and the city bureau."""
    own_unit = step.session.get_one(Unit, step.case.unit_code)
    ancestors = set(_ancestors(step, own_unit))
    is_higher = TIERS.index(unit.tier) > TIERS.index(own_unit.tier)
    return unit.code in ancestors or (is_higher and unit.parent_code in ancestors)


def _ancestors(step: StepContext, unit: Unit | None) -> Iterator[str]:
    while unit is not None and unit.parent_code is not None:
        yield unit.parent_code
        unit = step.session.get(Unit, unit.parent_code)


def unsigned_minutes(step: StepContext) -> dict[str, int]:
    """Event details: working minutes until the unit signed, and those after its deadline."""
    clocks = step.clocks
    if clocks.sent_at is None or clocks.sign_by is None:
        return {}
    return {
        "unsigned_minutes": _minutes(working_time(clocks.sent_at, step.now, calendar())),
        "unsigned_over_minutes": _minutes(working_time(clocks.sign_by, step.now, calendar())),
    }


def _minutes(length: timedelta) -> int:
    return int(length.total_seconds() // 60)


def return_decision(step: StepContext, to: str) -> dict[str, object]:
    """Event details of the decision over the last return, which the measures count.

    `to` is the code of the unit the case goes to. Empty when there is no return to decide.
    """
    unit = step.case.unit
    if unit is None or not unit.active or not step.is_returned:  # an ended unit: nobody's mistake
        return {}
    accepted = to != unit.code
    charged = _sender(step) if accepted else Charged.UNIT
    return {
        "return": "accepted" if accepted else "refused",
        "returned_by": unit.code,
        "charged": charged,
        "number": step.case.returns,
    }


def _sender(step: StepContext) -> Charged:
    """Who sent the case to the unit that returned it: the router or a dispatcher."""
    dispatch = (
        step.session.query(CaseEvent.actor)
        .filter(
            CaseEvent.case_id == step.case.id,
            CaseEvent.action.in_((Action.DISPATCH, Action.ARBITRATE)),
            CaseEvent.details["unit"].astext == step.case.unit_code,
        )
        .order_by(CaseEvent.id.desc())
        .first()
    )
    return Charged.ROUTER if dispatch and dispatch.actor == ROUTER.key else Charged.DISPATCHER


def refuse(step: StepContext) -> None:
    """Raises Conflict."""
    must_not_be_disputed(step.case)
    assert step.case.unit_code is not None
    step.event_details.update(return_decision(step, step.case.unit_code))
    step.case.refused_unit = step.case.unit_code


def must_not_be_disputed(case: Case) -> None:
    """Raises Conflict."""
    if case.disputed_at is not None:
        raise Conflict("这件事有争议，要由督办员或领导裁定")


def arbitrate(step: StepContext[UnitAndReason]) -> None:
    """Bind the case to the chosen unit for the rest of the round. Raises Conflict."""
    if step.case.disputed_at is None:
        raise Conflict("这件事没有争议，由派单员决定就行")
    code = step.details.unit
    step.event_details.update(return_decision(step, code), arbitrated=True)
    step.case.disputed_at, step.case.bound_unit = None, code
