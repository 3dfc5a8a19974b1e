"""Ratings: asked once a round, given by the resident alone, never filled in for them."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.cases import events
from backend.cases import stepping as cases
from backend.cases.locking import locked
from backend.cases.step import Details
from backend.errors import Conflict
from backend.models.cases import Case
from backend.models.ratings import Rating
from backend.ratings import notices
from backend.vocabulary.case_lifecycle import Action, Status
from backend.vocabulary.grades import Grade, LowReason, reason_of

RATEABLE = frozenset({Status.RESOLVED, Status.CLOSED})


def rate(
    session: Session, case: Case, grade: Grade, *, round: int, message_id: int, now: datetime
) -> Rating:
    """Keep the grade; a good one closes the case.

    Asking again for the same message gives the same rating. Raises Conflict when the round
    is over, was rated before, or is not settled yet.
    """
    locked(session, case.id)
    existing = of_round(session, case, round)
    if existing and events.was_noted(session, case, Action.RATE, message_id):
        return existing
    if existing:
        raise Conflict("这一轮您已经评价过了，谢谢您。")
    if round != case.round or Status(case.status) not in RATEABLE or case.outcome == "withdrawn":
        raise Conflict("这件事现在还不能评价，等办结了我会请您评。")
    rating = Rating(case_id=case.id, round=round, score=int(grade), rated_at=now)
    session.add(rating)
    cases.note(
        session,
        case,
        Action.RATE,
        cases.RESIDENT,
        Details(text=grade.label),
        now=now,
        message_id=message_id,
        found={"score": int(grade)},
    )
    if grade.is_low:
        notices.report(session, case, rating, now=now)
    else:
        close(session, case, now=now)
    return rating


def close(session: Session, case: Case, *, now: datetime) -> None:
    """Close a resolved case; one that is closed stays so."""
    if case.status == Status.RESOLVED:
        cases.act(session, case, Action.CLOSE, cases.RESIDENT, Details(), now=now)


def give_reason(session: Session, case: Case, reason: str, *, now: datetime) -> None:
    """Why it was rated low, once; who says that it is not solved has answered that, too."""
    rating = of_round(session, case, case.round)
    if rating is None or rating.reason is not None or not reason:
        return
    rating.reason, rating.reason_code = reason, reason_of(reason)
    found = {"reason_code": rating.reason_code}
    cases.note(
        session,
        case,
        Action.ADD_TO_RATING,
        cases.RESIDENT,
        Details(text=reason),
        now=now,
        found=found,
    )
    if rating.reason_code == LowReason.UNSOLVED:
        say_solved(session, case, solved=False, round=case.round, now=now)


def say_solved(
    session: Session, case: Case, *, solved: bool, round: int, now: datetime
) -> Rating | None:
    """Their word on whether it was solved: once a round, beside the grade of that round.

    None when there is no such grade, it was said before, or another round has begun.
    """
    locked(session, case.id)
    rating = of_round(session, case, round)
    if rating is None or rating.solved is not None or round != case.round:
        return None
    rating.solved = solved
    cases.note(
        session,
        case,
        Action.ADD_TO_RATING,
        cases.RESIDENT,
        Details(),
        now=now,
        found={"solved": solved},
    )
    return rating


def of_round(session: Session, case: Case, round: int) -> Rating | None:
    return session.scalar(select(Rating).where(Rating.case_id == case.id, Rating.round == round))


def latest_unrated(session: Session, resident_id: int) -> Case | None:
    """The newest settled case that the resident has not rated in its present round."""
    return session.scalar(
        select(Case)
        .outerjoin(Rating, (Rating.case_id == Case.id) & (Rating.round == Case.round))
        .where(
            Case.resident_id == resident_id,
            Case.status.in_(RATEABLE),
            Case.outcome != "withdrawn",
            Rating.id.is_(None),
        )
        .order_by(Case.resolved_at.desc().nullslast(), Case.id.desc())
        .limit(1)
    )


def latest_open_answer(session: Session, resident_id: int, since: datetime) -> Case | None:
    """The newest case that was graded in its present round, after `since`, and of which it is not
    known whether it was solved."""
    return session.scalar(
        select(Case)
        .join(Rating, (Rating.case_id == Case.id) & (Rating.round == Case.round))
        .where(Case.resident_id == resident_id, Rating.solved.is_(None), Rating.rated_at >= since)
        .order_by(Rating.rated_at.desc(), Rating.id.desc())
        .limit(1)
    )
