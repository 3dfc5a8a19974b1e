"""Reader of the CSV tables in `data`."""

import csv
from collections.abc import Iterator
from pathlib import Path


def read_rows(path: Path) -> Iterator[dict[str, str]]:
    """Rows of a UTF-8 CSV file with stripped cells; nothing when the file does not exist."""
    if not path.exists():
        return
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            yield {key: (value or "").strip() for key, value in row.items() if key}


def split_cell(cell: str) -> tuple[str, ...]:
    """Entries of a cell that are separated by "|", stripped; empty ones are left out."""
    return tuple(entry.strip() for entry in cell.split("|") if entry.strip())
