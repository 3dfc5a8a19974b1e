"""Consultations: made, answered with one voice a resident, closed, and their results published."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from backend.clock import SHANGHAI
from backend.deadlines.typed_day import typed_day
from backend.errors import BadInput, Conflict, NotFound
from backend.models.consultations import Consultation, ConsultationVoice
from backend.texts.consultations import CHOOSE_ONE, IS_CLOSED
from backend.vocabulary.messages import storable

LONGEST_TITLE, LONGEST_BODY, LONGEST_CHOICE, LONGEST_WORDS = 60, 1000, 40, 1000
MOST_CHOICES = 8
LONGEST = timedelta(days=366)


@dataclass(frozen=True)
class Results:
    """Numbers of people: all, and for each choice; the free words, oldest first."""

    people: int
    by_choice: tuple[int, ...]
    words: Sequence[ConsultationVoice]


def create(
    session: Session,
    *,
    title: str,
    body: str,
    choices: str,
    takes_words: bool,
    last_day: str,
    by: str,
    now: datetime,
) -> Consultation:
    """`choices` has one a line. Raises BadInput."""
    options = [line.strip() for line in choices.splitlines() if line.strip()]
    _check(title, body, options, takes_words=takes_words)
    consultation = Consultation(
        title=title.strip(),
        body=body.strip(),
        choices=options,
        takes_words=takes_words,
        opens_at=now,
        closes_at=_end_of(last_day, now),
        created_at=now,
        created_by=by,
    )
    session.add(consultation)
    session.flush()
    return consultation


def _check(title: str, body: str, options: Sequence[str], *, takes_words: bool) -> None:
    """Raises BadInput."""
    if not title.strip() or len(title) > LONGEST_TITLE:
        raise BadInput(f"问题要写，最多 {LONGEST_TITLE} 字")
    if not body.strip() or len(body) > LONGEST_BODY:
        raise BadInput(f"说明要写，最多 {LONGEST_BODY} 字")
    if len(options) == 1 or len(options) > MOST_CHOICES or len(set(options)) < len(options):
        raise BadInput(f"选项一行一个，2 到 {MOST_CHOICES} 个，不要重复；不要选项就空着")
    if any(len(option) > LONGEST_CHOICE for option in options):
        raise BadInput(f"一个选项最多 {LONGEST_CHOICE} 字")
    if not options and not takes_words:
        raise BadInput("没有选项，就要让市民自己写")


def _end_of(last_day: str, now: datetime) -> datetime:
    """The end of that day. Raises BadInput."""
    day = typed_day(last_day)
    today = now.astimezone(SHANGHAI).date()
    if not today <= day <= today + LONGEST:
        raise BadInput("最后一天要在今天以后，最多一年")
    return datetime.combine(day + timedelta(days=1), time(0), SHANGHAI)


def is_open(consultation: Consultation, now: datetime) -> bool:
    in_time = consultation.opens_at <= now < consultation.closes_at
    return in_time and consultation.closed_at is None


def open_ones(session: Session, now: datetime) -> list[Consultation]:
    """Those that residents may answer now, the one that closes first at the top."""
    query = select(Consultation).where(
        Consultation.opens_at <= now, Consultation.closes_at > now, Consultation.closed_at.is_(None)
    )
    return list(session.scalars(query.order_by(Consultation.closes_at, Consultation.id).limit(9)))


def list_all(session: Session) -> list[Consultation]:
    """The newest first."""
    query = select(Consultation).order_by(Consultation.id.desc()).limit(100)
    return list(session.scalars(query))


def by_id(session: Session, consultation_id: int, *, lock: bool = False) -> Consultation:
    """Raises NotFound."""
    consultation = session.get(
        Consultation, consultation_id, with_for_update={"key_share": True} if lock else None
    )
    if consultation is None:
        raise NotFound("没有这个问计")
    return consultation


def voice_of(session: Session, consultation_id: int, resident_id: int) -> ConsultationVoice | None:
    return session.scalar(
        select(ConsultationVoice).where(
            ConsultationVoice.consultation_id == consultation_id,
            ConsultationVoice.resident_id == resident_id,
        )
    )


def in_words(consultation: Consultation, voice: ConsultationVoice) -> str:
    """What the resident said: the choice or the words."""
    return consultation.choices[voice.choice] if voice.choice is not None else voice.words or ""


def speak(
    session: Session,
    consultation_id: int,
    resident_id: int,
    *,
    choice: int | None,
    words: str | None,
    channel: str,
    now: datetime,
) -> str:
    """Store the resident's voice in place of an earlier one; returns it in words.

    The consultation is locked, so that nothing is counted after it was closed. Raises Conflict
    when it is closed, BadInput or NotFound.
    """
    consultation = by_id(session, consultation_id, lock=True)
    if not is_open(consultation, now):
        raise Conflict(IS_CLOSED.plain)
    words = storable(words or "").strip()[:LONGEST_WORDS] or None
    words = words if consultation.takes_words else None
    is_choice = choice is not None and 0 <= choice < len(consultation.choices)
    if not is_choice and not words:
        raise BadInput(CHOOSE_ONE.plain)
    values = {
        "choice": choice if is_choice else None,
        "words": words,
        "channel": channel,
        "at": now,
    }
    own = {"consultation_id": consultation_id, "resident_id": resident_id}
    statement = insert(ConsultationVoice).values(**own, **values)
    session.execute(statement.on_conflict_do_update(index_elements=list(own), set_=values))
    return consultation.choices[choice] if is_choice and choice is not None else words or ""


def close(session: Session, consultation: Consultation, *, now: datetime) -> None:
    """Raises Conflict."""
    if not is_open(consultation, now):
        raise Conflict("这个问计已经结束了")
    consultation.closed_at = now


def publish(consultation: Consultation, conclusion: str, *, now: datetime) -> None:
    """Publish the results with what was done with them. Raises BadInput or Conflict."""
    if is_open(consultation, now):
        raise Conflict("还在征求意见，结束了才能公布结果")
    if not conclusion.strip() or len(conclusion) > LONGEST_BODY:
        raise BadInput(f"请写意见怎么用了，最多 {LONGEST_BODY} 字")
    consultation.conclusion = conclusion.strip()
    consultation.published_at = consultation.published_at or now


def results(session: Session, consultation: Consultation) -> Results:
    of_it = ConsultationVoice.consultation_id == consultation.id
    people = session.scalar(select(func.count()).where(of_it)) or 0
    rows = session.execute(
        select(ConsultationVoice.choice, func.count())
        .where(of_it)
        .group_by(ConsultationVoice.choice)
    )
    counts = {choice: count for choice, count in rows}  # noqa: C416  rows
    words = session.scalars(
        select(ConsultationVoice)
        .where(of_it, ConsultationVoice.words.is_not(None))
        .order_by(ConsultationVoice.id)
    )
    by_choice = tuple(counts.get(place, 0) for place in range(len(consultation.choices)))
    return Results(people, by_choice, list(words))
