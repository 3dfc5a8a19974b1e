"""Rows pushed by a source: each is checked against the contract and registered separately."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from backend.cases.appeals import Appeal
from backend.cases.arrivals import person, register_arrival
from backend.database import Database
from backend.models.sources import SourceRecord
from backend.sources import intake_log, legacy_import, places, updating
from backend.sources.contract import Problem, Row
from backend.sources.legacy_rows import idempotency_key
from backend.sources.registry import Source
from backend.vocabulary.actors import Actor
from backend.vocabulary.case_lifecycle import Status


@dataclass(frozen=True)
class PushResult:
    """The outcome for one row: a case number, or the problems that made it invalid."""

    original_no: str | None
    case_no: str | None = None
    is_new: bool = False
    is_updated: bool = False  # a known row changed state or reply
    problems: tuple[Problem, ...] = ()
    remarks: tuple[Problem, ...] = ()  # fields of a valid row that were not read


def take_rows(
    database: Database, source: Source, rows: Sequence[object], *, now: datetime
) -> list[PushResult]:
    """Register the pushed rows, one transaction per row, so that one failure affects no other."""
    results = [_take_one(database, source, row, now) for row in rows]
    with database.begin() as session:
        intake_id = intake_log.todays_push_intake(session, source.code, now=now)
        intake_log.count(session, intake_id, _counts(results), now=now)
    return results


def _take_one(database: Database, source: Source, pushed: object, now: datetime) -> PushResult:
    if not isinstance(pushed, Mapping):
        return PushResult(None, problems=(Problem("", "应为一个对象"),))
    row = source.contract.read(pushed, now=now)
    if isinstance(row, list):
        return PushResult(source.contract.original_no_in(pushed), problems=tuple(row))
    with database.begin() as session:
        return take_row(session, source, row, now=now)


def take_row(session: Session, source: Source, row: Row, *, now: datetime) -> PushResult:
    """Register a new row, import one that another system handles, or update a known one."""
    intake_id = intake_log.todays_push_intake(session, source.code, now=now)
    record = intake_log.record_of(session, source.code, row.original_no)
    if record:
        is_updated = updating.update(session, source, record, row, now=now)
        return PushResult(
            row.original_no, record.case.case_no, is_updated=is_updated, remarks=row.remarks
        )
    if row.status is not Status.REGISTERED:
        [case_no] = legacy_import.import_cases(session, source, [row], intake_id=intake_id, now=now)
    else:
        case_no = _register(session, source, row, intake_id, now)
    return PushResult(row.original_no, case_no, is_new=True, remarks=row.remarks)


def _register(session: Session, source: Source, row: Row, intake_id: int, now: datetime) -> str:
    caller = person(source.code, phone=row.phone, name=row.name, appeal_key=row.original_no)
    key = idempotency_key(source, row)
    case = register_arrival(session, caller, appeal_of(source, row), key=key, now=now)
    if row.resolve_by:
        case.resolve_by = row.resolve_by  # the deadline that the source has promised
    session.add(
        SourceRecord(
            source_code=source.code,
            original_no=row.original_no,
            number_key=row.number_key,
            case_id=case.id,
            intake_id=intake_id,
            registered_at=row.registered_at,
            as_given=dict(row.as_given),
            sent=updating.sent_of(row),
        )
    )
    return case.case_no


def appeal_of(source: Source, row: Row) -> Appeal:
    return Appeal(
        text=row.text,
        location=places.place_text(row.place, row.pin),
        pin=row.pin,
        kind=row.kind,
        channel=row.channel or source.contract.channel,
        since=row.registered_at,
        by=Actor(f"source:{source.code}", source.name),
    )


def _counts(results: Sequence[PushResult]) -> intake_log.IntakeCounts:
    return intake_log.IntakeCounts(
        taken=sum(result.is_new for result in results),
        repeated=sum(not result.is_new and not result.problems for result in results),
        rejected=tuple(
            intake_log.RejectedRow(place, result.original_no, result.problems)
            for place, result in enumerate(results, 1)
            if result.problems
        ),
    )
