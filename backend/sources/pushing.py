"""Rows that a source pushes: each is checked by its contract and registered by itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from backend.cases.appeals import Appeal
from backend.cases.arrivals import person, register_arrival
from backend.database import Database
from backend.models.sources import SourceRecord
from backend.sources import carrying, ledger, places
from backend.sources.contract import Problem, Row
from backend.sources.registry import Source
from backend.vocabulary.actors import Actor
from backend.vocabulary.case_lifecycle import Status


@dataclass(frozen=True)
class Result:
    """What became of one row."""

    original_no: str | None
    case_no: str | None = None
    is_new: bool = False
    problems: tuple[Problem, ...] = ()


def take(
    database: Database, source: Source, rows: Sequence[object], *, now: datetime
) -> list[Result]:
    """Take in what was pushed. A row has a transaction of its own: the others stand without it."""
    results = [_take_one(database, source, row, now) for row in rows]
    with database.begin() as session:
        intake_id = ledger.pushes_of_today(session, source.code, now=now)
        ledger.count(session, intake_id, _counts(results), now=now)
    return results


def _take_one(database: Database, source: Source, given: object, now: datetime) -> Result:
    if not isinstance(given, Mapping):
        return Result(None, problems=(Problem("", "应为一个对象"),))
    row = source.contract.read(given, now=now)
    if isinstance(row, list):
        return Result(source.contract.original_no_in(given), problems=tuple(row))
    with database.begin() as session:
        return take_row(session, source, row, now=now)


def take_row(session: Session, source: Source, row: Row, *, now: datetime) -> Result:
    """Register it, or carry it over as it stands when it has been dealt with elsewhere before."""
    intake_id = ledger.pushes_of_today(session, source.code, now=now)
    known = ledger.record_of(session, source.code, row.original_no)
    if known:
        return Result(row.original_no, known.case.case_no)
    if row.status is not Status.REGISTERED:
        [case_no] = carrying.carry_over(session, source, [row], intake_id=intake_id, now=now)
        return Result(row.original_no, case_no, is_new=True)
    return Result(row.original_no, _register(session, source, row, intake_id, now), is_new=True)


def _register(session: Session, source: Source, row: Row, intake_id: int, now: datetime) -> str:
    who = person(source.code, phone=row.phone, name=row.name, appeal_key=row.original_no)
    key = carrying.key_of(source, row)
    case = register_arrival(session, who, appeal_of(source, row), key=key, now=now)
    if row.resolve_by:
        case.resolve_by = row.resolve_by  # promised before it came to us
    session.add(
        SourceRecord(
            source_code=source.code,
            original_no=row.original_no,
            case_id=case.id,
            intake_id=intake_id,
            registered_at=row.registered_at,
            as_given=dict(row.as_given),
        )
    )
    return case.case_no


def appeal_of(source: Source, row: Row) -> Appeal:
    return Appeal(
        text=row.text,
        location=places.in_words(row.place, row.pin),
        pin=row.pin,
        kind=row.kind,
        channel=row.channel or source.contract.channel,
        since=row.registered_at,
        by=Actor(f"source:{source.code}", source.name),
    )


def _counts(results: Sequence[Result]) -> ledger.Counts:
    return ledger.Counts(
        taken=sum(result.is_new for result in results),
        repeated=sum(not result.is_new and not result.problems for result in results),
        refused=tuple(
            ledger.Refused(place, result.original_no, result.problems)
            for place, result in enumerate(results, 1)
            if result.problems
        ),
    )
