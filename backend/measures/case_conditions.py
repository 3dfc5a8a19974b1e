"""SQL conditions: which cases each measure looks at, and which of them count as good.

The numbers and the lists behind them use the same expressions.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, FromClause, and_, exists, false, func, not_, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, aliased

from backend.measures.city_units import City
from backend.measures.dimensions import (
    mode_column,
    net_column,
    scene_column,
    top_domain_column,
)
from backend.measures.formula import Satisfaction
from backend.measures.periods import Period
from backend.measures.query import NONE, UNIT_DIMENSIONS, MeasureQuery
from backend.models.cases import Case, CaseEvent
from backend.models.ratings import Rating
from backend.vocabulary.case_lifecycle import Action, Status

DIMENSION_COLUMNS: dict[str, ColumnElement[Any] | InstrumentedAttribute[Any]] = {
    "first_contact": Case.first_contact_owner,
    "district": Case.district_code,
    "street": Case.street_code,
    "kind": Case.kind,
    "domain": Case.domain,
    "top_domain": top_domain_column(),
    "channel": Case.source_channel,
    "net": net_column(),
    "mode": mode_column(),
    "scene": scene_column(),
}


@dataclass(frozen=True)
class Cohort:
    """Cases whose `moment` is in the period."""

    moment: InstrumentedAttribute[datetime | None]

    def within(self, period: Period, now: datetime) -> ColumnElement[bool]:
        """Excludes moments after `now`: a future deadline is neither met nor missed."""
        return and_(self.moment >= period.since, self.moment < min(period.until, now))


DUE = Cohort(Case.first_resolve_by)
RESPOND_DUE = Cohort(Case.first_respond_by)
SETTLED = Cohort(Case.first_resolved_at)


def _null_as_false(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return func.coalesce(condition, false())


def _withdrawn_before(moment: InstrumentedAttribute[datetime | None]) -> ColumnElement[bool]:
    """The resident withdrew the appeal in time, before the case was settled."""
    by_resident = and_(Case.outcome == "withdrawn", Case.first_resolved_at.is_(None))
    return _null_as_false(and_(by_resident, Case.closed_at <= moment))


def _on_hold_before(moment: InstrumentedAttribute[datetime | None]) -> ColumnElement[bool]:
    """The clock is stopped, so the stored deadline will move when the case is resumed."""
    on_hold = and_(Case.status == Status.ON_HOLD, Case.round == 1)
    return _null_as_false(and_(on_hold, Case.held_at <= moment))


EVERY = true()
WITHDRAWN = _withdrawn_before(Case.first_resolve_by)
IS_DUE = and_(not_(WITHDRAWN), not_(_on_hold_before(Case.first_resolve_by)))
ON_TIME = _null_as_false(Case.first_resolved_at <= Case.first_resolve_by)
# A reply of the bot sets no `first_responded_at`: only a contact by a person does.
IS_TO_RESPOND = and_(
    Case.first_contact_owner.is_not(None),
    or_(Case.first_responded_at.is_not(None), not_(_withdrawn_before(Case.first_respond_by))),
)
RESPONDED = _null_as_false(Case.first_responded_at <= Case.first_respond_by)
REOPENED = Case.round > 1

_later = aliased(Rating)
_has_later = exists().where(
    _later.case_id == Rating.case_id, _later.round > Rating.round, _later.round > 1
)
_latest_rating = (
    select(Rating.case_id, Rating.round, Rating.score, Rating.solved)
    .where(~_has_later)
    .subquery("latest_rating")
)
_exclusion = (
    select(CaseEvent.case_id, CaseEvent.round)
    .where(CaseEvent.action == Action.AGREE_EXCLUSION)
    .distinct()
    .subquery("exclusion")
)
_is_excluded = and_(
    _exclusion.c.case_id == _latest_rating.c.case_id, _exclusion.c.round == _latest_rating.c.round
)
EXCLUDED = _exclusion.c.case_id.is_not(None)
ANSWERED = and_(_latest_rating.c.score.is_not(None), _exclusion.c.case_id.is_(None))
UNANSWERED = _latest_rating.c.score.is_(None)


def cases_with_ratings() -> FromClause:
    """Cases joined with their latest rating and with its exclusion, if there are any."""
    rated = Case.__table__.outerjoin(_latest_rating, _latest_rating.c.case_id == Case.id)
    return rated.outerjoin(_exclusion, _is_excluded)


def is_satisfied(rules: Satisfaction) -> ColumnElement[bool]:
    return and_(ANSWERED, _latest_rating.c.score >= rules.satisfied_from)


def is_solved(rules: Satisfaction) -> ColumnElement[bool]:
    """The unit reported the case as solved in the rated round, and the resident agrees.

    A resident who did not answer that question agrees if the grade is satisfied.
    """
    reported = and_(Case.outcome.in_(rules.solved_outcomes), Case.round == _latest_rating.c.round)
    satisfied = _latest_rating.c.score >= rules.satisfied_from
    agreed = func.coalesce(_latest_rating.c.solved, satisfied)
    return _null_as_false(and_(ANSWERED, agreed, reported))


def matches_filters(query: MeasureQuery) -> ColumnElement[bool]:
    """Condition for the filters on the case itself, without unit and period."""
    filtered = [
        (column, query.filters[name])
        for name, column in DIMENSION_COLUMNS.items()
        if name in query.filters
    ]
    return and_(
        EVERY,
        *(column.is_(None) if code == NONE else column == code for column, code in filtered),
    )


def matches_unit(column: Any, query: MeasureQuery, city: City) -> ColumnElement[bool]:
    """Condition that `column` holds the code of a unit that matches and may be seen."""
    if query.covers_all_units:
        return EVERY
    matching: ColumnElement[bool] = column.in_(city.matching_codes(query))
    filtered = [query.filters[name] for name in UNIT_DIMENSIONS if name in query.filters]
    if query.units is None and all(code == NONE for code in filtered):
        return or_(matching, column.is_(None))
    return matching
