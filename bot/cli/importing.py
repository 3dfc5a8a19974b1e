"""`minhu import` and `minhu source-key`: import files and push keys of sources."""

import csv
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TextIO

from backend.clock import SHANGHAI, now
from backend.errors import BadInput
from backend.settings import Settings
from backend.sources import keys
from backend.sources.files import SourceFile, read_file
from backend.sources.importing import ImportProgress, RejectHandler, check_rows, import_rows
from backend.sources.intake_log import RejectedRow, problem_text
from backend.sources.registry import source
from bot.cli.setup import city_database

SAY_EVERY = 5000  # rows
Say = Callable[[str], None]
_COLUMNS = ("行号", "原编号", "字段", "原因", "工作表")
_FORMULA = ("=", "+", "-", "@", "\t")  # a spreadsheet takes a cell that begins so for a formula


@dataclass(frozen=True)
class ImportResult:
    line: str  # counts of rows read, imported and rejected
    counts: dict[str, object]  # the same for `--json`
    rejects: Path | None  # the file that lists rejected rows and fields that were not read


def bring_in(settings: Settings, path: Path, code: str, *, dry_run: bool, say: Say) -> ImportResult:
    """Import a source's file; `dry_run` only checks it.

    Raises BadInput or NotFound; rows imported before stay.
    """
    origin = source(code)
    file = read_file(path, origin.contract.columns)
    rows = file.rows
    rejects = path.with_name(f"{path.name}.rejects.csv")
    rejects.unlink(missing_ok=True)
    progress, last_rows, started = ImportProgress(), 0, time.monotonic()
    with city_database(settings) as database, _report(rejects) as refuse:
        steps = (
            check_rows(database, origin, rows, refuse)
            if dry_run
            else import_rows(database, origin, path.name, rows, refuse)
        )
        for progress in steps:
            if progress.rows - last_rows >= SAY_EVERY:
                last_rows = progress.rows
                say(_line(progress, time.monotonic() - started))
        line = _line(progress, time.monotonic() - started)
    if file.skipped_sheets:
        line += f"; sheets without the heading: {', '.join(file.skipped_sheets)}"
    has_report = progress.rejected or progress.remarks
    return ImportResult(line, _counts(progress, file), rejects if has_report else None)


def _counts(progress: ImportProgress, file: SourceFile) -> dict[str, object]:
    return {
        "rows": progress.rows,
        "taken": progress.taken,
        "known": progress.repeated,
        "rejected": progress.rejected,
        "skipped_sheets": list(file.skipped_sheets),
    }


def _line(progress: ImportProgress, seconds: float) -> str:
    updated = f" ({progress.updated} updated)" if progress.updated else ""
    remarks = f" {progress.remarks} fields kept as words;" if progress.remarks else ""
    return (
        f"{progress.rows} rows: {progress.taken} taken, "
        f"{progress.repeated} there already{updated}, {progress.rejected} not taken;{remarks} "
        f"{progress.rows / max(seconds, 0.001):.0f} rows/s"
    )


@contextmanager
def _report(path: Path) -> Iterator[RejectHandler]:
    """A function that writes a rejected row to `path`, in Chinese for the source's staff.

    The file begins with a byte order mark, so that Excel opens it as UTF-8.
    """
    file: TextIO | None = None

    def refuse(row: RejectedRow) -> None:
        nonlocal file
        if file is None:
            file = _open(path)
        fields = "、".join(problem.field for problem in row.problems)
        reasons = "；".join(problem_text(problem) for problem in row.problems)
        number, sheet = _harmless(row.original_no or ""), _harmless(row.sheet)
        csv.writer(file).writerow([row.line, number, fields, reasons, sheet])

    try:
        yield refuse
    finally:
        if file is not None:
            file.close()


def _open(path: Path) -> TextIO:
    try:
        file = path.open("w", encoding="utf-8-sig", newline="")
    except OSError as error:
        raise BadInput(f"{path}: {error.strerror or 'cannot be written'}") from error
    csv.writer(file).writerow(_COLUMNS)
    return file


def _harmless(cell: str) -> str:
    """The cell, quoted so that no spreadsheet runs it as a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def new_key(settings: Settings, code: str) -> str:
    """A new push key of the source; only its hash is stored. Raises NotFound."""
    origin = source(code)
    with city_database(settings) as database, database.begin() as session:
        return keys.make(session, origin, now=now())


def revoke_key(settings: Settings, code: str, prefix: str) -> None:
    """Revoke the key that begins with `prefix`. Raises NotFound."""
    origin = source(code)
    with city_database(settings) as database, database.begin() as session:
        keys.revoke(session, origin, prefix, now=now())


def lines_of_keys(settings: Settings, code: str) -> list[str]:
    origin = source(code)
    with city_database(settings) as database, database.begin() as session:
        return [
            f"{row.prefix}  made {_day(row.made_at)}"
            + (f"  revoked {_day(row.revoked_at)}" if row.revoked_at else "")
            for row in keys.keys_of(session, origin)
        ] or ["none"]


def _day(moment: datetime) -> date:
    return moment.astimezone(SHANGHAI).date()
