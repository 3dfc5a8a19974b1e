"""Routes an appeal with the city's power list, gazetteer, units and learnt model."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import ARRAY, String, any_, bindparam, or_, select
from sqlalchemy.orm import Session

from backend.models.units import Unit
from backend.routing.past_case_models import model_in_use
from backend.routing.rules import (
    STAND_INS,
    RoutableUnit,
    Route,
    choose_unit,
)
from backend.settings import DATA_FOLDER, settings
from backend.units.importing import read_units
from nlu.city.loaded import gazetteer, power_list
from nlu.city.power_list import PowerList
from nlu.classifiers.linear import LinearModel
from nlu.dates import times
from nlu.gazetteer.place import Area
from nlu.language.text import normalise
from nlu.matters.confidence import break_tie, calibration, tells_matter
from nlu.matters.matter import LONGEST, Matter, classify
from nlu.trained import case_model

MOST_TIMES = 3
# Characters of a long text that are read for its place: where it is said, at the start or the end.
PLACE_AT_START, PLACE_AT_END = 1500, 500
# Matters that the city handles itself and for which it needs the place.
_NEEDS_PLACE = re.compile(
    r"站台|候车亭|站牌|公交站|停水|没水|水管|漏水|水压|水质|水(?:发|是)?[黄浑臭]|停电|没电|跳闸|煤气|燃气"
    r"|井盖|电线|线杆|基站|变压器"
)
_UNITS = Unit.__table__.c
_SELECT_ROUTABLE = select(
    _UNITS.code, _UNITS.name, _UNITS.tier, _UNITS.unit_type, _UNITS.parent_code, _UNITS.area_code
).where(_UNITS.active)
_AREA = bindparam("area", type_=String)
_SELECT_CANDIDATES = _SELECT_ROUTABLE.where(
    _UNITS.unit_type == any_(bindparam("types", type_=ARRAY(String))),
    or_(_AREA == "", _UNITS.tier == "city", _AREA.startswith(_UNITS.area_code)),
)


def route(
    session: Session,
    *,
    text: str,
    location_text: str | None = None,
    said_at: datetime | None = None,
) -> Route:
    """The route of an appeal. `said_at` dates its relative times, which join the evidence."""
    plain = normalise(text)
    area = area_of(plain, normalise(location_text or ""))
    matter = matter_of(plain, model_in_use(session))
    unit_choice = _choose(matter, area, _candidate_units(session, matter, area))
    times_named = _times(text, said_at) if said_at else ()
    return replace(unit_choice, evidence=(*unit_choice.evidence, *times_named))


def _times(text: str, said_at: datetime) -> Iterator[dict[str, Any]]:
    """Evidence of when it happened: the words, and the dates they mean."""
    for start, end in times.find(text)[:MOST_TIMES]:
        when = times.resolve(text[start:end], said_at)
        if when is not None:
            yield {
                "what": "time",
                "words": [text[start:end]],
                "from": when.start.isoformat(),
                "until": when.end.isoformat(),
                "every": when.every,
            }


def route_among(
    units: Sequence[RoutableUnit],
    text: str,
    location_text: str | None,
    model: LinearModel | None = None,
) -> Route:
    """The route among given units; `model` None is the built-in model."""
    plain = normalise(text)
    area = area_of(plain, normalise(location_text or ""))
    return _choose(matter_of(plain, model), area, units)


def route_with_list(
    items: PowerList,
    units: Sequence[RoutableUnit],
    text: str,
    location_text: str | None,
    model: LinearModel,
) -> Route:
    """The route among given units by another power list."""
    plain = normalise(text)
    area = area_of(plain, normalise(location_text or ""))
    matter = classify(gazetteer().blank_places(plain[:LONGEST]), items, model)
    return _choose(break_tie(matter), area, units)


def _choose(matter: Matter, area: Area, units: Sequence[RoutableUnit]) -> Route:
    """Choose a unit; automatic only where the calibrated precision reaches the setting."""
    curve = calibration()
    bar = curve.bar_for(settings().dispatch_precision)
    return choose_unit(matter, area, units, confidence=curve.likelihood(matter), bar=bar)


@cache
def demo_units() -> list[RoutableUnit]:
    """The units of `data/units.csv`, for `minhu route`, which uses no database."""
    return [
        RoutableUnit(row.code, row.name, row.tier, row.unit_type, row.parent, row.area_code)
        for row in read_units(DATA_FOLDER / "units.csv")
    ]


@lru_cache(maxsize=64)  # one turn asks for the same appeal up to three times
def matter_of(plain: str, model: LinearModel | None = None) -> Matter:
    text = gazetteer().blank_places(plain[:LONGEST])
    return break_tie(classify(text, power_list(), model or case_model()))


@dataclass(frozen=True)
class MatterReading:
    """The dialogue's view of a text, from one classification."""

    kind: str
    is_sure: bool  # surely an appeal to be handled, not a request for information
    needs_place: bool  # False when the city itself handles the matter anywhere


def read_matter(session: Session, text: str) -> MatterReading:
    matter = matter_of(normalise(text), model_in_use(session))
    is_sure = matter.kind != "inquiry" and tells_matter(matter)
    item = matter.power_item
    needs_place = item is None or item.tier != "city" or _NEEDS_PLACE.search(text) is not None
    return MatterReading(matter.kind, is_sure, needs_place)


def area_of(text: str, location_text: str) -> Area:
    """The area of the location; where it is unclear, of the location and the text together."""
    by_location = gazetteer().resolve(_ends(location_text))
    if by_location.code is not None and not by_location.is_ambiguous:
        return by_location
    by_both = gazetteer().resolve(f"{location_text}，{_ends(text)}")
    return by_both if by_both.code is not None or by_location.code is None else by_location


def _ends(text: str) -> str:
    if len(text) <= PLACE_AT_START + PLACE_AT_END:
        return text
    return f"{text[:PLACE_AT_START]}，{text[-PLACE_AT_END:]}"


def routable_units(session: Session) -> list[RoutableUnit]:
    return [RoutableUnit(*row) for row in session.execute(_SELECT_ROUTABLE)]


def _candidate_units(session: Session, matter: Matter, area: Area) -> list[RoutableUnit]:
    """The units of the ranked types that cover the area, of the many that a city has.

    Without an area all units of these types are needed, to see whether only the city has one.
    """
    types = [*STAND_INS, *(unit_type for unit_type, _ in matter.unit_types)]
    rows = session.execute(_SELECT_CANDIDATES, {"types": types, "area": area.code or ""})
    return [RoutableUnit(*row) for row in rows]
