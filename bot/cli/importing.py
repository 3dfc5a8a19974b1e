"""What `minhu import` and `minhu source-key` do: files and the city's database."""

import csv
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from backend.clock import now
from backend.errors import BadInput
from backend.settings import Settings
from backend.sources import keys
from backend.sources.files import rows_of
from backend.sources.importing import ImportProgress, RejectHandler, check_rows, import_rows
from backend.sources.intake_log import RejectedRow, problem_text
from backend.sources.registry import source
from bot.cli.setup import city_database

SAY_EVERY = 5000  # rows
Say = Callable[[str], None]
_COLUMNS = ("行号", "原编号", "字段", "原因")
_FORMULA = ("=", "+", "-", "@", "\t")  # what a spreadsheet would take for a formula


@dataclass(frozen=True)
class Brought:
    line: str  # how many rows, and what became of them
    rejects: Path | None  # the file that lists what was not taken


def bring_in(settings: Settings, path: Path, code: str, *, dry_run: bool, say: Say) -> Brought:
    """Raises BadInput or NotFound; what was taken before that stays."""
    of = source(code)
    needed = [rule.source_field for rule in of.contract.rules if rule.required]
    rows = rows_of(path, needed)
    beside = path.with_name(f"{path.name}.rejects.csv")
    beside.unlink(missing_ok=True)
    done, said, begun = ImportProgress(), 0, time.monotonic()
    with city_database(settings) as database, _report(beside) as refuse:
        steps = (
            check_rows(database, of, rows, refuse)
            if dry_run
            else import_rows(database, of, path.name, rows, refuse)
        )
        for done in steps:
            if done.rows - said >= SAY_EVERY:
                said = done.rows
                say(_line(done, time.monotonic() - begun))
        line = _line(done, time.monotonic() - begun)
    return Brought(line, beside if done.rejected else None)


def _line(done: ImportProgress, seconds: float) -> str:
    return (
        f"{done.rows} rows: {done.taken} taken, {done.repeated} there already, "
        f"{done.rejected} not taken; {done.rows / max(seconds, 0.001):.0f} rows/s"
    )


@contextmanager
def _report(beside: Path) -> Iterator[RejectHandler]:
    """Writes each row that was not taken to `beside`, in Chinese for the people at the source.

    With a mark at its beginning, so that Excel opens it as UTF-8.
    """
    file: TextIO | None = None

    def refuse(one: RejectedRow) -> None:
        nonlocal file
        if file is None:
            file = _open(beside)
        fields = "、".join(problem.field for problem in one.problems)
        why = "；".join(problem_text(problem) for problem in one.problems)
        csv.writer(file).writerow([one.line, _harmless(one.original_no or ""), fields, why])

    try:
        yield refuse
    finally:
        if file is not None:
            file.close()


def _open(beside: Path) -> TextIO:
    try:
        file = beside.open("w", encoding="utf-8-sig", newline="")
    except OSError as error:
        raise BadInput(f"{beside}: {error.strerror or 'cannot be written'}") from error
    csv.writer(file).writerow(_COLUMNS)
    return file


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def new_key(settings: Settings, code: str) -> str:
    of = source(code)
    with city_database(settings) as database, database.begin() as session:
        return keys.make(session, of, now=now())


def revoke_key(settings: Settings, code: str, prefix: str) -> None:
    """Raises NotFound."""
    of = source(code)
    with city_database(settings) as database, database.begin() as session:
        keys.revoke(session, of, prefix, now=now())


def lines_of_keys(settings: Settings, code: str) -> list[str]:
    of = source(code)
    with city_database(settings) as database, database.begin() as session:
        return [
            f"{row.prefix}  made {row.made_at:%Y-%m-%d}"
            + (f"  revoked {row.revoked_at:%Y-%m-%d}" if row.revoked_at else "")
            for row in keys.keys_of(session, of)
        ] or ["none"]
