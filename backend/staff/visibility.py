"""Visibility: which cases, chats and units a member of staff may see and act for."""

from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, String, and_, any_, func, or_, select, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import aliased
from sqlalchemy.types import TypeEngine

from backend.models.cases import Case
from backend.models.conversations import Conversation, Owner
from backend.models.joint_work import Task, WhistleResponse
from backend.models.residents import ChannelAccount
from backend.models.staff import StaffAccount
from backend.models.units import Unit
from backend.vocabulary.case_lifecycle import OPEN


def visible_cases(staff: StaffAccount) -> Select[Case]:
    """Cases of the units that the staff act for, and cases where these help or are summoned.

    The city's root unit sees all."""
    return select(Case).where(_in_scope(staff))


def _in_scope(staff: StaffAccount) -> ColumnElement[bool]:
    if staff.unit.parent_code is None:
        return true()
    own_units = _array(units_of(staff), String())
    helps = select(Task.case_id).where(Task.unit_code == any_(own_units))
    summoned = select(WhistleResponse.case_id).where(WhistleResponse.unit_code == any_(own_units))
    return or_(
        Case.unit_code == any_(own_units),
        Case.first_contact_owner == any_(own_units),
        Case.id == any_(_array(helps, Integer())),
        Case.id == any_(_array(summoned, Integer())),
    )


def _array(query: Select[Any], kind: TypeEngine[Any]) -> ColumnElement[Any]:
    """The rows as one array, so that each condition on it can use an index.

    A subquery under OR would read every case instead.
    """
    return func.array(query.scalar_subquery(), type_=ARRAY(kind))


def chats_in_scope(staff: StaffAccount) -> ColumnElement[bool]:
    """SQL condition on `Conversation`: the chat is one that the unit of the staff deals with.

    The root unit deals with every chat. Other units deal with the chats of residents who have an
    open case there, with those in the queue whose resident has a case in the unit's area, and
    with those that a colleague has handed to it.
    """
    if staff.unit.parent_code is None:
        return true()
    own = visible_cases(staff).where(Case.status.in_(OPEN)).with_only_columns(Case.resident_id)
    area = staff.unit.area_code
    near = select(Case.resident_id).where(_lies_in(area)) if area else None
    resident = (
        select(ChannelAccount.resident_id)
        .where(ChannelAccount.id == Conversation.account_id)
        .correlate(Conversation)
        .scalar_subquery()
    )
    handed_over = Conversation.queue_unit.in_(units_of(staff))
    if near is None:
        return or_(resident.in_(own), handed_over)
    waits_near = and_(Conversation.owner == Owner.QUEUE, resident.in_(near))
    return or_(resident.in_(own), waits_near, handed_over)


def _lies_in(area: str) -> ColumnElement[bool]:
    return or_(Case.street_code.startswith(area), Case.district_code.startswith(area))


def units_of(staff: StaffAccount) -> Select[str]:
    """Codes of the units that the staff act for: their own, those they deputise, and all below."""
    return _with_those_below(or_(Unit.code == staff.unit_code, is_deputy(staff)))


def units_below(code: str) -> Select[str]:
    """Codes of the unit and of all units below it."""
    return _with_those_below(Unit.code == code)


def is_deputy(staff: StaffAccount) -> ColumnElement[bool]:
    """SQL condition: the unit names the staff, by username, among its deputies."""
    return any_(func.string_to_array(Unit.deputies, "|")) == staff.username


def stands_in(staff: StaffAccount, unit: Unit | None) -> bool:
    """True if the staff are a deputy of the unit."""
    return unit is not None and staff.username in unit.deputies.split("|")


def _with_those_below(top: ColumnElement[bool]) -> Select[str]:
    # Without a name of its own: several of them may stand in one statement.
    tree = select(Unit.code).where(top).cte(recursive=True)
    child = aliased(Unit)
    tree = tree.union(select(child.code).join(tree, child.parent_code == tree.c.code))
    return select(tree.c.code)
