"""Routing rules: from the matter and the place of an appeal to one unit, with evidence. Pure.

`nlu.matters.matter` ranks unit types and finds a power item, which sets the tier that handles such
matters. The unit is the one at that tier that covers the place, of the best of the item's unit
types that has one there; else the best type's unit at the nearest tier above. A doubtful appeal
goes to the dispatcher with a reason, never to a guessed unit.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

from backend.vocabulary.units import TIERS
from nlu.city.power_list import PowerItem
from nlu.gazetteer.place import Area
from nlu.matters.matter import Matter
from nlu.matters.past_cases import DOMAIN, UNIT_TYPE
from nlu.matters.sizes import helpers_of, item_for_size

RUNNER_UP_SHARE = 0.5  # the next unit type may stand in when it has half the best one's score

_HOME_TIER = {"property_company": "property", "community": "community", "street": "street"}
_STANDS_IN = {"property_company": "community", "community": "street"}
STAND_INS = frozenset(_STANDS_IN.values())


class NoUnit(StrEnum):
    UNSURE = "unsure"
    AREA_UNKNOWN = "area_unknown"
    AREA_AMBIGUOUS = "area_ambiguous"
    NO_SUCH_UNIT = "no_such_unit"


@dataclass(frozen=True)
class RoutableUnit:
    code: str
    name: str
    tier: str
    unit_type: str
    parent_code: str | None = None
    area_code: str = ""

    def covers(self, area_code: str) -> bool:
        return self.tier == "city" or bool(self.area_code and area_code.startswith(self.area_code))


@dataclass(frozen=True)
class UnitTypeScore:
    code: str
    score: float


@dataclass(frozen=True)
class Route:
    """`unit` None goes to the dispatcher, and `reason` says why."""

    unit: RoutableUnit | None
    tier: str | None
    unit_types: tuple[UnitTypeScore, ...]
    power_item: PowerItem | None
    confidence: float
    matter: Matter
    area: Area
    evidence: tuple[dict[str, Any], ...] = ()
    runner_up: UnitTypeScore | None = None
    reason: NoUnit | None = None
    helpers: tuple[str, ...] = ()  # unit types that a hard matter needs besides the lead

    @property
    def kind(self) -> str:
        return self.matter.kind

    @property
    def domain(self) -> str | None:
        return self.matter.domain

    def as_json(self) -> dict[str, Any]:
        item = self.power_item
        return {
            "kind": self.kind,
            "domain": self.domain,
            "power_item": {"code": item.code, "title": item.title} if item else None,
            "unit_types": [asdict(scored) for scored in self.unit_types],
            "tier": self.tier,
            "unit": {"code": self.unit.code, "name": self.unit.name} if self.unit else None,
            "confidence": self.confidence,
            "evidence": list(self.evidence),
            "runner_up": asdict(self.runner_up) if self.runner_up else None,
            "reason": self.reason,
            "size": self.matter.size.value,
            "helpers": list(self.helpers),
        }


@dataclass(frozen=True)
class _Choice:
    unit: RoutableUnit | None = None
    how: str = ""
    item: PowerItem | None = None


def choose_unit(
    matter: Matter, area: Area, units: Iterable[RoutableUnit], *, confidence: float, bar: float
) -> Route:
    """The unit for `matter` at `area`; none when `confidence` in the unit type is below `bar`."""
    ranked = tuple(UnitTypeScore(code, score) for code, score in matter.unit_types)
    dispatchable = [unit for unit in units if unit.parent_code is not None]
    choice = _choose(_with_graded_items(matter), area, dispatchable)
    reason = None
    if confidence < bar:
        choice, reason = _Choice(item=matter.power_item), NoUnit.UNSURE
    elif choice.unit is None:
        reason = _no_unit_reason(area)
    return Route(
        unit=choice.unit,
        tier=_tier(choice),
        unit_types=ranked,
        power_item=choice.item,
        confidence=confidence,
        matter=matter,
        area=area,
        evidence=tuple(_evidence(matter, area, choice)),
        runner_up=ranked[1] if len(ranked) > 1 else None,
        reason=reason,
        helpers=_helpers(matter, choice),
    )


def _with_graded_items(matter: Matter) -> Matter:
    """Move the items' tiers by size: 微事 to the community, 难事 to the district at least."""
    return replace(
        matter,
        power_item=item_for_size(matter.power_item, matter.size) if matter.power_item else None,
        matches=tuple(replace(m, item=item_for_size(m.item, matter.size)) for m in matter.matches),
    )


def _helpers(matter: Matter, choice: _Choice) -> tuple[str, ...]:
    lead = choice.unit.unit_type if choice.unit else _best(matter)
    return helpers_of(matter.size, lead, choice.item, matter.unit_types)


def _best(matter: Matter) -> str:
    return matter.unit_types[0][0] if matter.unit_types else ""


def _choose(matter: Matter, area: Area, units: Sequence[RoutableUnit]) -> _Choice:
    first = _at_own_tier(matter, area, units)
    if first is not None:
        return first
    for unit_type in _candidate_types(matter):
        item = _item_for(matter, unit_type)
        choice = _unit_of(unit_type, item, area, units)
        if choice.unit is not None:
            return choice
        first = first or choice
    return first or _Choice(item=matter.power_item)


