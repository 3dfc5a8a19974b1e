"""Ratings: one a round, by the resident alone; staff take one down by phone in their words."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.cases.events import was_noted
from backend.cases.locking import lock_case
from backend.cases.step import StepContext
from backend.cases.stepping import act, note, note_once
from backend.errors import Conflict
from backend.models.cases import Case
from backend.models.ratings import Rating
from backend.ratings import notices
from backend.texts.cases import NOT_RATEABLE, RATED_ALREADY
from backend.vocabulary.actors import RESIDENT
from backend.vocabulary.case_lifecycle import Action, Status
from backend.vocabulary.grades import Grade, LowReason, reason_of
from backend.vocabulary.step_details import MaybeReason, MaybeText, WithText

BY_CODE = "query_code"  # in a rating's event: given on the public page
RATEABLE = frozenset({Status.RESOLVED, Status.CLOSED})


def rate(
    session: Session,
    case: Case,
    grade: Grade,
    *,
    round: int,
    message_id: int | None,
    now: datetime,
) -> Rating:
    """Store the grade; a good one closes the case.

    `message_id` is None for a rating on the public page. The same message returns the same
    rating. Raises Conflict when the round is over, already rated or not settled yet.
    """
    lock_case(session, case.id)
    existing = find_rating(session, case, round)
    if existing and message_id and was_noted(session, case, Action.RATE, message_id):
        return existing
    if existing:
        raise Conflict(RATED_ALREADY.plain)
    if round != case.round or Status(case.status) not in RATEABLE or case.outcome == "withdrawn":
        raise Conflict(NOT_RATEABLE.plain)
    rating = Rating(case_id=case.id, round=round, score=int(grade), rated_at=now)
    session.add(rating)
    step = StepContext(session, case, RESIDENT, now, WithText(Action.RATE, grade.label))
    step.event_details["score"] = int(grade)
    if message_id is None:
        step.event_details["by"] = BY_CODE
        note(step)
    else:
        note_once(step, message_id)
    if grade.is_low:
        notices.report(session, case, rating, now=now)
    else:
        close(session, case, now=now)
    return rating


@dataclass(frozen=True)
class PhoneRating:
    """What a resident said when they were called, and who took it down."""

    grade: Grade
    words: str
    solved: bool | None
    taken_by: int  # id of the staff


def take_down(step: StepContext, phone: PhoneRating) -> None:
    """Store the grade of the present round, marked as taken down. Raises Conflict."""
    case, session, now = step.case, step.session, step.now
    if find_rating(session, case, case.round):
        raise Conflict(RATED_ALREADY.plain)
    if Status(case.status) not in RATEABLE or case.outcome == "withdrawn":
        raise Conflict(NOT_RATEABLE.plain)
    rating = Rating(
        case_id=case.id, round=case.round, score=int(phone.grade), rated_at=now,
        solved=phone.solved, reason=phone.words, taken_by=phone.taken_by,
        reason_code=reason_of(phone.words) if phone.grade.is_low else None,
    )  # fmt: skip
    session.add(rating)
    details: dict[str, object] = {
        "score": int(phone.grade), "by_phone": True, "solved": phone.solved,
    }  # fmt: skip
    note(StepContext(session, case, step.actor, now, WithText(Action.RATE, phone.words), details))
    if phone.grade.is_low:
        notices.report(session, case, rating, now=now)
    else:
        close(session, case, now=now)


def close(session: Session, case: Case, *, now: datetime) -> None:
    """Close a resolved case; no effect on any other."""
    if case.status == Status.RESOLVED:
        act(StepContext(session, case, RESIDENT, now, MaybeReason(Action.CLOSE)))


def give_reason(session: Session, case: Case, reason: str, *, now: datetime) -> None:
    """Store why the case was rated low, once. The reason "unsolved" also sets `solved` False."""
    rating = find_rating(session, case, case.round)
    if rating is None or rating.reason is not None or not reason:
        return
    rating.reason, rating.reason_code = reason, reason_of(reason)
    step = StepContext(session, case, RESIDENT, now, MaybeText(Action.ADD_TO_RATING, reason))
    step.event_details["reason_code"] = rating.reason_code
    note(step)
    if rating.reason_code == LowReason.UNSOLVED:
        set_solved(session, case, solved=False, round=case.round, now=now)


def set_solved(
    session: Session, case: Case, *, solved: bool, round: int, now: datetime
) -> Rating | None:
    """Store the resident's answer whether the case was solved, once for a rating.

    None when the round has no rating, is answered already, or is over.
    """
    lock_case(session, case.id)
    rating = find_rating(session, case, round)
    if rating is None or rating.solved is not None or round != case.round:
        return None
    rating.solved = solved
    step = StepContext(session, case, RESIDENT, now, MaybeText(Action.ADD_TO_RATING))
    step.event_details["solved"] = solved
    note(step)
    return rating


def find_rating(session: Session, case: Case, round: int) -> Rating | None:
    return session.scalar(select(Rating).where(Rating.case_id == case.id, Rating.round == round))


def latest_unrated(session: Session, resident_id: int) -> Case | None:
    """The newest settled case whose present round the resident has not rated."""
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


def latest_unanswered(session: Session, resident_id: int, since: datetime) -> Case | None:
    """The newest case rated in its present round after `since` without an answer on `solved`."""
    return session.scalar(
        select(Case)
        .join(Rating, (Rating.case_id == Case.id) & (Rating.round == Case.round))
        .where(Case.resident_id == resident_id, Rating.solved.is_(None), Rating.rated_at >= since)
        .order_by(Rating.rated_at.desc(), Rating.id.desc())
        .limit(1)
    )
