"""Reads CSV records; a stray quotation mark spoils its own row only, not the rest of the file."""

import csv
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

DELIMITERS = (",", ";", "\t", "|")
_UNBALANCED = "引号不成对，或者引号外面还有字"


@dataclass(frozen=True)
class Record:
    line: int  # the record's first line
    cells: list[str]


@dataclass(frozen=True)
class Unreadable:
    line: int
    why: str


class _Lines:
    """Lines of a file that can be read again from the second line of the current record."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self._put_back: deque[str] = deque()
        self.number = 0  # of the line read last
        self.current: list[str] = []  # lines of the current record

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._put_back.popleft() if self._put_back else next(self._lines)
        self.number += 1
        self.current.append(line)
        return line

    def put_back_all_but_first(self) -> None:
        rest = self.current[1:]
        self._put_back.extendleft(reversed(rest))
        self.number -= len(rest)
        self.current = self.current[:1]


class Records:
    """Iterator over the records of a CSV file.

    Once `width`, the number of columns, is set, a record gets as many cells: empty ones at its end
    are added or left out. A malformed record of several lines began with a stray quotation mark:
    only its first line is unreadable, and the following lines are read again.
    """

    def __init__(self, lines: Iterable[str], delimiter: str = ",") -> None:
        self._lines = _Lines(lines)
        self._delimiter = delimiter
        self.width: int | None = None

    def __iter__(self) -> Iterator[Record | Unreadable]:
        return self

    def __next__(self) -> Record | Unreadable:
        while True:
            self._lines.current = []
            begins = self._lines.number + 1
            try:
                cells = next(csv.reader(self._lines, delimiter=self._delimiter, strict=True))
            except csv.Error:
                self._lines.put_back_all_but_first()
                return Unreadable(begins, _UNBALANCED)
            if cells:
                return self._record(begins, [cell.strip() for cell in cells])

    def _record(self, line: int, cells: list[str]) -> Record | Unreadable:
        width = len(cells) if self.width is None else self.width
        while len(cells) > width and not cells[-1]:
            cells.pop()
        is_short = len(cells) < width and len(self._lines.current) == 1
        if len(cells) == width or is_short:
            return Record(line, cells + [""] * (width - len(cells)))
        self._lines.put_back_all_but_first()
        return Unreadable(line, f"应有 {width} 列，这一行有 {len(cells)} 列")
