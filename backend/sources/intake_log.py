"""Intake log: per source, rows registered, repeated and rejected, with reasons."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Select, func, insert, select, text, update
from sqlalchemy.orm import Session

from backend.clock import SHANGHAI
from backend.models.cases import Case
from backend.models.sources import KEY, SourceIntake, SourceRecord, SourceReject
from backend.sources.contract import Problem
from backend.vocabulary.source_numbers import number_key

IMPORT, PUSH = "import", "push"
# Per intake. The count includes all rejects, and an import writes all of them to a file.
MAX_REJECTS_STORED = 1000


@dataclass(frozen=True)
class RejectedRow:
    """A row that was not registered; `line` is its place in the file or in the pushed list."""

    line: int
    original_no: str | None
    problems: tuple[Problem, ...]
    sheet: str = ""  # of a workbook


@dataclass(frozen=True)
class IntakeCounts:
    taken: int = 0
    repeated: int = 0
    rejected: Sequence[RejectedRow] = field(default_factory=tuple)


def lock(session: Session, source_code: str) -> None:
    """Lock the source until commit: two transactions must not register the same row."""
    session.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"),
        {"name": f"source:{source_code}"},
    )


def begin_import(session: Session, source_code: str, file_name: str, *, now: datetime) -> int:
    return _begin(session, source_code, IMPORT, file_name, now)


def todays_push_intake(session: Session, source_code: str, *, now: datetime) -> int:
    """Id of the intake that counts today's pushes (Shanghai time); also locks the source."""
    lock(session, source_code)
    midnight = now.astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
    intake_id = session.scalar(
        select(SourceIntake.id).where(
            SourceIntake.source_code == source_code,
            SourceIntake.via == PUSH,
            SourceIntake.begun_at >= midnight,
        )
    )
    return intake_id or _begin(session, source_code, PUSH, None, now)


def _begin(
    session: Session, source_code: str, via: str, file_name: str | None, now: datetime
) -> int:
    intake = SourceIntake(
        source_code=source_code, via=via, file_name=file_name, begun_at=now, last_at=now
    )
    session.add(intake)
    session.flush()
    return intake.id


def count(session: Session, intake_id: int, counts: IntakeCounts, *, now: datetime) -> None:
    total_rejects = session.scalar(
        update(SourceIntake)
        .where(SourceIntake.id == intake_id)
        .values(
            taken=SourceIntake.taken + counts.taken,
            repeated=SourceIntake.repeated + counts.repeated,
            rejected=SourceIntake.rejected + len(counts.rejected),
            last_at=now,
        )
        .returning(SourceIntake.rejected)
    )
    room = MAX_REJECTS_STORED - (total_rejects or 0) + len(counts.rejected)
    rejects = [_reject_values(intake_id, row, now) for row in counts.rejected[: max(room, 0)]]
    if rejects:
        session.execute(insert(SourceReject), rejects)


def _reject_values(intake_id: int, row: RejectedRow, now: datetime) -> dict[str, object]:
    return {
        "intake_id": intake_id,
        "line": row.line,
        "original_no": row.original_no,
        "field": "、".join(problem.field for problem in row.problems),
        "why": "；".join(problem_text(problem) for problem in row.problems),
        "at": now,
    }


def problem_text(problem: Problem) -> str:
    return f"{problem.field}：{problem.why}" if problem.field else problem.why


def end(session: Session, intake_id: int, *, now: datetime) -> None:
    session.execute(
        update(SourceIntake).where(SourceIntake.id == intake_id).values(ended_at=now, last_at=now)
    )


def record_of(session: Session, source_code: str, original_no: str) -> SourceRecord | None:
    return session.scalar(
        select(SourceRecord).where(
            SourceRecord.source_code == source_code,
            SourceRecord.number_key == number_key(original_no),
        )
    )


def record_of_case(session: Session, case: Case) -> SourceRecord | None:
    """The source's record of an imported case; None for a case that was registered here.

    The idempotency key already tells the two apart, without a query.
    """
    if not case.idempotency_key.startswith(KEY):
        return None
    return session.scalar(select(SourceRecord).where(SourceRecord.case_id == case.id))


def case_ids_by_original_no(original_no: str) -> Select[int]:
    """Query for the ids of cases with this number in a source's own system."""
    return select(SourceRecord.case_id).where(SourceRecord.number_key == number_key(original_no))


def case_ids_from(source_code: str) -> Select[int]:
    return select(SourceRecord.case_id).where(SourceRecord.source_code == source_code)


def rejects_of(session: Session, source_code: str, *, most: int) -> Sequence[SourceReject]:
    """The newest `most` rejects, newest first."""
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
