"""What people said of the router's work: cases that they sent elsewhere, and who resolved which.

A returned case that a dispatcher sends to another unit is a return accepted; one that goes
back to the same unit is a return refused, and teaches nothing. `cases.returns` charges somebody
with each, and an arbitration is a person's decision like any other.
"""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from backend.models.cases import Case, CaseEvent
from backend.models.units import Unit
from backend.routing.replay import Past
from backend.vocabulary.case_lifecycle import Action, Status
from backend.vocabulary.outcomes import Outcome
from nlu.matters.past_cases import PastCase

WEIGHT = 2.0  # a person looked at it
_UNDECIDED = (Status.REGISTERED, Status.RETURNED)
_DONE_BY_UNIT = (Outcome.SOLVED, Outcome.EXPLAINED, Outcome.LONG_TERM)


def corrections(session: Session) -> list[PastCase]:
    """Text and the unit type it ended with, of every case that a person sent elsewhere."""
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


def last_cases(session: Session, most: int) -> Iterator[Past]:
    """The newest `most` cases, to be routed again; the unit that resolved one was the right one."""
    rows = session.execute(
        select(Case.text, Case.location["text"].astext, Case.outcome, Unit.unit_type)
        .outerjoin(Unit, and_(Unit.code == Case.unit_code, Unit.parent_code.is_not(None)))
        .order_by(Case.id.desc())
        .limit(most)
    )
    for text, location, outcome, unit_type in rows:
        yield Past(text, location, unit_type=unit_type if outcome in _DONE_BY_UNIT else None)
