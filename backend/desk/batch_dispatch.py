"""Batch dispatch and its recall: each case is a step in its own transaction and has a result."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from backend.database import Database
from backend.desk.steps import StepRequest, take
from backend.errors import MinhuError
from backend.models.staff import StaffAccount
from backend.vocabulary.case_lifecycle import Action

MOST_AT_ONCE = 100


@dataclass(frozen=True)
class DispatchRow:
    case_no: str
    unit: str | None


@dataclass(frozen=True)
class DispatchResult:
    """`error` is None when the step was taken."""

    case_no: str
    unit: str | None
    error: str | None = None


def dispatch_each(
    database: Database, staff: StaffAccount, rows: Iterable[DispatchRow], *, now: datetime
) -> list[DispatchResult]:
    return [_take(database, staff, row, Action.DISPATCH, {"unit": row.unit}, now) for row in rows]


def recall_each(
    database: Database, staff: StaffAccount, rows: Iterable[DispatchRow], *, now: datetime
) -> list[DispatchResult]:
    """Recall the dispatches that no unit has signed; a case that another unit has by now stays."""
    return [
        _take(database, staff, row, Action.RECALL, {"recalled_from": row.unit}, now) for row in rows
    ]


def _take(
    database: Database,
    staff: StaffAccount,
    row: DispatchRow,
    action: Action,
    fields: dict[str, object],
    now: datetime,
) -> DispatchResult:
    try:
        with database.begin() as session:
            take(session, staff, StepRequest(row.case_no, action, fields), now=now)
    except MinhuError as error:
        return DispatchResult(row.case_no, row.unit, error.message)
    return DispatchResult(row.case_no, row.unit)
