"""Cases that wait for a decision of staff: extensions, returns, four-eyes reviews, disputes and
exclusions of ratings. These SQL conditions repeat the rules of the steps, for lists."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, any_, false, func, or_, select
from sqlalchemy.orm import aliased

from backend.desk.exclusions import DECISIONS
from backend.models.cases import Case, CaseEvent
from backend.models.staff import Role, StaffAccount
from backend.models.units import Unit
from backend.staff.accounts import actor_for
from backend.staff.permissions import MAY
from backend.staff.visibility import is_deputy, units_of
from backend.vocabulary.case_lifecycle import OPEN, Action, Status


def waits_for_approval(staff: StaffAccount, now: datetime) -> ColumnElement[bool]:
    """SQL condition: the staff may decide something about the case now."""
    open_lead = and_(Case.status.in_(OPEN), Case.lead_id.is_(None))
    may = and_(open_lead, or_(false(), *_open_decisions(staff)))
    # Not a union of both: one ran for over two minutes in a test with 300 cases, cause not found.
    return or_(may, _exclusion_waits(staff)) if _may(staff, Action.AGREE_EXCLUSION) else may


def _may(staff: StaffAccount, action: Action) -> bool:
    return Role(staff.role) in MAY[action]


def _open_decisions(staff: StaffAccount) -> Iterator[ColumnElement[bool]]:
    if _may(staff, Action.EXTEND):
        yield and_(Case.status == Status.ACCEPTED, Case.extension_asked.is_not(None))
    if _may(staff, Action.REFUSE_RETURN):
        yield and_(Case.status == Status.RETURNED, Case.disputed_at.is_(None))
    if _may(staff, Action.ARBITRATE):
        yield and_(Case.status == Status.RETURNED, Case.disputed_at.is_not(None))
    is_own = Case.closing["by"].astext == actor_for(staff).key
    yield and_(Case.closing.is_not(None), ~is_own, _may_review(staff))


def _may_review(staff: StaffAccount) -> ColumnElement[bool]:
    """The rule of `four_eyes.may_review`."""
    match Role(staff.role):
        case Role.SUPERVISOR | Role.ADMIN:
            return Case.closing.is_not(None)
        case Role.DISPATCHER:
            return Case.unit_code.is_(None)
        case Role.LEADER:
            return Case.unit_code.in_(units_of(staff))
        case Role.HANDLER:
            is_free = or_(Case.unit_code != staff.unit_code, Case.unit_code.in_(_deputised(staff)))
            return and_(Case.unit_code.in_(units_of(staff)), is_free)


def _exclusion_waits(staff: StaffAccount) -> ColumnElement[bool]:
    """A proposal of this round that another person has made about another unit."""
    later, rated = aliased(CaseEvent), aliased(Case)
    decided = (
        select(later.id)
        .where(
            later.case_id == CaseEvent.case_id,
            later.round == CaseEvent.round,
            later.id > CaseEvent.id,
            later.action.in_(DECISIONS),
        )
        .correlate(CaseEvent)
        .exists()
    )
    proposals = (
        select(CaseEvent.case_id)
        .join(rated, and_(rated.id == CaseEvent.case_id, rated.round == CaseEvent.round))
        .where(
            CaseEvent.action == Action.PROPOSE_EXCLUSION,
            CaseEvent.actor != actor_for(staff).key,
            ~decided,
        )
    )
    is_own = or_(Case.unit_code == staff.unit_code, Case.unit_code.in_(_deputised(staff)))
    is_settled = Case.status.not_in(OPEN)
    # An array, so that it is read once and PostgreSQL can look its cases up by their key: with IN
    # it read every case.
    is_proposed = Case.id == any_(func.array(proposals.scalar_subquery()))
    return and_(is_settled, is_proposed, or_(Case.unit_code.is_(None), ~is_own))


def _deputised(staff: StaffAccount) -> Select[str]:
    return select(Unit.code).where(is_deputy(staff))
