"""Finds the heading of a table and the columns that a source's contract names."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

MOST_ROWS_BEFORE = 20  # titles, remarks and blank rows above a heading
MAX_COLUMNS = 200
_INVISIBLE = re.compile(r"[\u200b-\u200f\u2028-\u202f\u2060\ufeff\s*]+")
_MARKS = re.compile(r"[(【\[](?:必填|选填|必选|可选|必须填写)项?[)】\]]")


def plain_name(cell: str) -> str:
    """A column's name without width, space, invisible marks, `*` and （必填）."""
    return _MARKS.sub("", _INVISIBLE.sub("", unicodedata.normalize("NFKC", cell)))


@dataclass(frozen=True)
class Columns:
    """The columns that a contract names, and those among them without which no row is valid."""

    named: Sequence[str]
    needed: Sequence[str]

    def missing_in(self, cells: Iterable[str]) -> list[str]:
        """The needed columns that a row of cells does not name: none if it is a heading."""
        names = {plain_name(cell) for cell in cells}
        return [name for name in self.needed if plain_name(name) not in names]

    def names_of(self, cells: Sequence[str]) -> list[str]:
        """The contract's name of each column; what it does not name stays as it is written.

        Raises ValueError for a named column that is there twice, and for too many columns.
        """
        by_plain = {plain_name(name): name for name in self.named}
        names = [by_plain.get(plain_name(cell), cell.strip()) for cell in cells]
        twice = [name for name in self.named if names.count(name) > 1]
        if twice or len(names) > MAX_COLUMNS:
            raise ValueError(f"twice: {twice[0]}" if twice else "too many columns")
        return names
