"""Sign-in, tokens, and who may see and do what."""

import hashlib
import secrets
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import ColumnElement, Select, any_, delete, func, or_, select, true
from sqlalchemy.orm import Session, aliased, joinedload

from backend.errors import NotAllowed, NotSignedIn
from backend.models.cases import Case
from backend.models.joint_work import Task, WhistleResponse
from backend.models.staff import AuditEntry, Role, StaffAccount, StaffToken
from backend.models.units import Unit
from backend.vocabulary.case_lifecycle import Action

TOKEN_LIFE = timedelta(hours=12)
MOST_FAILURES = 5  # then the account rests
LOCKED_FOR = timedelta(minutes=15)

_D, _H, _S, _L, _A = Role.DISPATCHER, Role.HANDLER, Role.SUPERVISOR, Role.LEADER, Role.ADMIN
MAY: dict[Action, frozenset[Role]] = {
    Action.DISPATCH: frozenset({_D, _A}),
    Action.ANSWER: frozenset({_D, _A}),
    Action.DECLINE: frozenset({_D, _A}),
    Action.ACCEPT: frozenset({_H, _A}),
    Action.RETURN: frozenset({_H, _A}),
    Action.HOLD: frozenset({_H, _A}),
    Action.RESUME: frozenset({_H, _A}),
    Action.ASK_EXTENSION: frozenset({_H, _A}),
    Action.EXTEND: frozenset({_D, _S, _A}),
    Action.REFUSE_EXTENSION: frozenset({_D, _S, _A}),
    Action.REFUSE_RETURN: frozenset({_D, _A}),
    Action.ARBITRATE: frozenset({_S, _L, _A}),
    Action.CONTACT: frozenset({_D, _H, _S, _A}),
    Action.ADD_TASK: frozenset({_D, _H, _A}),
    Action.CANCEL_TASK: frozenset({_D, _H, _A}),
    Action.ACCEPT_TASK: frozenset({_H, _A}),
    Action.FINISH_TASK: frozenset({_H, _A}),
    Action.RAISE_WHISTLE: frozenset({_H, _A}),
    Action.RESPOND: frozenset({_H, _A}),
    Action.RESOLVE: frozenset({_H, _A}),
    Action.CLOSE: frozenset({_D, _S, _A}),
    Action.REOPEN: frozenset({_D, _S, _A}),
    Action.REMIND: frozenset({_D, _S, _A}),
    Action.SUPERVISE: frozenset({_S, _A}),
    # Who handles a case merges nothing: a unit could hide the late among the many.
    Action.MERGE: frozenset({_D, _S, _A}),
    Action.SPLIT: frozenset({_D, _S, _A}),
    Action.UNMASK: frozenset({_D, _S, _A}),
    Action.ADOPT: frozenset({_H, _A}),
    Action.REPLY: frozenset({_H, _A}),
    Action.FORWARD: frozenset({_H, _A}),
    Action.PASS_ON: frozenset({_H, _A}),
    Action.VISIT: frozenset({_H, _A}),
    Action.CONFIRM: frozenset({_D, _H, _S, _L, _A}),
    Action.SEND_BACK: frozenset({_D, _H, _S, _L, _A}),
    Action.ACKNOWLEDGE: frozenset({_H, _S, _L, _A}),
    Action.PROPOSE_EXCLUSION: frozenset({_D, _H, _S, _A}),
    Action.AGREE_EXCLUSION: frozenset({_S, _L, _A}),
    Action.REFUSE_EXCLUSION: frozenset({_S, _L, _A}),
}
ANSWERS_CHATS = frozenset({_D, _S, _A})

_hasher = PasswordHasher()
_nobody = _hasher.hash(secrets.token_hex())


def hash_password(password: str) -> str:
    return _hasher.hash(password)


