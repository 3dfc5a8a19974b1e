"""Which cases a colleague may see."""

from sqlalchemy import ColumnElement, Select, any_, func, or_, select, true
from sqlalchemy.orm import aliased

from backend.models.cases import Case
from backend.models.joint_work import Task, WhistleResponse
from backend.models.staff import StaffAccount
from backend.models.units import Unit


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
