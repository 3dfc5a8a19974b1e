"""Reads the rows of a source's file one at a time: CSV, JSON Lines or a workbook.

An unreadable row is reported with its line number, and reading continues.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any

from backend.errors import BadInput
from backend.sources.csv_rows import DELIMITERS, Record, Records, Unreadable
from backend.sources.encodings import encoding_of
from backend.sources.headings import MOST_ROWS_BEFORE, Columns
from backend.sources.values import cell_text
from backend.sources.workbooks import Sheet, sheets_of

MAX_LINE_LENGTH = 1_000_000  # characters, in JSON Lines files


@dataclass(frozen=True)
class FileRow:
    line: int
    cells: Mapping[str, object]
    sheet: str = ""


@dataclass(frozen=True)
class SourceFile:
    rows: Iterator[FileRow | Unreadable]
    skipped_sheets: tuple[str, ...] = ()  # sheets without the heading


def read_file(path: Path, columns: Columns) -> SourceFile:
    """The rows of the file.

    Raises BadInput for another file type, a broken file, or a heading without a needed column.
    """
    readers = {
        ".csv": _csv, ".txt": _csv, ".tsv": _csv, ".jsonl": _json_lines, ".ndjson": _json_lines,
        ".xlsx": _workbook, ".xlsm": _workbook, ".xls": _workbook,
    }  # fmt: skip
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise BadInput(f"{path.name}: a file ends in {', '.join(readers)}")
    if not path.is_file():
        raise BadInput(f"{path.name}: there is no such file")
    return reader(path, columns)


def _csv(path: Path, columns: Columns) -> SourceFile:
    encoding = encoding_of(path)
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        delimiter = _delimiter(list(islice(file, 3 * MOST_ROWS_BEFORE)), columns)
    return SourceFile(_csv_rows(path, encoding, delimiter, columns))


def _delimiter(lines: Sequence[str], columns: Columns) -> str:
    """The character between the cells: the one that makes a heading of one of the first lines."""
    for delimiter in DELIMITERS:
        for record in islice(Records(lines, delimiter), MOST_ROWS_BEFORE):
            if isinstance(record, Record) and not columns.missing_in(record.cells):
                return delimiter
    return DELIMITERS[0]


def _csv_rows(
    path: Path, encoding: str, delimiter: str, columns: Columns
) -> Iterator[FileRow | Unreadable]:
    # An undecodable byte becomes U+FFFD; the contract then rejects this row only.
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        records = Records(file, delimiter)
        firsts = (r for r in islice(records, MOST_ROWS_BEFORE) if isinstance(r, Record))
        names = _heading(path, (record.cells for record in firsts), columns)
        records.width = len(names)
        for record in records:
            if isinstance(record, Unreadable):
                yield record
            elif any(record.cells):
                yield FileRow(record.line, dict(zip(names, record.cells, strict=True)))


def _heading(path: Path, rows: Iterable[Sequence[str]], columns: Columns) -> list[str]:
    """The names of the first row that has all needed columns. Raises BadInput."""
    missing: list[str] = []
    for cells in rows:
        lacks = columns.missing_in(cells)
        if not lacks:
            try:
                return columns.names_of(cells)
            except ValueError as error:
                raise BadInput(f"{path.name}: {error}") from None
        missing = min(missing or lacks, lacks, key=len)
    problem = f"no column {', '.join(missing)}" if missing else "there is no heading"
    raise BadInput(f"{path.name}: {problem}")


def _workbook(path: Path, columns: Columns) -> SourceFile:
    """The rows of every sheet that has the heading. Raises BadInput when none has."""
    sheets = list(sheets_of(path))
    read = [sheet for sheet in sheets if any(not columns.missing_in(row) for row in _top(sheet))]
    if not read:
        _heading(path, chain.from_iterable(map(_top, sheets)), columns)
    rows = chain.from_iterable(_sheet_rows(path, sheet, columns) for sheet in read)
    return SourceFile(rows, tuple(sheet.name for sheet in sheets if sheet not in read))


def _top(sheet: Sheet) -> list[list[str]]:
    return [_texts(row) for row in islice(sheet.rows(), MOST_ROWS_BEFORE)]


def _sheet_rows(path: Path, sheet: Sheet, columns: Columns) -> Iterator[FileRow]:
    rows = enumerate(sheet.rows(), 1)
    names = _heading(path, (_texts(row) for _, row in rows), columns)
    for line, cells in rows:
        if any(cell_text(cell) for cell in cells):
            yield FileRow(line, dict(zip(names, cells, strict=False)), sheet.name)


def _texts(cells: Iterable[object]) -> list[str]:
    return [cell_text(cell) for cell in cells]


def _json_lines(path: Path, _: Columns) -> SourceFile:
    return SourceFile(_json_rows(path))


def _json_rows(path: Path) -> Iterator[FileRow | Unreadable]:
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
