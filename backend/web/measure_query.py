"""What a caller asks of the measures, checked; and how much of the city they may see."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from backend.clock import SHANGHAI
from backend.errors import BadFilter
from backend.measures.asked import DIMENSIONS, NONE, Asked
from backend.measures.city import City
from backend.measures.formula import Formula
from backend.measures.labels import known_values
from backend.measures.periods import month_of, parse
from backend.measures.versions import formulas
from backend.models.staff import Role, StaffAccount
from backend.staff.accounts import units_below

FILTERS = tuple(name for name in DIMENSIONS if name != "month")
PARAMETERS = frozenset({"period", "group", "version", *FILTERS})


@dataclass(frozen=True)
class Question:
    asked: Asked
    formula: Formula
    version: str | None  # as it was asked for; None leaves it to the period
    scope: str  # in words: how much of the city was looked at


def question(
    session: Session,
    staff: StaffAccount,
    given: Mapping[str, str | None],
    *,
    city: City,
    now: datetime,
) -> Question:
    """Raises BadFilter."""
    said = {name: value for name, value in given.items() if value}
    written = said.get("period")
    period = parse(written) if written else month_of(now.astimezone(SHANGHAI).date())
    group = tuple(part.strip() for part in said.get("group", "").split(",") if part.strip())
    only = {name: said[name] for name in FILTERS if name in said}
    for name, value in only.items():
        _check(name, value, city)
    units, scope = scope_of(session, staff)
    version = said.get("version")
    formula = formulas().of(period.first, version)
    return Question(Asked(period, group, only, units), formula, version, scope)


def refuse_unknown(names: Mapping[str, str], *more: str) -> None:
    """A filter that is misspelt must not answer for the whole city. Raises BadFilter."""
    unknown = sorted(set(names) - PARAMETERS - set(more))
    if unknown:
        known = "、".join(sorted(PARAMETERS | set(more)))
        raise BadFilter(f"不认识“{unknown[0][:50]}”，可以用：{known}")


def _check(name: str, value: str, city: City) -> None:
    if value == NONE:
        return
    if name in ("unit", "first_contact"):
        known = city.name_of(value) is not None
    else:
        known = value in known_values(name)
    if not known:
        raise BadFilter(f"{DIMENSIONS[name]}里没有“{value[:50]}”")


def scope_of(session: Session, staff: StaffAccount) -> tuple[frozenset[str] | None, str]:
    """A handler sees their own unit, others what is below theirs too: of the centre, the city."""
    if Role(staff.role) is Role.HANDLER:
        return frozenset({staff.unit_code}), staff.unit.name
    if staff.unit.parent_code is None:
        return None, "全市"
    return frozenset(session.scalars(units_below(staff.unit_code))), f"{staff.unit.name}和下属单位"
