"""The usual numbers of a city's series, learnt from its cases once a day."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Date, Integer, cast, func, select, true
from sqlalchemy.orm import Session

from backend.alerts.baseline import DAY, HOUR, Shape, level_of
from backend.alerts.detection import Series
from backend.alerts.thresholds import Thresholds
from backend.clock import SHANGHAI
from backend.deadlines.rules import Calendar
from backend.models.cases import Case

_LOCAL = func.timezone("Asia/Shanghai", Case.registered_at)
_DAY, _HOUR = cast(_LOCAL, Date), cast(func.extract("hour", _LOCAL), Integer)


class Usual:
    """Usual numbers as of one day; levels of series are computed when they are first needed."""

    def __init__(
        self, session: Session, rules: Thresholds, calendar: Calendar, today: date
    ) -> None:
        self.today, self.rules = today, rules
        self._past = self._days_with_cases(session)
        self._shape = Shape.of(self._by_hour(session), self._past, calendar)
        self._shares = [self._shape.day_share(day) for day in self._past]
        self._levels: dict[Series, float] = {}

    def of(self, session: Session, series: Series, hours: int, at: datetime) -> float:
        """Usual cases of the series in the `hours` before `at`."""
        if series not in self._levels:
            counts = self._by_day(session, series)
            self._levels[series] = level_of(
                [counts.get(day, 0) for day in self._past],
                self._shares,
                capped_at=self.rules.capped_at,
                capped_from=self.rules.capped_from,
            )
        return self._levels[series] * self._shape.share(at - hours * HOUR, at)

    def _days_with_cases(self, session: Session) -> list[date]:
        """The baseline's days, from the city's first case on: a new city has fewer."""
        days = [self.today - n * DAY for n in range(self.rules.baseline_days, 0, -1)]
        first = session.scalar(select(func.min(_DAY)).where(self._in_baseline()))
        return [day for day in days if first is not None and day >= first]

    def _by_hour(self, session: Session) -> Mapping[tuple[date, int], int]:
        query = select(_DAY, _HOUR, func.count()).where(self._in_baseline()).group_by(_DAY, _HOUR)
        return {(day, hour): number for day, hour, number in session.execute(query)}

    def _by_day(self, session: Session, series: Series) -> Mapping[date, int]:
        query = select(_DAY, func.count()).where(self._in_baseline(), is_in(series))
        rows = session.execute(query.group_by(_DAY))
        return {day: number for day, number in rows}  # noqa: C416  (not typed as pairs)

    def _in_baseline(self) -> ColumnElement[bool]:
        midnight = datetime.combine(self.today, datetime.min.time(), SHANGHAI)
        begin = midnight - timedelta(days=self.rules.baseline_days)
        return (Case.registered_at >= begin) & (Case.registered_at < midnight)


def is_in(series: Series) -> ColumnElement[bool]:
    """SQL condition: the case is counted in the series."""
    same: ColumnElement[bool] = Case.domain.is_not_distinct_from(series.domain)
    if series.item:
        same &= Case.power_item_code == series.item
    if series.area:
        column = Case.street_code if len(series.area) > _DISTRICT_CODE else Case.district_code
        same &= column == series.area
    return same & true()


_DISTRICT_CODE = 6  # digits; a street has nine
