"""Units that a dispatcher may hand a case to: those that the router thought of come first."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, false, literal, or_, select
from sqlalchemy.orm import Session

from backend.errors import BadInput
from backend.models.cases import Case
from backend.models.units import Unit
from backend.units.search import search_units
from backend.vocabulary.case_lifecycle import Status
from backend.vocabulary.units import TIERS
from backend.web.console.evidence import unit_type

MOST_TYPES, LEAST_SCORE = 5, 0.05
MOST_SHOWN, MOST_FOUND = 8, 30


@dataclass(frozen=True)
class Candidate:
    unit: Unit
    why: str


def candidates(session: Session, case: Case) -> list[Candidate]:
    return names_and_candidates(session, case, (), choosing=True)[1]


def names_and_candidates(
    session: Session, case: Case, named: Collection[str], *, choosing: bool
) -> tuple[dict[str, str], list[Candidate]]:
    """Names of the units in `named` by code; and, for who chooses one, likely units.

    Likely ones and near ones come first. Both at once, because a page may hold both.
    """
    scores = _scores(case) if choosing else {}
    is_likely = _is_likely(case, scores)
    rows = session.execute(
        select(Unit, is_likely.label("is_likely")).where(or_(is_likely, Unit.code.in_(named)))
    ).all()
    likely = sorted((row.Unit for row in rows if row.is_likely), key=_order(case, scores))
    return (
        {row.Unit.code: row.Unit.name for row in rows if row.Unit.code in named},
        [_candidate(unit, case, scores) for unit in likely[:MOST_SHOWN]],
    )


def _is_likely(case: Case, scores: Mapping[str, float]) -> ColumnElement[bool]:
    """Of a likely type, and covering the place."""
    if not scores:
        return false()
    area = _area(case)
    covers = and_(Unit.area_code != "", literal(area).startswith(Unit.area_code))
    return and_(
        Unit.active,
        Unit.parent_code.is_not(None),
        Unit.unit_type.in_(scores),
        or_(Unit.tier == "city", covers) if area else Unit.tier == "city",
    )


def _scores(case: Case) -> dict[str, float]:
    likely = (case.routing.get("unit_types") or [])[:MOST_TYPES]
    return {one["code"]: one["score"] for one in likely if one["score"] >= LEAST_SCORE}


def _area(case: Case) -> str:
    """The deepest code that the place fixes."""
    parts = (case.location.get(name) for name in ("community", "street", "district"))
    return next((part["code"] for part in parts if part), "")


def _gave_it_back(unit: Unit, case: Case) -> bool:
    return case.status == Status.RETURNED and unit.code == case.unit_code


def _order(
    case: Case, scores: Mapping[str, float]
) -> Callable[[Unit], tuple[bool, float, int, str]]:
    def rank(unit: Unit) -> tuple[bool, float, int, str]:
        near = TIERS.index(unit.tier)
        return _gave_it_back(unit, case), -scores[unit.unit_type], near, unit.code

    return rank


def _candidate(unit: Unit, case: Case, scores: Mapping[str, float]) -> Candidate:
    likely = f"{unit_type(unit.unit_type)} {scores[unit.unit_type]:.0%}"
    return Candidate(unit, f"{likely}，刚退回来的" if _gave_it_back(unit, case) else likely)


def found(session: Session, asked: str) -> list[Candidate]:
    """Units by name or code, for choosing one."""
    units = session.scalars(search_units(asked).limit(MOST_FOUND)) if asked else ()
    return [Candidate(unit, unit_type(unit.unit_type)) for unit in units]


def the_one(session: Session, asked: str) -> str:
    """The code of the one unit meant by `asked`. Raises BadInput when it is none or several."""
    units = session.scalars(search_units(asked).limit(MOST_FOUND)).all()
    exact = [unit for unit in units if asked in (unit.code, unit.name)]
    fitting = exact or units
    if not fitting:
        raise BadInput(f"没有名称或编号里带“{asked}”的单位，换个词试试")
    if len(fitting) > 1:
        raise BadInput(f"带“{asked}”的单位不止一家，请写全名，或在下面选一家")
    return fitting[0].code
