"""Open data: cases of a past month by district and domain, which singles out nobody.

A cell of fewer than FEWEST people is suppressed, and every other number is rounded down to a
multiple of FEWEST: neither a difference of two cells nor of two days shows one case. No totals are
published, as a total minus the other cells would show a suppressed one.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.errors import BadFilter
from backend.measures.periods import Period
from backend.models.cases import Case

FEWEST = 5
COLUMNS = ("month", "district", "domain", "cases", "settled")


@dataclass(frozen=True)
class Cell:
    """Cases of a month; None is suppressed."""

    month: str
    district: str  # code
    domain: str
    cases: int | None
    settled: int | None

    @property
    def row(self) -> tuple[str, str, str, int | None, int | None]:
        return self.month, self.district, self.domain, self.cases, self.settled


def open_data(session: Session, month: Period, *, now: datetime) -> list[Cell]:
    """Raises BadFilter for a period that is no month, or not over."""
    if not month.is_month or month.until > now:
        raise BadFilter("开放数据按过完的月份，写成 2026-10")
    group = (func.coalesce(Case.district_code, ""), func.coalesce(Case.domain, ""))
    people = func.count(func.distinct(Case.resident_id))
    is_settled = Case.first_resolved_at.is_not(None)
    rows = session.execute(
        select(
            *group,
            people,
            func.count(),
            people.filter(is_settled),
            func.count().filter(is_settled),
        )
        .where(Case.registered_at >= month.since, Case.registered_at < month.until)
        .where(Case.kind != "report")  # reports of offences are never published
        .group_by(*group)
        .order_by(*group)
    )
    return [
        Cell(str(month), row[0], row[1], shown(row[2], row[3]), shown(row[4], row[5]))
        for row in rows
    ]


def shown(people: int, cases: int) -> int | None:
    """The number of cases as it is published."""
    return cases // FEWEST * FEWEST if people >= FEWEST else None


def csv_lines(cells: Iterable[Cell]) -> Iterator[tuple[object, ...]]:
    yield COLUMNS
    for cell in cells:
        yield tuple("" if value is None else value for value in cell.row)
