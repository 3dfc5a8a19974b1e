"""Brings a file of a source in: what is right goes in, what is not is named, nothing twice.

Rows go in by batches with a transaction each. After a crash the same file is imported again: what
is there is passed over, and the rest goes in.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.clock import now
from backend.database import Database
from backend.models.sources import SourceRecord
from backend.sources import intake_log
from backend.sources.contract import Problem, Row
from backend.sources.csv_rows import Unreadable
from backend.sources.files import FileRow
from backend.sources.intake_log import Counts, Refused
from backend.sources.legacy_import import carry_over
from backend.sources.registry import Source

BATCH = 500

Given = Iterable[FileRow | Unreadable]
Report = Callable[[Refused], None]


@dataclass
class Imported:
    """What has become of the rows so far."""

    rows: int = 0
    taken: int = 0
    repeated: int = 0
    refused: int = 0
    seen: set[str] = field(default_factory=set)  # numbers of a dry run, which keeps no records


def import_rows(
    database: Database, source: Source, file_name: str, given: Given, refuse: Report
) -> Iterator[Imported]:
    """Yields after each batch; `refuse` is called with each row that was not taken."""
    done = Imported()
    intake_id: int | None = None
    for batch in _batches(given):
        good, bad = check(source, batch, now())
        with database.begin() as session:
            if intake_id is None:
                intake_id = intake_log.begin_import(session, source.code, file_name, now=now())
            taken, repeated = _take(session, source, good, intake_id)
            intake_log.count(session, intake_id, Counts(taken, repeated, bad), now=now())
        _add(done, len(batch), taken, repeated, bad, refuse)
        yield done
    if intake_id is not None:
        with database.begin() as session:
            intake_log.end(session, intake_id, now=now())


def try_rows(
    database: Database, source: Source, given: Given, refuse: Report
) -> Iterator[Imported]:
    """The same without keeping anything."""
    done = Imported()
    for batch in _batches(given):
        good, bad = check(source, batch, now())
        with database.begin() as session:
            new = [n for n in _unknown(session, source, good) if n not in done.seen]
        done.seen.update(new)
        _add(done, len(batch), len(new), len(good) - len(new), bad, refuse)
        yield done


def check(
    source: Source, batch: list[FileRow | Unreadable], at: datetime
) -> tuple[list[Row], list[Refused]]:
    good: list[Row] = []
    bad: list[Refused] = []
    for one in batch:
        if isinstance(one, Unreadable):
            bad.append(Refused(one.line, None, (Problem("", one.why),)))
            continue
        row = source.contract.read(one.cells, now=at)
        if isinstance(row, Row):
            good.append(row)
        else:
            number = source.contract.original_no_in(one.cells)
            bad.append(Refused(one.line, number, tuple(row)))
    return good, bad


def _batches(given: Given) -> Iterator[list[Any]]:
    rows = iter(given)
    while batch := list(islice(rows, BATCH)):
        yield batch


def _take(session: Session, source: Source, good: list[Row], intake_id: int) -> tuple[int, int]:
    """How many were new, and how many were there before."""
    intake_log.lock(session, source.code)
    new = _unknown(session, source, good)
    if new:
        carry_over(session, source, list(new.values()), intake_id=intake_id, now=now())
    return len(new), len(good) - len(new)


def _unknown(session: Session, source: Source, rows: list[Row]) -> dict[str, Row]:
    """Those that we do not have, by their number; the first one, where a number comes twice."""
    by_number: dict[str, Row] = {}
    for row in rows:
        by_number.setdefault(row.original_no, row)
    known = session.scalars(
        select(SourceRecord.original_no).where(
            SourceRecord.source_code == source.code, SourceRecord.original_no.in_(by_number)
        )
    )
    for number in known:
        del by_number[number]
    return by_number


def _add(
    done: Imported, rows: int, taken: int, repeated: int, bad: list[Refused], refuse: Report
) -> None:
    done.rows += rows
    done.taken += taken
    done.repeated += repeated
    done.refused += len(bad)
    for one in bad:
        refuse(one)