def sign_in(session: Session, username: str, password: str, *, now: datetime) -> str | None:
    """A token, or None when the name or password is wrong; too many of those lock the account.

    The caller commits either way: a failed attempt is counted.
    """
    staff = session.scalar(
        select(StaffAccount)
        .where(StaffAccount.username == username)
        .with_for_update(key_share=True)
    )
    right = _matches(staff.password_hash if staff else _nobody, password)
    if staff is None or not staff.active or (staff.locked_until and staff.locked_until > now):
        return None
    if not right:
        staff.failed_sign_ins += 1
        if staff.failed_sign_ins >= MOST_FAILURES:
            staff.locked_until, staff.failed_sign_ins = now + LOCKED_FOR, 0
        return None
    staff.failed_sign_ins, staff.locked_until = 0, None
    return _new_token(session, staff, now)


def _matches(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password)
    except (VerifyMismatchError, InvalidHashError):
        return False


def _new_token(session: Session, staff: StaffAccount, now: datetime) -> str:
    token = secrets.token_urlsafe(32)
    session.add(
        StaffToken(token_hash=_digest(token), staff_id=staff.id, expires_at=now + TOKEN_LIFE)
    )
    audit(session, staff, "sign_in", staff.username, now=now)
    return token


def by_token(session: Session, token: str, *, now: datetime) -> StaffAccount:
    """Raises NotSignedIn."""
    with_unit = joinedload(StaffToken.staff).joinedload(StaffAccount.unit)
    row = session.get(StaffToken, _digest(token), options=[with_unit])
    if row is None or row.expires_at < now or not row.staff.active:
        raise NotSignedIn("请重新登录")
    return row.staff


def sign_out(session: Session, token: str) -> None:
    session.execute(delete(StaffToken).where(StaffToken.token_hash == _digest(token)))


def require(staff: StaffAccount, action: Action) -> None:
    """Raises NotAllowed unless the role may take this step."""
    if Role(staff.role) not in MAY.get(action, frozenset()):
        raise NotAllowed(f"{Role(staff.role).label}不能{action.label}")


def visible_cases(staff: StaffAccount) -> Select[Case]:
    """Cases of the units that one speaks for, and those where they help or are summoned; the
    city's root unit sees all."""
    return select(Case).where(_in_scope(staff))


def _in_scope(staff: StaffAccount) -> ColumnElement[bool]:
    if staff.unit.parent_code is None:
        return true()
    below = units_of(staff)
    helps = select(Task.case_id).where(Task.unit_code.in_(below))
    summoned = select(WhistleResponse.case_id).where(WhistleResponse.unit_code.in_(below))
    return or_(
        Case.unit_code.in_(below),
        Case.first_contact_owner.in_(below),
        Case.id.in_(helps),
        Case.id.in_(summoned),
    )


def units_of(staff: StaffAccount) -> Select[str]:
    """Codes of all that this person speaks for: their own unit, those that they stand in for, and
    everything under these."""
    return _with_those_below(or_(Unit.code == staff.unit_code, is_deputy(staff)))


def units_below(code: str) -> Select[str]:
    """Codes of the unit and everything under it in the tree."""
    return _with_those_below(Unit.code == code)


def is_deputy(staff: StaffAccount) -> ColumnElement[bool]:
    """Of which units: those that name them by the name they sign in with, which nobody shares."""
    return any_(func.string_to_array(Unit.deputies, "|")) == staff.username


def stands_in(staff: StaffAccount, unit: Unit | None) -> bool:
    return unit is not None and staff.username in unit.deputies.split("|")


def _with_those_below(top: ColumnElement[bool]) -> Select[str]:
    tree = select(Unit.code).where(top).cte("below", recursive=True)
    child = aliased(Unit)
    tree = tree.union(select(child.code).join(tree, child.parent_code == tree.c.code))
    return select(tree.c.code)


def audit(
    session: Session,
    staff: StaffAccount,
    action: str,
    subject: str,
    *,
    now: datetime,
    **details: object,
) -> None:
    session.add(
        AuditEntry(staff_id=staff.id, action=action, subject=subject, details=details, at=now)
    )


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
