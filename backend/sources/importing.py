"""Imports a source's file: valid rows are registered, invalid rows reported, none twice.

Rows are registered in batches, one transaction per batch. After a crash the same file can be
imported again: rows that are registered already are skipped.
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
from backend.sources import intake_log, updating
from backend.sources.contract import Problem, Row
from backend.sources.csv_rows import Unreadable
from backend.sources.files import FileRow
from backend.sources.intake_log import IntakeCounts, RejectedRow
from backend.sources.legacy_import import import_cases
from backend.sources.registry import Source

BATCH = 500  # rows
NOT_READ = "已收下，这一栏没读懂，原话留在工单上"

FileRows = Iterable[FileRow | Unreadable]
RejectHandler = Callable[[RejectedRow], None]


@dataclass
class ImportProgress:
    """Number of rows read so far, and what was done with them."""

    rows: int = 0
    taken: int = 0
    repeated: int = 0  # known rows, the updated ones among them
    updated: int = 0
    rejected: int = 0
    remarks: int = 0  # fields of registered rows that were not read; their words are kept
    number_keys: set[str] = field(default_factory=set)  # new rows of a dry run


def import_rows(
    database: Database,
    source: Source,
    file_name: str,
    file_rows: FileRows,
    on_reject: RejectHandler,
) -> Iterator[ImportProgress]:
    """Yields after each batch; `on_reject` is called with each row that is not registered,
    and with the fields of a registered one that were not read.
    """
    progress = ImportProgress()
    intake_id: int | None = None
    for batch in _batches(file_rows):
        checked = check(source, batch, now())
        with database.begin() as session:
            if intake_id is None:
                intake_id = intake_log.begin_import(session, source.code, file_name, now=now())
            taken, repeated = _register_new(session, source, checked.valid, intake_id)
            progress.updated += _update_known(session, source, checked.valid, intake_id)
            counts = IntakeCounts(taken, repeated, checked.rejected)
            intake_log.count(session, intake_id, counts, now=now())
        _add(progress, counts, checked.remarks, on_reject)
        yield progress
    if intake_id is not None:
        with database.begin() as session:
            intake_log.end(session, intake_id, now=now())


def check_rows(
    database: Database, source: Source, file_rows: FileRows, on_reject: RejectHandler
) -> Iterator[ImportProgress]:
    """A dry run: like `import_rows`, but nothing is stored."""
    progress = ImportProgress()
    for batch in _batches(file_rows):
        checked = check(source, batch, now())
        with database.begin() as session:
            unknown = _unknown(session, source, checked.valid)
        new = [number for number in unknown if number not in progress.number_keys]
        progress.number_keys.update(new)
        counts = IntakeCounts(len(new), len(checked.valid) - len(new), checked.rejected)
        _add(progress, counts, checked.remarks, on_reject)
        yield progress


@dataclass
class CheckedBatch:
    valid: list[Row] = field(default_factory=list)
    rejected: list[RejectedRow] = field(default_factory=list)
    remarks: list[RejectedRow] = field(default_factory=list)  # fields of valid rows


def check(source: Source, batch: list[FileRow | Unreadable], at: datetime) -> CheckedBatch:
    checked = CheckedBatch()
    for file_row in batch:
        if isinstance(file_row, Unreadable):
            problem = Problem("", file_row.why)
            checked.rejected.append(RejectedRow(file_row.line, None, (problem,)))
            continue
        row = source.contract.read(file_row.cells, now=at)
        number = source.contract.original_no_in(file_row.cells)
        line, sheet = file_row.line, file_row.sheet
        if not isinstance(row, Row):
            checked.rejected.append(RejectedRow(line, number, tuple(row), sheet))
            continue
        checked.valid.append(row)
        if row.remarks:
            remarks = tuple(Problem(one.field, f"{NOT_READ}：{one.why}") for one in row.remarks)
            checked.remarks.append(RejectedRow(line, number, remarks, sheet))
    return checked


def _batches(file_rows: FileRows) -> Iterator[list[Any]]:
    rows = iter(file_rows)
    while batch := list(islice(rows, BATCH)):
        yield batch


def _register_new(
    session: Session, source: Source, rows: list[Row], intake_id: int
) -> tuple[int, int]:
    """Register the rows that are new; returns the numbers of new and of repeated rows."""
    intake_log.lock(session, source.code)
    new = _unknown(session, source, rows)
    if new:
        import_cases(session, source, list(new.values()), intake_id=intake_id, now=now())
    return len(new), len(rows) - len(new)


def _update_known(session: Session, source: Source, rows: list[Row], intake_id: int) -> int:
    """Update the cases of known rows; returns how many rows changed anything."""
    records = session.scalars(
        select(SourceRecord).where(
            SourceRecord.source_code == source.code,
            SourceRecord.number_key.in_({row.number_key for row in rows}),
            SourceRecord.intake_id != intake_id,
        )
    )
    by_number = {record.number_key: record for record in records}
    return sum(
        updating.update(session, source, by_number[row.number_key], row, now=now())
        for row in rows
        if row.number_key in by_number
    )


def _unknown(session: Session, source: Source, rows: list[Row]) -> dict[str, Row]:
    """Rows that are not registered, by number key; the first row if a number repeats."""
    by_number: dict[str, Row] = {}
    for row in rows:
        by_number.setdefault(row.number_key, row)
    registered = session.scalars(
        select(SourceRecord.number_key).where(
            SourceRecord.source_code == source.code, SourceRecord.number_key.in_(by_number)
        )
    )
    for number in registered:
        del by_number[number]
    return by_number


def _add(
    progress: ImportProgress,
    counts: IntakeCounts,
    remarks: list[RejectedRow],
    on_reject: RejectHandler,
) -> None:
    """Add one batch to the progress; every row of a batch is in exactly one of the counts."""
    progress.rows += counts.taken + counts.repeated + len(counts.rejected)
    progress.taken += counts.taken
    progress.repeated += counts.repeated
    progress.rejected += len(counts.rejected)
    progress.remarks += sum(len(row.problems) for row in remarks)
    for row in (*counts.rejected, *remarks):
        on_reject(row)
