"""The score sheet of all units as CSV and XLSX.

Each line names the version of the formula, so that lines of two sheets cannot be confused.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence

from openpyxl.workbook.workbook import Workbook

from backend.measures.city_units import City
from backend.measures.formula import Formula
from backend.measures.report import Report
from backend.measures.report_lines import Line

Cell = str | int | float | None
# A spreadsheet program evaluates a cell that begins with one of these.
_BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\r")

_COLUMNS: tuple[tuple[str, Callable[[Line], Cell]], ...] = (
    ("到期件数", lambda line: line.counts.due),
    ("按期办结件数", lambda line: line.counts.on_time),
    ("按期办结率", lambda line: line.counts.on_time_rate.share),
    ("到期前撤诉件数", lambda line: line.counts.withdrawn),
    ("应联系件数", lambda line: line.counts.respond_due),
    ("按期联系件数", lambda line: line.counts.responded),
    ("响应率", lambda line: line.counts.response_rate.share),
    ("办结件数", lambda line: line.counts.settled),
    ("评价件数", lambda line: line.counts.answered),
    ("未评价件数", lambda line: line.counts.unanswered),
    ("剔除件数", lambda line: line.counts.excluded),
    ("认可解决件数", lambda line: line.counts.solved),
    ("解决率", lambda line: line.counts.resolution_rate.share),
    ("满意件数", lambda line: line.counts.satisfied),
    ("满意率", lambda line: line.counts.satisfaction_rate.share),
    ("满意率（小样本修正）", lambda line: line.shrunk_satisfaction),
    ("重办件数", lambda line: line.counts.reopened),
    ("重办率", lambda line: line.counts.reopen_share.share),
    ("评议得分率", lambda line: line.panel.share),
    ("派给件数", lambda line: line.buck_passing.counts.dispatched),
    ("应有件数", lambda line: round(line.buck_passing.expected, 1)),
    ("未获准退单", lambda line: line.buck_passing.counts.refused_returns),
    ("其中再次退单", lambda line: line.buck_passing.counts.repeat_bounces),
    ("超时未签收小时", lambda line: round(line.buck_passing.counts.unsigned_minutes / 60, 1)),
    ("推诿指数", lambda line: line.buck_passing.index),
    ("效能指数", lambda line: line.efficiency.value),
    ("参加排名", lambda line: "是" if line.is_ranked else "否，件数太少"),
)
_HEADING = ("单位编号", "单位", "统计期", "测评办法版本", *(name for name, _ in _COLUMNS))


def rows(report: Report, city: City) -> Iterator[list[Cell]]:
    """Rows of the sheet from a report by unit, heading first; cases without unit are left out."""
    yield list(_HEADING)
    for line in report.lines:
        code = line.key[0]
        if code is not None:
            period, version = str(report.query.period), report.formula.version
            cells: list[Cell] = [code, city.name_of(code), period, version]
            cells += [cell_of(line) for _, cell_of in _COLUMNS]
            yield [safe_cell(cell) for cell in cells]


def safe_cell(cell: Cell) -> Cell:
    """Quote text that a spreadsheet would evaluate; round numbers."""
    if isinstance(cell, str) and cell.startswith(_BEGINS_FORMULA):
        return f"'{cell}"
    return round(cell, 4) if isinstance(cell, float) else cell


def as_csv(report: Report, city: City) -> bytes:
    """UTF-8 with a byte order mark, which Excel needs to recognise the encoding."""
    output = io.StringIO()
    csv.writer(output).writerows(rows(report, city))
    return output.getvalue().encode("utf-8-sig")


def one_sheet(title: str, lines: Iterable[Sequence[Cell]]) -> bytes:
    """An XLSX file with one sheet."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    for line in lines:
        sheet.append([safe_cell(cell) for cell in line])
    output = io.BytesIO()
    book.save(output)
    return output.getvalue()


def as_xlsx(report: Report, city: City) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("单位成绩")
    for row in rows(report, city):
        sheet.append(row)
    formula_sheet = book.create_sheet("测评办法")
    for name, cell in _formula_rows(report.formula):
        formula_sheet.append([name, safe_cell(cell)])
    output = io.BytesIO()
    book.save(output)
    return output.getvalue()


def _formula_rows(formula: Formula) -> Iterator[tuple[str, Cell]]:
    yield "版本", formula.version
    yield "起用日期", formula.valid_from.isoformat()
    for approval in formula.approved:
        yield "批准", f"{approval.by}，{approval.day}"
    yield "说明", formula.note
    for name, weight in formula.efficiency.parts.items():
        yield f"效能指数权重 {name}", weight
    for name, value in formula.buck_passing:
        yield f"推诿指数 {name}", value
