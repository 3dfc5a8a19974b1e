"""Reads the rows of a source's file one at a time: CSV, JSON Lines or XLSX.

An unreadable row is reported with its line number, and reading continues.
"""

import json
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from openpyxl.reader.excel import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from backend.errors import BadInput
from backend.sources import csv_rows
from backend.sources.csv_rows import Unreadable
from backend.sources.encodings import encoding_of

MAX_COLUMNS = 200
MAX_LINE_LENGTH = 1_000_000  # characters, in JSON Lines files
_BROKEN_BOOK = (
    InvalidFileException, zipfile.BadZipFile, zlib.error, ParseError, KeyError, IndexError,
    ValueError, TypeError, AttributeError, OSError,
)  # fmt: skip


@dataclass(frozen=True)
class FileRow:
    line: int
    cells: Mapping[str, object]


def rows_of(path: Path, needed: Sequence[str]) -> Iterator[FileRow | Unreadable]:
    """Yield the rows of the file; `needed` names the required columns.

    Raises BadInput for another file type, a broken file, or a heading without a required column.
    """
    readers = {".csv": _csv, ".jsonl": _json_lines, ".ndjson": _json_lines, ".xlsx": _xlsx}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise BadInput(f"{path.name}: a file ends in {', '.join(readers)}")
    if not path.is_file():
        raise BadInput(f"{path.name}: there is no such file")
    return reader(path, needed)


def _csv(path: Path, needed: Sequence[str]) -> Iterator[FileRow | Unreadable]:
    # An undecodable byte becomes U+FFFD; the contract then rejects this row only.
    with path.open(encoding=encoding_of(path), errors="replace", newline="") as file:
        records = csv_rows.records(file)
        heading = next(records, None)
        if heading is None or isinstance(heading, Unreadable):
            raise BadInput(f"{path.name}: there is no heading")
        names = _heading(path, heading.cells, needed)
        for record in records:
            if isinstance(record, Unreadable):
                yield record
            elif any(record.cells):
                yield FileRow(record.line, dict(zip(names, record.cells, strict=True)))


def _json_lines(path: Path, _: Sequence[str]) -> Iterator[FileRow | Unreadable]:
    with path.open(encoding=encoding_of(path), errors="replace") as file:
        line = 0
        while text := file.readline(MAX_LINE_LENGTH):
            line += 1
            if not text.endswith("\n") and len(text) == MAX_LINE_LENGTH:
                _skip_line(file)
                yield Unreadable(line, "这一行太长")
            elif text.strip():
                yield _object(line, text)


def _skip_line(file: Any) -> None:
    while (rest := file.readline(MAX_LINE_LENGTH)) and not rest.endswith("\n"):
        pass


def _object(line: int, text: str) -> FileRow | Unreadable:
    try:
        row = json.loads(text)
    except (ValueError, RecursionError):
        return Unreadable(line, "不是一个 JSON 对象")
    return FileRow(line, row) if isinstance(row, dict) else Unreadable(line, "不是一个 JSON 对象")


def _xlsx(path: Path, needed: Sequence[str]) -> Iterator[FileRow | Unreadable]:
    try:
        book = load_workbook(path, read_only=True, data_only=True)
        rows = enumerate(_sheet_rows(book.worksheets[0]), 1)
        _, heading = next(rows, (1, ()))
        names = _heading(path, [str(cell or "") for cell in heading], needed)
        for line, cells in rows:
            if any(cell not in (None, "") for cell in cells):
                yield FileRow(line, dict(zip(names, cells, strict=False)))
        book.close()
    except _BROKEN_BOOK as error:
        raise BadInput(f"{path.name}: the XLSX file is broken") from error


def _sheet_rows(sheet: Any) -> Iterator[tuple[object, ...]]:
    sheet.reset_dimensions()  # the dimensions stored in a file may be wrong
    yield from sheet.iter_rows(values_only=True)


def _heading(path: Path, cells: Sequence[str], needed: Sequence[str]) -> list[str]:
    """The names of the columns. Raises BadInput."""
    names = [cell.strip() for cell in cells]
    missing = [name for name in needed if name not in names]
    if missing:
        raise BadInput(f"{path.name}: no column {', '.join(missing)}")
    repeated = sorted({name for name in names if name and names.count(name) > 1})
    if repeated or len(names) > MAX_COLUMNS:
        problem = f"twice: {repeated[0]}" if repeated else "too many columns"
        raise BadInput(f"{path.name}: {problem}")
    return names
