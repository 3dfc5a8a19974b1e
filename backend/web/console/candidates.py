"""Units to choose from for a dispatch; the router's candidates come first."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, false, literal, or_, select
from sqlalchemy.orm import Session

from backend.errors import BadInput
from backend.models.cases import Case
from backend.models.units import Unit
from backend.units.search import search_units
from backend.vocabulary.case_lifecycle import Action, Status
from backend.vocabulary.units import TIERS
from backend.web.console.evidence import unit_type

MOST_TYPES, LEAST_SCORE = 5, 0.05
MOST_SHOWN, MOST_FOUND = 8, 30
MOST_REDIRECTS = 3


@dataclass(frozen=True)
class Candidate:
    unit: Unit
    why: str


def candidates(session: Session, case: Case) -> list[Candidate]:
    return names_and_candidates(session, case, (), choosing=True)[1]


def names_and_candidates(
    session: Session, case: Case, codes: Collection[str], *, choosing: bool
) -> tuple[dict[str, str], list[Candidate]]:
    """Names of the units `codes` by code, and with `choosing` the likely units, best first.

    One query serves both, as a page may show both.
    """
    scores = _scores(case) if choosing else {}
    is_likely = _is_likely(case, scores)
    rows = session.execute(
        select(Unit, is_likely.label("is_likely")).where(or_(is_likely, Unit.code.in_(codes)))
    ).all()
    likely = sorted((row.Unit for row in rows if row.is_likely), key=_order(case, scores))
    return (
        {row.Unit.code: row.Unit.name for row in rows if row.Unit.code in codes},
        [_candidate(unit, case, scores) for unit in likely[:MOST_SHOWN]],
    )


def _is_likely(case: Case, scores: Mapping[str, float]) -> ColumnElement[bool]:
    """SQL condition: the unit's type is likely and its area covers the place."""
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
    return {row["code"]: row["score"] for row in likely if row["score"] >= LEAST_SCORE}


def _area(case: Case) -> str:
    """The code of the smallest area known of the place."""
    parts = (case.location.get(name) for name in ("community", "street", "district"))
    return next((part["code"] for part in parts if part), "")


def _gave_up(unit: Unit, case: Case) -> str:
    """How the case was taken from the unit just now; empty when it was not."""
    if case.status == Status.RETURNED and unit.code == case.unit_code:
        return "刚退回来的"
    recalls = [event.details for event in case.events if event.action == Action.RECALL]
    if case.status == Status.REGISTERED and recalls and recalls[-1]["recalled_from"] == unit.code:
        return "刚撤回来的"
    return ""


def _order(
    case: Case, scores: Mapping[str, float]
) -> Callable[[Unit], tuple[bool, float, int, str]]:
    def rank(unit: Unit) -> tuple[bool, float, int, str]:
        near = TIERS.index(unit.tier)
        return bool(_gave_up(unit, case)), -scores[unit.unit_type], near, unit.code

    return rank


def _candidate(unit: Unit, case: Case, scores: Mapping[str, float]) -> Candidate:
    likely = f"{unit_type(unit.unit_type)} {scores[unit.unit_type]:.0%}"
    gave_up = _gave_up(unit, case)
    return Candidate(unit, f"{likely}，{gave_up}" if gave_up else likely)


def redirects(units: Sequence[Candidate], case: Case) -> list[Candidate]:
    """The candidates, in their order, that a dispatched case can be redirected to."""
    return [one for one in units if one.unit.code != case.unit_code][:MOST_REDIRECTS]


def matching(session: Session, words: str) -> list[Candidate]:
    """Units whose name or code contains `words`."""
    units = session.scalars(search_units(words).limit(MOST_FOUND)) if words else ()
    return [Candidate(unit, unit_type(unit.unit_type)) for unit in units]


def only_match(session: Session, words: str) -> str:
    """The code of the one unit that `words` name. Raises BadInput for none or several."""
    units = session.scalars(search_units(words).limit(MOST_FOUND)).all()
    exact = [unit for unit in units if words in (unit.code, unit.name)]
    matches = exact or units
    if not matches:
        raise BadInput(f"没有名称或编号里带“{words}”的单位，换个词试试")
    if len(matches) > 1:
        raise BadInput(f"带“{words}”的单位不止一家，请写全名，或在下面选一家")
    return matches[0].code
