"""Query codes: a resident without a chat sees and rates their case by its number and a code."""

import hmac
import secrets
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, joinedload

from backend.database import Database
from backend.errors import NotFound
from backend.models.case_codes import CaseCode
from backend.models.cases import Case
from backend.public_limits import count_try, digest, forget_tries
from backend.texts.public import WRONG_CODE

DIGITS = 8
LONGEST = 40  # characters of a number or code as typed


def make(session: Session, case: Case, *, now: datetime) -> str:
    """A new code of the case, as `1234 5678`; it replaces an earlier one and is not stored."""
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    session.flush()
    values = {"code_hash": _hash(case.case_no, code), "made_at": now}
    session.execute(
        insert(CaseCode)
        .values(case_id=case.id, **values)
        .on_conflict_do_update(index_elements=[CaseCode.case_id], set_=values)
    )
    return f"{code[:4]} {code[4:]}"


@contextmanager
def opened(
    database: Database, number: str, code: str, address: str, *, now: datetime
) -> Iterator[tuple[Session, Case]]:
    """The case of the typed number and code, within a transaction.

    The try is counted before the case is looked up, in a transaction of its own, so that a wrong
    one stays counted; a right one is forgotten. Raises TooManyWaiting or NotFound.
    """
    subject = f"case:{_typed(number)}"
    with database.begin() as session:
        count_try(session, subject, address, now=now)
    with database.begin() as session:
        case = find_case(session, number, code)
        forget_tries(session, subject, address)
        yield session, case


def find_case(session: Session, number: str, code: str) -> Case:
    """The case of the typed number and code. Raises NotFound, the same for either being wrong.

    The hashes are compared in constant time, also for a number that does not exist.
    """
    number, code = _typed(number), _typed(code)
    row = session.execute(
        select(Case, CaseCode.code_hash)
        .join(CaseCode, CaseCode.case_id == Case.id)
        .where(Case.case_no == number)
        .options(joinedload(Case.unit), joinedload(Case.resident))
    ).one_or_none()
    stored_hash = row.code_hash if row else _hash("", "")
    if not hmac.compare_digest(stored_hash, _hash(number, code)) or row is None:
        raise NotFound(WRONG_CODE.plain)
    case: Case = row.Case
    return case


def _typed(text: str) -> str:
    """Upper case without spaces and hyphens, full-width digits as usual ones."""
    plain = unicodedata.normalize("NFKC", text[:LONGEST]).upper()
    return "".join(letter for letter in plain if letter.isalnum())


def _hash(number: str, code: str) -> str:
    return digest(f"{number}:{code}")
