"""Reopens long-term cases on their follow-up date."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.cases.step import StepContext
from backend.cases.stepping import act
from backend.models.cases import Case
from backend.vocabulary.actors import SYSTEM
from backend.vocabulary.case_lifecycle import Action, Status
from backend.vocabulary.step_details import WithReason

_REASON = WithReason(Action.BRING_BACK, "约定的日期到了")


def bring_back(session: Session, now: datetime, most: int) -> int:
    """Reopen up to `most` cases; returns how many."""
    due = session.scalars(
        select(Case)
        .where(
            Case.follow_up_at <= now,
            Case.status.in_((Status.RESOLVED, Status.CLOSED)),
        )
        .order_by(Case.follow_up_at)
        .limit(most)
        .with_for_update(key_share=True, skip_locked=True)
    ).all()
    for case in due:
        act(StepContext(session, case, SYSTEM, now, _REASON))
    return len(due)
