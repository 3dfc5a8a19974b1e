"""The cases behind a number of the cockpit."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, and_

from backend.clock import SHANGHAI
from backend.models.cases import Case
from backend.overview.numbers import condition_of, in_units

COLUMNS = {
    "unit": Case.unit_code,
    "district": Case.district_code,
    "street": Case.street_code,
    "domain": Case.domain,
    "kind": Case.kind,
    "channel": Case.source_channel,
}
UNKNOWN = "none"  # the value of a filter for cases without one


def live_condition(name: str, units: frozenset[str] | None, now: datetime) -> ColumnElement[bool]:
    """Raises BadFilter."""
    return and_(condition_of(name, now), in_units(units))


def counted_condition(
    units: frozenset[str] | None,
    *,
    first: date,
    last: date,
    settled: bool,
    filters: Mapping[str, str],
) -> ColumnElement[bool]:
    """Cases that the counted days count between two days, both included."""
    moment = Case.first_resolved_at if settled else Case.registered_at
    since = datetime.combine(first, time(0), SHANGHAI)
    until = datetime.combine(last, time(0), SHANGHAI) + timedelta(days=1)
    same = (
        COLUMNS[name].is_(None) if value == UNKNOWN else COLUMNS[name] == value
        for name, value in filters.items()
    )
    return and_(moment >= since, moment < until, in_units(units), *same)
