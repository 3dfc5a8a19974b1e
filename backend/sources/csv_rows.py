"""Reads CSV records; a stray quotation mark spoils its own row only, not the rest of the file."""

import csv
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

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


def records(file: Iterable[str]) -> Iterator[Record | Unreadable]:
    """Yield the heading, then the records; each must have as many cells as the heading.

    A malformed record of several lines began with a stray quotation mark: only its first line is
    reported as unreadable, and the following lines are read again.
    """
    lines = _Lines(file)
    width = 0
    while True:
        lines.current = []
        begins = lines.number + 1
        try:
            cells = next(csv.reader(lines, strict=True))
        except StopIteration:
            return
        except csv.Error:
            lines.put_back_all_but_first()
            yield Unreadable(begins, _UNBALANCED)
            continue
        width = width or len(cells)
        if len(cells) == width:
            yield Record(begins, [cell.strip() for cell in cells])
        elif cells:
            lines.put_back_all_but_first()
            yield Unreadable(begins, f"应有 {width} 列，这一行有 {len(cells)} 列")
