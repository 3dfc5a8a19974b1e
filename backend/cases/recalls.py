"""Recalls: a dispatcher takes a dispatch back before the unit has signed the case.

A recall is the dispatcher's correction of a dispatch, so it costs the unit nothing: the dispatch is
not counted as one of the unit's, nor the time that the case lay unsigned. Who sent the case there
is charged when it is dispatched to another unit.
"""

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from backend.cases.returns import Charged
from backend.cases.step import StepContext
from backend.errors import Conflict
from backend.models.cases import Case, CaseEvent
from backend.vocabulary.actors import ROUTER
from backend.vocabulary.case_lifecycle import Action, Status

_SIGNS = (Action.ACCEPT, Action.RETURN)


def is_recallable(case: Case) -> bool:
    """True if the unit has the case by a dispatch, not by a decision over a return."""
    is_decided = case.unit_code in (case.bound_unit, case.refused_unit)
    return case.status == Status.DISPATCHED and not is_decided


def must_be_recallable(case: Case, expected_unit: str | None) -> None:
    """`expected_unit` is the unit that the caller saw. Raises Conflict."""
    if expected_unit is not None and expected_unit != case.unit_code:
        raise Conflict("刚才有同事改派过，请看现在派给了谁")
    if not is_recallable(case):
        raise Conflict("这家单位的退单没有获准，不能撤回；单位再退，由督办员或领导裁定")


def recall_details(step: StepContext) -> dict[str, object]:
    """Event details: the unit, when it was dispatched in this round, and by whom.

    A unit that has the case by another step, as at the begin of a round, has no dispatch.
    """
    case = step.case
    dispatch = step.session.execute(
        select(CaseEvent.at, CaseEvent.actor)
        .where(
            CaseEvent.case_id == case.id,
            CaseEvent.round == case.round,
            CaseEvent.action == Action.DISPATCH,
            CaseEvent.to_unit == case.unit_code,
        )
        .order_by(CaseEvent.id.desc())
        .limit(1)
    ).one_or_none()
    if dispatch is None:
        return {"recalled_from": case.unit_code}
    sent_by = Charged.ROUTER if dispatch.actor == ROUTER.key else Charged.DISPATCHER
    at = dispatch.at.isoformat()
    return {"recalled_from": case.unit_code, "dispatched_at": at, "sent_by": sent_by}


def redirect_details(step: StepContext, to: str) -> dict[str, object]:
    """Event details of a dispatch to the unit `to` after a recall: who is charged for the first.

    Empty when nothing was recalled, or when the case goes to the same unit again.
    """
    if step.case.status != Status.REGISTERED:
        return {}
    recalls = [event.details for event in step.clock_events if event.action is Action.RECALL]
    if not recalls or recalls[-1]["recalled_from"] == to:
        return {}
    details = {"recalled_from": recalls[-1]["recalled_from"], "charged": recalls[-1].get("sent_by")}
    return {name: value for name, value in details.items() if value}


def was_recalled_from(step: StepContext, unit_code: str) -> bool:
    return any(
        event.action is Action.RECALL and event.details["recalled_from"] == unit_code
        for event in step.clock_events
    )


def release_first_contact(session: Session, case: Case, unit_code: str) -> None:
    """End the first-contact duty of a unit that has neither signed nor returned the case (S28)."""
    if case.first_contact_owner == unit_code and not _has_signed(session, case, unit_code):
        case.first_owner = case.first_contact_owner = None


def _has_signed(session: Session, case: Case, unit_code: str) -> bool:
    signs = exists().where(
        CaseEvent.case_id == case.id,
        CaseEvent.unit_code == unit_code,
        CaseEvent.action.in_(_SIGNS),
    )
    return bool(session.scalar(select(signs)))
