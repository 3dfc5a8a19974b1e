"""Row locks on cases: a case is locked and reread once in a transaction."""

from collections.abc import Iterable

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, joinedload

from backend.models.cases import Case

_LOCKED_IDS = "locked case ids"  # key in `session.info`: the transaction and its locked cases
# Built once: building this query takes longer than running it.
_LOCK_CASE = (
    select(Case)
    .where(Case.id == bindparam("case_id"))
    .options(joinedload(Case.unit))
    .with_for_update(key_share=True, of=Case)
    .execution_options(populate_existing=True)
)


def lock_case(session: Session, case_id: int) -> Case:
    """The case with its unit, reread; no other transaction can take a step on it meanwhile."""
    locked_ids = _locked_ids(session)
    if case_id in locked_ids:
        return session.get_one(Case, case_id)
    locked_ids.add(case_id)
    return session.scalars(_LOCK_CASE, {"case_id": case_id}).one()


def remember_locked(session: Session, cases: Iterable[Case]) -> None:
    """Register cases that the caller has just read with a lock."""
    _locked_ids(session).update(case.id for case in cases)


def _locked_ids(session: Session) -> set[int]:
    transaction = session.get_transaction()
    owner, locked_ids = session.info.get(_LOCKED_IDS, (None, None))
    if locked_ids is None or owner is not transaction:
        session.info[_LOCKED_IDS] = (transaction, locked_ids := set[int]())
    assert isinstance(locked_ids, set)
    return locked_ids
