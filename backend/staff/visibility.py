"""Visibility: which cases and units a member of staff may see and act for."""

from sqlalchemy import ColumnElement, Select, any_, func, or_, select, true
from sqlalchemy.orm import aliased

from backend.models.cases import Case
from backend.models.joint_work import Task, WhistleResponse
from backend.models.staff import StaffAccount
from backend.models.units import Unit


def visible_cases(staff: StaffAccount) -> Select[Case]:
    """Cases of the units that the staff act for, and cases where these help or are summoned.

    The city's root unit sees all."""
    return select(Case).where(_in_scope(staff))


def _in_scope(staff: StaffAccount) -> ColumnElement[bool]:
    if staff.unit.parent_code is None:
        return true()
    own_units = units_of(staff)
    helps = select(Task.case_id).where(Task.unit_code.in_(own_units))
    summoned = select(WhistleResponse.case_id).where(WhistleResponse.unit_code.in_(own_units))
    return or_(
        Case.unit_code.in_(own_units),
        Case.first_contact_owner.in_(own_units),
        Case.id.in_(helps),
        Case.id.in_(summoned),
    )


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
    """Whether the staff are a deputy of the unit."""
    return unit is not None and staff.username in unit.deputies.split("|")


def _with_those_below(top: ColumnElement[bool]) -> Select[str]:
    tree = select(Unit.code).where(top).cte("below", recursive=True)
    child = aliased(Unit)
    tree = tree.union(select(child.code).join(tree, child.parent_code == tree.c.code))
    return select(tree.c.code)
