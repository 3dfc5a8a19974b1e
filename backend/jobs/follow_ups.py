"""What takes long comes back by itself on the day that the unit had named."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.cases.step import Details
from backend.cases.stepping import SYSTEM, act
from backend.models.cases import Case
from backend.vocabulary.case_lifecycle import Action, Status

_WHY = Details(reason="约定的日期到了")


def bring_back(session: Session, now: datetime, most: int) -> int:
    """How many cases there were, of at most `most`."""
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
        act(session, case, Action.BRING_BACK, SYSTEM, _WHY, now=now)
    return len(due)
