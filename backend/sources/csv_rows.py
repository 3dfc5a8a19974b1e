"""Records of a CSV file, such that one quotation mark too many spoils one row and not the rest."""

import csv
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_UNBALANCED = "引号不成对，或者引号外面还有字"


@dataclass(frozen=True)
class Record:
    line: int  # where it begins
    cells: list[str]


@dataclass(frozen=True)
class Unreadable:
    line: int
    why: str


class _Lines:
    """The file's lines, with those that the current record was made of, to be read again."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self._again: deque[str] = deque()
        self.number = 0  # of the line that was read last
        self.taken: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._lines)
        self.number += 1
        self.taken.append(line)
        return line

    def put_back_all_but_first(self) -> None:
        rest = self.taken[1:]
        self._again.extendleft(reversed(rest))
        self.number -= len(rest)
        self.taken = self.taken[:1]


def records(file: Iterable[str]) -> Iterator[Record | Unreadable]:
    """The heading first; every record has as many cells as it.

    A record of several lines that does not come out right began with a stray quotation mark: its
    first line alone is given up, and the others are read anew.
    """
    lines = _Lines(file)
    width = 0
    while True:
        lines.taken = []
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
