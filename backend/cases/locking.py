"""A case is locked once in a transaction, and read anew then: from there on only we change it."""

from collections.abc import Iterable

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, joinedload

from backend.models.cases import Case

_HELD = "cases held"  # in a session's info: by which transaction, and which cases
# Made once: each step asks this, and to put it together takes longer than to ask it.
_LOCKED = (
    select(Case)
    .where(Case.id == bindparam("case_id"))
    .options(joinedload(Case.unit))
    .with_for_update(key_share=True, of=Case)
    .execution_options(populate_existing=True)
)


def locked(session: Session, case_id: int) -> Case:
    """The case with its unit, as it is now; nobody else takes a step with it before we commit."""
    held = _held(session)
    if case_id in held:
        return session.get_one(Case, case_id)
    held.add(case_id)
    return session.scalars(_LOCKED, {"case_id": case_id}).one()


def hold(session: Session, cases: Iterable[Case]) -> None:
    """These were read with a lock just now."""
    _held(session).update(case.id for case in cases)


def _held(session: Session) -> set[int]:
    transaction = session.get_transaction()
    by, held = session.info.get(_HELD, (None, None))
    if held is None or by is not transaction:
        session.info[_HELD] = (transaction, held := set[int]())
    assert isinstance(held, set)
    return held
