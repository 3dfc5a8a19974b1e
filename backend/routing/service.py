"""Routing with the city's own data: the power list, the gazetteer and the units in the database."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ARRAY, String, any_, bindparam, or_, select
from sqlalchemy.orm import Session

from backend.models.units import Unit
from backend.routing.learned import model_in_use
from backend.routing.rules import (
    CONFIDENCE_BAR,
    STAND_INS,
    RoutableUnit,
    Route,
    choose_unit,
    confidence_in,
)
from backend.settings import DATA_FOLDER
from backend.units.importing import read_units
from nlu.city.loaded import gazetteer, power_list
from nlu.classifiers.linear import LinearModel
from nlu.dates import times
from nlu.gazetteer.place import Area
from nlu.language.text import normalise
from nlu.matters.matter import LONGEST, Matter, classify
from nlu.trained import case_model

MOST_TIMES = 3
# Characters of a long text that are read for its place: where it is said, at the start or the end.
PLACE_AT_START, PLACE_AT_END = 1500, 500


def route(
    session: Session,
    *,
    text: str,
    location_text: str | None = None,
    said_at: datetime | None = None,
) -> Route:
    plain = normalise(text)
    area = area_of(plain, normalise(location_text or ""))
    matter = matter_of(plain, model_in_use(session))
    found = choose_unit(matter, area, _units_for(session, matter, area))
    said = _times(text, said_at) if said_at else ()
    return replace(found, evidence=(*found.evidence, *said))


def _times(text: str, said_at: datetime) -> Iterator[dict[str, Any]]:
    """When it happened, in words and as dates, as far as they can be told."""
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
    """`model` is of a city's own past cases; without one, of those that Minhu comes with."""
    plain = normalise(text)
    area = area_of(plain, normalise(location_text or ""))
    return choose_unit(matter_of(plain, model), area, units)


@cache
def demo_units() -> list[RoutableUnit]:
    """The units of `data/units.csv`, for `minhu route`, which needs no database."""
    return [
        RoutableUnit(row.code, row.name, row.tier, row.unit_type, row.parent, row.area_code)
        for row in read_units(DATA_FOLDER / "units.csv")
    ]


def matter_of(plain: str, model: LinearModel | None = None) -> Matter:
    told = gazetteer().blank_places(plain[:LONGEST])
    return classify(told, power_list(), model or case_model())


@dataclass(frozen=True)
class MatterReading:
    """What the dialogue asks of a text, from one classification of it."""

    kind: str
    is_sure: bool  # it tells of something to be dealt with, and does not ask for information
    needs_place: bool  # the unit depends on where it is: not for what the city itself handles


# The city itself handles these too, and has to know where.
_ON_THE_SPOT = re.compile(
    r"站台|候车亭|站牌|公交站|停水|没水|水管|漏水|水压|水质|水(?:发|是)?[黄浑臭]|停电|没电|跳闸|煤气|燃气"
    r"|井盖|电线|线杆|基站|变压器"
)


def read_matter(session: Session, text: str) -> MatterReading:
    matter = matter_of(normalise(text), model_in_use(session))
    is_sure = matter.kind != "inquiry" and confidence_in(matter) >= CONFIDENCE_BAR
    item = matter.power_item
    needs_place = item is None or item.tier != "city" or _ON_THE_SPOT.search(text) is not None
    return MatterReading(matter.kind, is_sure, needs_place)


def area_of(text: str, location_text: str) -> Area:
    """The place as given; where that leaves it open, read together with the text."""
    given = gazetteer().resolve(_ends(location_text))
    if given.code is not None and not given.is_ambiguous:
        return given
    together = gazetteer().resolve(f"{location_text}，{_ends(text)}")
    return together if together.code is not None or given.code is None else given


def _ends(text: str) -> str:
    if len(text) <= PLACE_AT_START + PLACE_AT_END:
        return text
    return f"{text[:PLACE_AT_START]}，{text[-PLACE_AT_END:]}"


def routable_units(session: Session) -> list[RoutableUnit]:
    return [RoutableUnit(*row) for row in session.execute(_ROUTABLE)]


def _units_for(session: Session, matter: Matter, area: Area) -> list[RoutableUnit]:
    """Those of the routable units that may come into question: a city has many others.

    Without a place it counts whether only the city has such a unit, so all of the types come.
    """
    types = [*STAND_INS, *(unit_type for unit_type, _ in matter.unit_types)]
    rows = session.execute(_IN_QUESTION, {"types": types, "area": area.code or ""})
    return [RoutableUnit(*row) for row in rows]


_UNITS = Unit.__table__.c
_ROUTABLE = select(
    _UNITS.code, _UNITS.name, _UNITS.tier, _UNITS.unit_type, _UNITS.parent_code, _UNITS.area_code
).where(_UNITS.active)
_AREA = bindparam("area", type_=String)
_IN_QUESTION = _ROUTABLE.where(
    _UNITS.unit_type == any_(bindparam("types", type_=ARRAY(String))),
    or_(_AREA == "", _UNITS.tier == "city", _AREA.startswith(_UNITS.area_code)),
)
