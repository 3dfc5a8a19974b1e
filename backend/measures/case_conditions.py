"""Which cases each measure looks at, and which of them it counts as good: once, for SQL.

The numbers and the lists behind them are made from the same expressions.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, FromClause, and_, exists, false, func, not_, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, aliased

from backend.measures.city_units import City
from backend.measures.formula import Satisfaction
from backend.measures.periods import Period
from backend.measures.query import NONE, OF_UNIT, Asked
from backend.models.cases import Case, CaseEvent
from backend.models.ratings import Rating
from backend.vocabulary.case_lifecycle import Action, Status

DIMENSION_COLUMNS: dict[str, InstrumentedAttribute[Any]] = {
    "first_contact": Case.first_contact_owner,
    "district": Case.district_code,
    "street": Case.street_code,
    "kind": Case.kind,
    "domain": Case.domain,
    "channel": Case.source_channel,
}


@dataclass(frozen=True)
class Cohort:
    """Cases whose `moment` is in the period."""

    moment: InstrumentedAttribute[datetime | None]

    def within(self, period: Period, now: datetime) -> ColumnElement[bool]:
        """What is still to come is neither kept nor missed yet."""
        return and_(self.moment >= period.since, self.moment < min(period.until, now))


DUE = Cohort(Case.first_resolve_by)
RESPOND_DUE = Cohort(Case.first_respond_by)
SETTLED = Cohort(Case.first_resolved_at)


def _surely(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return func.coalesce(condition, false())


def _withdrawn_before(moment: InstrumentedAttribute[datetime | None]) -> ColumnElement[bool]:
    """The resident took it back in time, before anybody had settled it."""
    by_resident = and_(Case.outcome == "withdrawn", Case.first_resolved_at.is_(None))
    return _surely(and_(by_resident, Case.closed_at <= moment))


def _held_before(moment: InstrumentedAttribute[datetime | None]) -> ColumnElement[bool]:
    """The clock stands still, and what it says now is not when the case will be due."""
    stands = and_(Case.status == Status.ON_HOLD, Case.round == 1)
    return _surely(and_(stands, Case.held_at <= moment))


EVERY = true()
WITHDRAWN = _withdrawn_before(Case.first_resolve_by)
IS_DUE = and_(not_(WITHDRAWN), not_(_held_before(Case.first_resolve_by)))
ON_TIME = _surely(Case.first_resolved_at <= Case.first_resolve_by)
# A bot's words set no `responded_at`: only a person's contact does.
IS_TO_RESPOND = and_(
    Case.first_contact_owner.is_not(None),
    or_(Case.first_responded_at.is_not(None), not_(_withdrawn_before(Case.first_respond_by))),
)
RESPONDED = _surely(Case.first_responded_at <= Case.first_respond_by)
REOPENED = Case.round > 1

_later = aliased(Rating)
_has_later = exists().where(
    _later.case_id == Rating.case_id, _later.round > Rating.round, _later.round > 1
)
_last_word = (
    select(Rating.case_id, Rating.round, Rating.score, Rating.solved)
    .where(~_has_later)
    .subquery("last_word")
)
_left_out = (
    select(CaseEvent.case_id, CaseEvent.round)
    .where(CaseEvent.action == Action.AGREE_EXCLUSION)
    .distinct()
    .subquery("left_out")
)
_is_left_out = and_(
    _left_out.c.case_id == _last_word.c.case_id, _left_out.c.round == _last_word.c.round
)
EXCLUDED = _left_out.c.case_id.is_not(None)
ANSWERED = and_(_last_word.c.score.is_not(None), _left_out.c.case_id.is_(None))
UNANSWERED = _last_word.c.score.is_(None)


def with_answers() -> FromClause:
    """Cases beside what their residents said last, and whether that was left out."""
    answers = Case.__table__.outerjoin(_last_word, _last_word.c.case_id == Case.id)
    return answers.outerjoin(_left_out, _is_left_out)


def satisfied(rules: Satisfaction) -> ColumnElement[bool]:
    return and_(ANSWERED, _last_word.c.score >= rules.satisfied_from)


def solved(rules: Satisfaction) -> ColumnElement[bool]:
    """The unit says that it is done with, and so does the resident; by the grade where they gave
    no other answer."""
    said_so = and_(Case.outcome.in_(rules.solved_outcomes), Case.round == _last_word.c.round)
    agreed = func.coalesce(_last_word.c.solved, _last_word.c.score >= rules.satisfied_from)
    return _surely(and_(ANSWERED, agreed, said_so))


def chosen(asked: Asked) -> ColumnElement[bool]:
    """What the cases themselves must be, unit and period aside."""
    there = [(it, asked.only[name]) for name, it in DIMENSION_COLUMNS.items() if name in asked.only]
    return and_(
        EVERY,
        *(column.is_(None) if value == NONE else column == value for column, value in there),
    )


def with_unit(column: Any, asked: Asked, city: City) -> ColumnElement[bool]:
    """That the column names a unit that was asked for, and that the caller may see."""
    if asked.is_of_all_units:
        return EVERY
    codes: ColumnElement[bool] = column.in_(city.wanted(asked))
    narrowed = [asked.only[name] for name in OF_UNIT if name in asked.only]
    if asked.units is None and all(value == NONE for value in narrowed):
        return or_(codes, column.is_(None))
    return codes
