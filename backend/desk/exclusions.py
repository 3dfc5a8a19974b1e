"""A grade is left out of the measures only when two people say so, each in an event (S48).

One proposes it with a coded reason, another agrees or refuses: not the same person, and nobody of
the unit that the grade is about. What was left out is counted in the open.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.cases.contact import actor_for
from backend.cases.step import Details
from backend.cases.stepping import note
from backend.clock import SHANGHAI
from backend.errors import BadInput, Conflict, NotAllowed
from backend.measures.versions import formulas
from backend.models.cases import Case, CaseEvent
from backend.models.ratings import Rating
from backend.models.staff import StaffAccount
from backend.staff.visibility import stands_in
from backend.vocabulary.case_lifecycle import Action, Status

EXCLUDING = frozenset({Action.PROPOSE_EXCLUSION, Action.AGREE_EXCLUSION, Action.REFUSE_EXCLUSION})
_DECISIONS = EXCLUDING - {Action.PROPOSE_EXCLUSION}


def fitting(session: Session, case: Case) -> frozenset[Action]:
    """What can be done now about the grade of this round."""
    if Status(case.status).is_open or not _is_rated(session, case):
        return frozenset()
    last = _last_word(session, case)
    if last is None or last.action == Action.REFUSE_EXCLUSION:
        return frozenset({Action.PROPOSE_EXCLUSION})
    return _DECISIONS if last.action == Action.PROPOSE_EXCLUSION else frozenset()


def take(
    session: Session,
    staff: StaffAccount,
    case: Case,
    action: Action,
    details: Details,
    *,
    now: datetime,
) -> None:
    """The caller holds the case's lock. Raises BadInput, Conflict or NotAllowed."""
    if action not in fitting(session, case):
        raise Conflict(f"这一轮的评价现在不能{action.label}")
    if action is Action.PROPOSE_EXCLUSION:
        _check_reason(details, now)
        found = {}
    else:
        found = _decided(session, staff, case)
        details.needing("text", "您的理由")
    note(session, case, action, actor_for(staff), details, now=now, found=found)


def _check_reason(details: Details, now: datetime) -> None:
    reasons = reasons_now(now)
    if details.needing("reason", "剔除原因") not in reasons:
        raise BadInput(f"剔除原因只能是：{'、'.join(reasons)}")
    details.needing("text", "剔除说明")


def reasons_now(now: datetime) -> dict[str, str]:
    return formulas().of(now.astimezone(SHANGHAI).date()).satisfaction.exclusions


def _decided(session: Session, staff: StaffAccount, case: Case) -> dict[str, str]:
    proposal = _last_word(session, case)
    assert proposal is not None
    if proposal.actor == f"staff:{staff.username}":
        raise NotAllowed("剔除评价要两个人：您提的，请另一位来审")
    if staff.unit_code == case.unit_code or stands_in(staff, case.unit):
        raise NotAllowed("评的是您自己的单位，请别的单位的人来审")
    return {"exclusion": proposal.details["reason"], "proposed_by": proposal.actor_name}


def _is_rated(session: Session, case: Case) -> bool:
    rated = select(Rating.id).where(Rating.case_id == case.id, Rating.round == case.round)
    return session.scalar(rated) is not None


def _last_word(session: Session, case: Case) -> CaseEvent | None:
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
