"""Reads the sheets of an Excel workbook: values, no formulas; a merged cell fills all its rows."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from backend.errors import BadInput


@dataclass(frozen=True)
class Sheet:
    name: str
    _sheet: CalamineSheet

    def rows(self) -> Iterator[list[object]]:
        """The cells of each row, from the sheet's first row on."""
        first_column = self._sheet.start[1] if self._sheet.start else 0
        merged = self._sheet.merged_cell_ranges or []
        last_rows = {(top, column - first_column): bottom for (top, column), (bottom, _) in merged}
        filling: dict[int, tuple[int, object]] = {}  # column -> last row, value
        for number, row in enumerate(self._sheet.iter_rows()):
            cells: list[object] = list(row)
            for column, (last_row, value) in filling.items():
                if number <= last_row:
                    cells[column] = value
            for column, cell in enumerate(cells):
                if (number, column) in last_rows:
                    filling[column] = (last_rows[number, column], cell)
            yield cells


def sheets_of(path: Path) -> list[Sheet]:
    """The sheets in their order, hidden ones too. Raises BadInput for a broken file.

    An error such as #N/A, and a formula without a value, is an empty cell.
    """
    try:
        book = CalamineWorkbook.from_path(path)
        return [Sheet(name, book.get_sheet_by_name(name)) for name in book.sheet_names]
    except (CalamineError, OSError) as error:
        raise BadInput(f"{path.name}: the Excel file is broken") from error
