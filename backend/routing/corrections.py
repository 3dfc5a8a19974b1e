"""Corrections of the router by people, as training data: cases they sent to another unit.

A returned case that goes to another unit is a correction; one that goes back to the same unit is
a refused return and teaches nothing. An arbitration counts like a dispatch by a person.
"""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from backend.models.cases import Case, CaseEvent
from backend.models.units import Unit
from backend.routing.replay import ReplayCase
from backend.vocabulary.case_lifecycle import Action, Status
from backend.vocabulary.outcomes import Outcome
from nlu.matters.past_cases import PastCase

WEIGHT = 2.0  # a case that a person judged counts double
_UNDECIDED = (Status.REGISTERED, Status.RETURNED)
_SETTLED_BY_UNIT = (Outcome.SOLVED, Outcome.EXPLAINED, Outcome.LONG_TERM)


def corrections(session: Session) -> list[PastCase]:
    """Text and final unit type of every case that a person sent to another unit."""
    rows = session.execute(
        select(Case.text, Unit.unit_type)
        .join(Unit, Unit.code == Case.unit_code)
        .where(
            Unit.parent_code.is_not(None),
            Case.status.not_in(_UNDECIDED),
            Case.unit_code.is_distinct_from(Case.routing["unit"]["code"].astext),
            _sent_by_a_person(),
        )
        .order_by(Case.id)
    )
    return [PastCase(text, unit_types=(unit_type,), weight=WEIGHT) for text, unit_type in rows]


def _sent_by_a_person() -> ColumnElement[bool]:
    return (
        select(CaseEvent.id)
        .where(
            CaseEvent.case_id == Case.id,
            CaseEvent.action.in_((Action.DISPATCH, Action.ARBITRATE)),
            CaseEvent.actor.startswith("staff:"),
            CaseEvent.details["unit"].astext == Case.unit_code,
        )
        .exists()
    )


def last_cases(session: Session, most: int) -> Iterator[ReplayCase]:
    """The newest `most` cases; the unit type that settled a case is taken as right."""
    rows = session.execute(
        select(Case.text, Case.location["text"].astext, Case.outcome, Unit.unit_type)
        .outerjoin(Unit, and_(Unit.code == Case.unit_code, Unit.parent_code.is_not(None)))
        .order_by(Case.id.desc())
        .limit(most)
    )
    for text, location, outcome, unit_type in rows:
        true_type = unit_type if outcome in _SETTLED_BY_UNIT else None
        yield ReplayCase(text, location, unit_type=true_type)
