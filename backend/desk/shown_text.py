"""Case text that a search may match, without what is masked: searches cannot reveal it."""

from sqlalchemy import ColumnElement, and_, case, func, literal, not_, select

from backend.models.cases import Case
from backend.models.residents import Resident
from backend.models.staff import Role, StaffAccount
from backend.staff.permissions import SEES_PHONES

# Seven digits and more, also spoken or with gaps: every phone, identity or card number and others.
_LONG_NUMBERS = (
    "[0-9０-９零〇一二三四五六七八九幺两](?:[ -]?[0-9０-９零〇一二三四五六七八九幺两Xx]){6,}"
)
_NO_NAME = "\ufffe"  # in no text


def shown_text(staff: StaffAccount) -> ColumnElement[str]:
    """SQL expression: the text without long numbers, and without the name of anonymous residents.

    Staff whose role sees phones search the whole text of cases that are not anonymous.
    """
    name = (
        select(Resident.name)
        .where(Resident.id == Case.resident_id)
        .correlate(Case)
        .scalar_subquery()
    )
    without_name = func.replace(Case.text, func.coalesce(func.nullif(name, ""), _NO_NAME), " ")
    nameless = case((Case.anonymous, without_name), else_=Case.text)
    masked = func.regexp_replace(nameless, _LONG_NUMBERS, " ", "g")
    sees_all = and_(not_(Case.anonymous), literal(Role(staff.role) in SEES_PHONES))
    return case((sees_all, Case.text), else_=masked)
