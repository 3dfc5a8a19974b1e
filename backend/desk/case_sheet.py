"""A list of cases as a spreadsheet; texts are masked as in lists."""

import io
from collections.abc import Iterable

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.workbook.workbook import Workbook

from backend.clock import SHANGHAI
from backend.desk.case_file import list_text
from backend.measures.score_sheet import Cell, safe_cell
from backend.models.cases import Case
from backend.vocabulary.case_lifecycle import Status
from backend.vocabulary.labels import CHANNEL_LABELS, KIND_LABELS

HEADING = (
    "编号", "状态", "类型", "事情", "地点", "承办单位", "经办人", "渠道", "登记时间", "最近的期限",
    "办结期限", "办结时间", "轮次", "催单次数", "退单次数",
)  # fmt: skip


def as_xlsx(cases: Iterable[Case]) -> bytes:
    """Times are those of Shanghai."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("工单")
    sheet.append(HEADING)
    for case in cases:
        sheet.append([_clean(cell) for cell in _cells(case)])
    output = io.BytesIO()
    book.save(output)
    return output.getvalue()


def _cells(case: Case) -> list[Cell]:
    times = (case.registered_at, case.due_at, case.resolve_by, case.resolved_at)
    registered, due, resolve_by, resolved = (
        f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if at else None for at in times
    )
    return [
        case.case_no,
        Status(case.status).label,
        KIND_LABELS.get(case.kind, case.kind),
        list_text(case),
        str(case.location.get("text") or ""),
        case.unit.name if case.unit else None,
        case.assignee.display_name if case.assignee else None,
        CHANNEL_LABELS.get(case.source_channel, case.source_channel),
        registered,
        due if Status(case.status).is_open else None,
        resolve_by,
        resolved,
        case.round,
        case.chases,
        case.returns,
    ]


def _clean(cell: Cell) -> Cell:
    """Without control characters, which the format does not know, and safe from evaluation."""
    return safe_cell(ILLEGAL_CHARACTERS_RE.sub("", cell) if isinstance(cell, str) else cell)
