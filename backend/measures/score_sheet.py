"""A score sheet of the units, for offices that work with tables: CSV and XLSX.

It names its version on every line, so that no line can be taken for another's.
"""

import csv
import io
from collections.abc import Callable, Iterator

from openpyxl.workbook.workbook import Workbook

from backend.measures.city_units import City
from backend.measures.report import Report
from backend.measures.report_lines import Line

Cell = str | int | float | None
# What a spreadsheet would take for a formula when a cell begins with it.
_BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\r")

_COLUMNS: tuple[tuple[str, Callable[[Line], Cell]], ...] = (
    ("到期件数", lambda it: it.tally.due),
    ("按期办结件数", lambda it: it.tally.on_time),
    ("按期办结率", lambda it: it.tally.on_time_rate.share),
    ("到期前撤诉件数", lambda it: it.tally.withdrawn),
    ("应联系件数", lambda it: it.tally.respond_due),
    ("按期联系件数", lambda it: it.tally.responded),
    ("响应率", lambda it: it.tally.response_rate.share),
    ("办结件数", lambda it: it.tally.settled),
    ("评价件数", lambda it: it.tally.answered),
    ("未评价件数", lambda it: it.tally.unanswered),
    ("剔除件数", lambda it: it.tally.excluded),
    ("认可解决件数", lambda it: it.tally.solved),
    ("解决率", lambda it: it.tally.resolution_rate.share),
    ("满意件数", lambda it: it.tally.satisfied),
    ("满意率", lambda it: it.tally.satisfaction_rate.share),
    ("满意率（小样本修正）", lambda it: it.shrunk_satisfaction),
    ("重办件数", lambda it: it.tally.reopened),
    ("重办率", lambda it: it.tally.reopen_share.share),
    ("评议得分率", lambda it: it.panel.share),
    ("派给件数", lambda it: it.passed.passing.dispatched),
    ("应有件数", lambda it: round(it.passed.expected, 1)),
    ("未获准退单", lambda it: it.passed.passing.refused_returns),
    ("其中再次退单", lambda it: it.passed.passing.repeat_bounces),
    ("超时未签收小时", lambda it: round(it.passed.passing.unsigned_minutes / 60, 1)),
    ("推诿指数", lambda it: it.passed.index),
    ("效能指数", lambda it: it.efficiency.value),
    ("参加排名", lambda it: "是" if it.is_ranked else "否，件数太少"),
)
_HEADING = ("单位编号", "单位", "统计期", "测评办法版本", *(name for name, _ in _COLUMNS))


def rows(report: Report, city: City) -> Iterator[list[Cell]]:
    """Of a report by unit; what no unit has yet is not there."""
    yield list(_HEADING)
    for line in report.lines:
        code = line.key[0]
        if code is not None:
            about = [code, city.name_of(code), str(report.asked.period), report.formula.version]
            yield [_safe(cell) for cell in (*about, *(of(line) for _, of in _COLUMNS))]


def _safe(cell: Cell) -> Cell:
    """A unit's name that looks like a formula stays a name."""
    if isinstance(cell, str) and cell.startswith(_BEGINS_FORMULA):
        return f"'{cell}"
    return round(cell, 4) if isinstance(cell, float) else cell


def as_csv(report: Report, city: City) -> bytes:
    """With a mark at the beginning by which Excel knows that it is UTF-8."""
    written = io.StringIO()
    csv.writer(written).writerows(rows(report, city))
    return written.getvalue().encode("utf-8-sig")


def as_xlsx(report: Report, city: City) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("单位成绩")
    for row in rows(report, city):
        sheet.append(row)
    about = book.create_sheet("测评办法")
    for name, said in _about(report):
        about.append([name, _safe(said)])
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _about(report: Report) -> Iterator[tuple[str, Cell]]:
    formula = report.formula
    yield "版本", formula.version
    yield "起用日期", formula.valid_from.isoformat()
    for one in formula.approved:
        yield "批准", f"{one.by}，{one.day}"
    yield "说明", formula.note
    for name, weight in formula.efficiency.parts.items():
        yield f"效能指数权重 {name}", weight
    for name, value in formula.buck_passing:
        yield f"推诿指数 {name}", value
