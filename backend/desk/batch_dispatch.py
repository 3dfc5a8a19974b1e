"""Several cases dispatched at once: each is a step of its own, with a result of its own."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from backend.cases.step import Details
from backend.database import Database
from backend.desk import steps
from backend.errors import MinhuError
from backend.models.staff import StaffAccount
from backend.vocabulary.case_lifecycle import Action

MOST_AT_ONCE = 100


@dataclass(frozen=True)
class Wanted:
    case_no: str
    unit: str | None


@dataclass(frozen=True)
class Result:
    """`error` None: it is dispatched."""

    case_no: str
    unit: str | None
    error: str | None = None


def dispatch_each(
    database: Database, staff: StaffAccount, wanted: Iterable[Wanted], *, now: datetime
) -> list[Result]:
    return [_dispatch(database, staff, one, now) for one in wanted]


def _dispatch(database: Database, staff: StaffAccount, one: Wanted, now: datetime) -> Result:
    try:
        with database.begin() as session:
            details = Details(unit=one.unit)
            steps.take(session, staff, one.case_no, Action.DISPATCH, details, now=now)
    except MinhuError as error:
        return Result(one.case_no, one.unit, error.message)
    return Result(one.case_no, one.unit)
