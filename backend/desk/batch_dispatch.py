"""Batch dispatch: each case is a step in its own transaction, with its own result."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from backend.cases.step import Details
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
    """`error` is None when the case is dispatched."""

    case_no: str
    unit: str | None
    error: str | None = None


def dispatch_each(
    database: Database, staff: StaffAccount, rows: Iterable[DispatchRow], *, now: datetime
) -> list[DispatchResult]:
    return [_dispatch(database, staff, row, now) for row in rows]


def _dispatch(
    database: Database, staff: StaffAccount, row: DispatchRow, now: datetime
) -> DispatchResult:
    request = StepRequest(row.case_no, Action.DISPATCH, Details(unit=row.unit))
    try:
        with database.begin() as session:
            take(session, staff, request, now=now)
    except MinhuError as error:
        return DispatchResult(row.case_no, row.unit, error.message)
    return DispatchResult(row.case_no, row.unit)
