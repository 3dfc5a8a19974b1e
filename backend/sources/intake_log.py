"""What each source has sent: taken, sent again, or refused and why."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Select, func, insert, select, text, update
from sqlalchemy.orm import Session

from backend.clock import SHANGHAI
from backend.models.cases import Case
from backend.models.sources import KEY, SourceIntake, SourceRecord, SourceReject
from backend.sources.contract import Problem

IMPORT, PUSH = "import", "push"
MOST_REJECTS_KEPT = 1000  # of one intake; the count is of all, and an import writes all to a file


@dataclass(frozen=True)
class Refused:
    """A row that was not taken; `line` is its place in the file, or in the list that was pushed."""

    line: int
    original_no: str | None
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class Counts:
    taken: int = 0
    repeated: int = 0
    refused: Sequence[Refused] = field(default_factory=tuple)


def lock(session: Session, source_code: str) -> None:
    """One at a time takes in what a source sends, so that nothing is taken twice."""
    session.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"),
        {"name": f"source:{source_code}"},
    )


def begin_import(session: Session, source_code: str, file_name: str, *, now: datetime) -> int:
    return _begin(session, source_code, IMPORT, file_name, now)


def pushes_of_today(session: Session, source_code: str, *, now: datetime) -> int:
    """The intake that the day's pushes are counted in."""
    lock(session, source_code)
    morning = now.astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
    found = session.scalar(
        select(SourceIntake.id).where(
            SourceIntake.source_code == source_code,
            SourceIntake.via == PUSH,
            SourceIntake.begun_at >= morning,
        )
    )
    return found or _begin(session, source_code, PUSH, None, now)


def _begin(
    session: Session, source_code: str, via: str, file_name: str | None, now: datetime
) -> int:
    intake = SourceIntake(
        source_code=source_code, via=via, file_name=file_name, begun_at=now, last_at=now
    )
    session.add(intake)
    session.flush()
    return intake.id


def count(session: Session, intake_id: int, counts: Counts, *, now: datetime) -> None:
    before = session.scalar(
        update(SourceIntake)
        .where(SourceIntake.id == intake_id)
        .values(
            taken=SourceIntake.taken + counts.taken,
            repeated=SourceIntake.repeated + counts.repeated,
            rejected=SourceIntake.rejected + len(counts.refused),
            last_at=now,
        )
        .returning(SourceIntake.rejected)
    )
    room = MOST_REJECTS_KEPT - (before or 0) + len(counts.refused)
    rows = [_kept(intake_id, one, now) for one in counts.refused[: max(room, 0)]]
    if rows:
        session.execute(insert(SourceReject), rows)


def _kept(intake_id: int, refused: Refused, now: datetime) -> dict[str, object]:
    return {
        "intake_id": intake_id,
        "line": refused.line,
        "original_no": refused.original_no,
        "field": "、".join(problem.field for problem in refused.problems),
        "why": "；".join(in_words(problem) for problem in refused.problems),
        "at": now,
    }


def in_words(problem: Problem) -> str:
    return f"{problem.field}：{problem.why}" if problem.field else problem.why


def end(session: Session, intake_id: int, *, now: datetime) -> None:
    session.execute(
        update(SourceIntake).where(SourceIntake.id == intake_id).values(ended_at=now, last_at=now)
    )


def record_of(session: Session, source_code: str, original_no: str) -> SourceRecord | None:
    return session.scalar(
        select(SourceRecord).where(
            SourceRecord.source_code == source_code, SourceRecord.original_no == original_no
        )
    )


def record_of_case(session: Session, case: Case) -> SourceRecord | None:
    """Where it came from another system; its key tells that without being asked for."""
    if not case.idempotency_key.startswith(KEY):
        return None
    return session.scalar(select(SourceRecord).where(SourceRecord.case_id == case.id))


def cases_called(original_no: str) -> Select[int]:
    """Ids of the cases that somebody else's system knows by this number."""
    return select(SourceRecord.case_id).where(SourceRecord.original_no == original_no)


def cases_from(source_code: str) -> Select[int]:
    return select(SourceRecord.case_id).where(SourceRecord.source_code == source_code)


def rejects_of(session: Session, source_code: str, *, most: int) -> Sequence[SourceReject]:
    """The newest ones."""
    of_source = select(SourceIntake.id).where(SourceIntake.source_code == source_code)
    return session.scalars(
        select(SourceReject)
        .where(SourceReject.intake_id.in_(of_source))
        .order_by(SourceReject.id.desc())
        .limit(most)
    ).all()


def total_rejected(session: Session, source_code: str) -> int:
    query = select(func.sum(SourceIntake.rejected)).where(SourceIntake.source_code == source_code)
    return session.scalar(query) or 0
