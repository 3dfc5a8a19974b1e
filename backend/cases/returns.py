"""A unit gives a case back: why, where it should go, and who decides that.

The dispatcher accepts a return by sending the case to another unit, or refuses it, and the unit
has the case again. A unit that returns what was refused disputes it: a supervisor or leader
decides once, and for that round the decision stands.
"""

from collections.abc import Iterator
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from backend.deadlines.working_time import worked
from backend.errors import BadInput, Conflict
from backend.models.cases import Case, CaseEvent
from backend.models.units import Unit
from backend.vocabulary.case_lifecycle import Action
from backend.vocabulary.units import TIERS

if TYPE_CHECKING:
    from backend.cases.step import Step


class ReturnReason(StrEnum):
    NOT_OURS = "not_ours"
    OTHER_AREA = "other_area"
    NEEDS_OTHERS = "needs_others"
    BEYOND_POWER = "beyond_power"
    UNCLEAR = "unclear"

    @property
    def label(self) -> str:
        return RETURN_LABELS[self]


RETURN_LABELS = {
    ReturnReason.NOT_OURS: "不属本单位职责",
    ReturnReason.OTHER_AREA: "不属本辖区",
    ReturnReason.NEEDS_OTHERS: "需多部门联办",
    ReturnReason.BEYOND_POWER: "事权不在本级，请上级办",
    ReturnReason.UNCLEAR: "内容不清，无法办理",
}


class Charged(StrEnum):
    """Whose mistake a return was found to be."""

    ROUTER = "router"
    DISPATCHER = "dispatcher"
    UNIT = "unit"


def give_back(step: "Step") -> None:
    reason = step.details.needing("reason", "退单原因")
    if reason not in list(ReturnReason):
        raise BadInput(f"退单原因只能是：{'、'.join(ReturnReason)}")
    step.details.needing("text", "退单说明")
    case = step.case
    if case.bound_unit == case.unit_code:
        raise Conflict("这件事已经裁定由您单位办理，本轮不能再退")
    if step.details.unit:
        _check_proposed(step, step.details.unit, ReturnReason(reason))
    case.returns += 1
    if case.refused_unit == case.unit_code:
        case.disputed_at = step.now
    step.found.update(number=case.returns, disputed=case.disputed_at is not None, **unsigned(step))


def _check_proposed(step: "Step", code: str, reason: ReturnReason) -> None:
    unit = step.session.get(Unit, code)
    if unit is None or not unit.active:
        raise BadInput(f"没有编号为 {code} 的单位")
    if code == step.case.unit_code:
        raise BadInput("建议的单位就是您自己的单位，请写该归谁办")
    if reason is ReturnReason.BEYOND_POWER and not _is_above(step, unit):
        raise BadInput("上报只能报给上级的单位")


def _is_above(step: "Step", unit: Unit) -> bool:
    """A unit over the one that has the case, or of a higher tier right under such a one: from a
    district's bureau both the district's government and the city's bureau are up."""
    own = step.session.get_one(Unit, step.case.unit_code)
    over = set(_over(step, own))
    higher = TIERS.index(unit.tier) > TIERS.index(own.tier)
    return unit.code in over or (higher and unit.parent_code in over)


def _over(step: "Step", unit: Unit | None) -> Iterator[str]:
    while unit is not None and unit.parent_code is not None:
        yield unit.parent_code
        unit = step.session.get(Unit, unit.parent_code)


def unsigned(step: "Step") -> dict[str, int]:
    """Working minutes that the case lay with the unit unsigned, and how many of them too many."""
    clocks = step.clocks
    if clocks.sent_at is None or clocks.sign_by is None:
        return {}
    return {
        "unsigned_minutes": _minutes(worked(clocks.sent_at, step.now, step.calendar)),
        "unsigned_over_minutes": _minutes(worked(clocks.sign_by, step.now, step.calendar)),
    }


def _minutes(length: timedelta) -> int:
    return int(length.total_seconds() // 60)


def decided(step: "Step", to: str) -> dict[str, object]:
    """What the decision over the last return is logged with: the measures count this."""
    unit = step.case.unit
    if unit is None or not unit.active or not step.is_returned:  # it ended: nobody's mistake
        return {}
    accepted = to != unit.code
    charged = _who_sent(step) if accepted else Charged.UNIT
    return {
        "return": "accepted" if accepted else "refused",
        "returned_by": unit.code,
        "charged": charged,
        "number": step.case.returns,
    }


def _who_sent(step: "Step") -> Charged:
    """The router, when it was the router that had sent the case to the unit that returned it."""
    sent = (
        step.session.query(CaseEvent.actor)
        .filter(
            CaseEvent.case_id == step.case.id,
            CaseEvent.action.in_((Action.DISPATCH, Action.ARBITRATE)),
            CaseEvent.details["unit"].astext == step.case.unit_code,
        )
        .order_by(CaseEvent.id.desc())
        .first()
    )
    return Charged.ROUTER if sent and sent.actor == "router" else Charged.DISPATCHER


def refuse(step: "Step") -> None:
    step.details.needing("reason", "不准退单的原因")
    must_not_be_disputed(step.case)
    assert step.case.unit_code is not None
    step.found.update(decided(step, step.case.unit_code))
    step.case.refused_unit = step.case.unit_code


def must_not_be_disputed(case: Case) -> None:
    if case.disputed_at is not None:
        raise Conflict("这件事有争议，要由督办员或领导裁定")


def arbitrate(step: "Step") -> None:
    """Where it goes now stays so until the round is over."""
    step.details.needing("reason", "裁定理由")
    if step.case.disputed_at is None:
        raise Conflict("这件事没有争议，由派单员决定就行")
    code = step.details.needing("unit", "裁定由谁办")
    step.found.update(decided(step, code), arbitrated=True)
    step.case.disputed_at, step.case.bound_unit = None, code
