"""Excludes a rating from the measures when two people agree, each by an event (S48).

One proposes it with a coded reason; another, from outside the rated unit, agrees or refuses. The
measures publish how many ratings are excluded.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.cases.step import StaffStep
from backend.cases.stepping import note
from backend.clock import SHANGHAI
from backend.errors import BadInput, Conflict, NotAllowed
from backend.measures.versions import formulas
from backend.models.cases import Case, CaseEvent
from backend.models.ratings import Rating
from backend.staff.visibility import stands_in
from backend.vocabulary.case_lifecycle import Action, Status
from backend.vocabulary.step_details import ProposeExclusion

EXCLUDING = frozenset({Action.PROPOSE_EXCLUSION, Action.AGREE_EXCLUSION, Action.REFUSE_EXCLUSION})
DECISIONS = EXCLUDING - {Action.PROPOSE_EXCLUSION}


def possible_actions(session: Session, case: Case) -> frozenset[Action]:
    """The exclusion actions that this round's rating allows now."""
    if Status(case.status).is_open or not _is_rated(session, case):
        return frozenset()
    last = _last_event(session, case)
    if last is None or last.action == Action.REFUSE_EXCLUSION:
        return frozenset({Action.PROPOSE_EXCLUSION})
    return DECISIONS if last.action == Action.PROPOSE_EXCLUSION else frozenset()


def take(step: StaffStep) -> None:
    """Take an exclusion step on a locked case. Raises BadInput, Conflict or NotAllowed."""
    if step.action not in possible_actions(step.session, step.case):
        raise Conflict(f"这一轮的评价现在不能{step.action.label}")
    if isinstance(step.details, ProposeExclusion):
        _check_reason(step.details.reason, step.now)
    else:
        step.event_details.update(_proposal_details(step))
    note(step)


def _check_reason(reason: str, now: datetime) -> None:
    reasons = exclusion_reasons(now)
    if reason not in reasons:
        raise BadInput(f"剔除原因只能是：{'、'.join(reasons)}")


def exclusion_reasons(now: datetime) -> dict[str, str]:
    """Code -> label, by the formula in force today."""
    return formulas().of(now.astimezone(SHANGHAI).date()).satisfaction.exclusions


def _proposal_details(step: StaffStep) -> dict[str, str]:
    """Event details of the proposal under decision. Raises NotAllowed."""
    proposal, case = _last_event(step.session, step.case), step.case
    assert proposal is not None
    if proposal.actor == step.actor.key:
        raise NotAllowed("剔除评价要两个人：您提的，请另一位来审")
    if step.staff.unit_code == case.unit_code or stands_in(step.staff, case.unit):
        raise NotAllowed("评的是您自己的单位，请别的单位的人来审")
    return {"exclusion": proposal.details["reason"], "proposed_by": proposal.actor_name}


def _is_rated(session: Session, case: Case) -> bool:
    query = select(Rating.id).where(Rating.case_id == case.id, Rating.round == case.round)
    return session.scalar(query) is not None


def _last_event(session: Session, case: Case) -> CaseEvent | None:
    """The newest exclusion event of this round."""
    return session.scalar(
        select(CaseEvent)
        .where(
            CaseEvent.case_id == case.id,
            CaseEvent.round == case.round,
            CaseEvent.action.in_(EXCLUDING),
        )
        .order_by(CaseEvent.id.desc())
        .limit(1)
    )