def _at_own_tier(matter: Matter, area: Area, units: Sequence[RoutableUnit]) -> _Choice | None:
    """The best of the item's unit types that has a unit at the item's own tier."""
    item = _item_for(matter, matter.unit_types[0][0]) if matter.unit_types else None
    if item is None or area.code is None or matter.unit_types[0][0] not in item.unit_types:
        return None
    for unit_type, _ in matter.unit_types:
        at_tier = [
            unit
            for unit in units
            if unit.unit_type == unit_type and unit.tier == item.tier and unit.covers(area.code)
        ]
        if unit_type in item.unit_types and len(at_tier) == 1:
            return _Choice(at_tier[0], "own tier", item)
    return None


def _candidate_types(matter: Matter) -> Iterator[str]:
    """The best unit type; then the next ones of the same item, in case it has no unit."""
    if not matter.unit_types:
        return
    best, top = matter.unit_types[0]
    yield best
    allowed = matter.power_item.unit_types if matter.power_item else ()
    for unit_type, score in matter.unit_types[1:]:
        if unit_type in allowed and score >= top * RUNNER_UP_SHARE:
            yield unit_type


def _item_for(matter: Matter, unit_type: str) -> PowerItem | None:
    """The best item of the unit type, if its score is near the best; else the matter's item."""
    for match in matter.matches:
        if match.score < matter.matches[0].score * RUNNER_UP_SHARE:
            break
        if unit_type in match.item.unit_types:
            return match.item
    return matter.power_item


def _unit_of(
    unit_type: str, item: PowerItem | None, area: Area, units: Sequence[RoutableUnit]
) -> _Choice:
    tier = _HOME_TIER.get(unit_type) or (item.tier if item else "district")
    of_type = [unit for unit in units if unit.unit_type == unit_type]
    if area.code is None:
        return _Choice(_city_unit(of_type, tier), "city", item)
    for step, at_tier in enumerate(TIERS[TIERS.index(tier) :]):
        covering = [u for u in of_type if u.tier == at_tier and u.covers(area.code)]
        if len(covering) == 1:
            return _Choice(covering[0], "own tier" if step == 0 else "tier above", item)
    if unit_type in _STANDS_IN:
        stand_in = _unit_of(_STANDS_IN[unit_type], item, area, units)
        return _Choice(stand_in.unit, "stands in", item)
    return _Choice(item=item)


def _city_unit(of_type: Sequence[RoutableUnit], tier: str) -> RoutableUnit | None:
    """The city's office for a matter without a place; None if the city does not handle it."""
    in_city = [unit for unit in of_type if unit.tier == "city"]
    is_citys_own = tier == "city" or len(in_city) == len(of_type)
    return in_city[0] if is_citys_own and len(in_city) == 1 else None


def _tier(choice: _Choice) -> str | None:
    if choice.unit is not None:
        return choice.unit.tier
    return choice.item.tier if choice.item else None


def _no_unit_reason(area: Area) -> NoUnit:
    if area.is_ambiguous:
        return NoUnit.AREA_AMBIGUOUS
    return NoUnit.AREA_UNKNOWN if area.code is None else NoUnit.NO_SUCH_UNIT


def _evidence(matter: Matter, area: Area, choice: _Choice) -> Iterator[dict[str, Any]]:
    for match in matter.matches[:3]:
        yield {
            "what": "power_item",
            "code": match.item.code,
            "title": match.item.title,
            "score": match.score,
            "words": list(match.words),
        }
    yield from _duty(matter)
    yield from _past_cases(matter)
    yield {"what": "power_list", "version": matter.power_list}
    yield {"what": "size", "code": matter.size.value, "words": list(matter.size_words)}
    yield {"what": "kind", "code": matter.kind, "words": list(matter.words)}
    if area.words:
        yield {
            "what": "area",
            "code": area.code,
            "words": list(area.words),
            "candidates": [place.code for place in area.candidates],
        }
    if choice.unit is not None:
        yield {
            "what": "unit",
            "code": choice.unit.code,
            "tier": choice.unit.tier,
            "how": choice.how,
        }


def _duty(matter: Matter) -> Iterator[dict[str, Any]]:
    if matter.duty is not None:
        yield {
            "what": "duty",
            "object": matter.duty.duty.object,
            "words": [word for word in matter.duty.words if word],
            "unit_types": list(matter.duty.duty.unit_types),
            "acts": {
                act: [{"unit_type": actor.unit_type, "tier": actor.tier} for actor in actors]
                for act, actors in matter.duty.duty.acts.items()
            },
            "basis": matter.duty.duty.basis,
            "version": matter.duties,
        }


def _past_cases(matter: Matter) -> Iterator[dict[str, Any]]:
    best = {
        head: opinion.best for head, opinion in matter.predictions.items() if opinion.likelihoods
    }
    if UNIT_TYPE in best or DOMAIN in best:
        yield {
            "what": "past_cases",
            "model": matter.model,
            "domain": best.get(DOMAIN),
            "unit_type": best.get(UNIT_TYPE),
            "likelihood": {
                head: round(matter.predictions[head].likelihoods[label], 4)
                for head, label in best.items()
                if head in (DOMAIN, UNIT_TYPE)
            },
        }
