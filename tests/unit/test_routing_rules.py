from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from backend.routing import rules
from backend.routing.rules import NoUnit, RoutableUnit, Route
from backend.units.importing import UnitRow, find_problems, read_units
from nlu.city.power_list import PowerItem, PowerMatch
from nlu.gazetteer.place import Area, AreaName, Place
from nlu.matters.matter import Matter
from nlu.matters.sizes import Size

UNITS_FILE = Path(__file__).parents[2] / "data" / "units.csv"

DISTRICT, STREET, COMMUNITY = "330106", "330106005", "330106005055"
AREA = Area(
    AreaName(DISTRICT, "西湖区"), AreaName(STREET, "翠苑街道"), AreaName(COMMUNITY, "翠苑一区")
)
UNITS = [
    RoutableUnit("centre", "民呼中心", "city", "petition", None, "3301"),
    RoutableUnit("city-housing", "市住建局", "city", "housing", "centre", "3301"),
    RoutableUnit("city-transit", "地铁", "city", "transit", "centre", "3301"),
    RoutableUnit("xh-housing", "西湖住建", "district", "housing", "centre", DISTRICT),
    RoutableUnit("gs-housing", "拱墅住建", "district", "housing", "centre", "330105"),
    RoutableUnit("street", "翠苑街道", "street", "street", "centre", STREET),
    RoutableUnit("community", "翠苑一区", "community", "community", "street", COMMUNITY),
]


def matter(tier: str, *unit_types: str, score: float = 20.0, share: float = 0.8) -> Matter:
    item = PowerItem("X1", "事项", "城乡建设", "", "", (), unit_types, tier, "small", 1, 5, "")
    rest = (1 - share) / max(1, len(unit_types) - 1)
    ranked = tuple((t, share if n == 0 else rest) for n, t in enumerate(unit_types))
    return Matter(
        kind="help",
        domain="城乡建设",
        power_item=item,
        confidence=0.8,
        words=("词",),
        unit_types=ranked,
        matches=(PowerMatch(item, score, ("词",)),),
    )


def choose_unit(
    matter: Matter, area: Area, units: Sequence[RoutableUnit], confidence: float = 0.9
) -> Route:
    return rules.choose_unit(matter, area, units, confidence=confidence, bar=0.5)


def code(route: Route) -> str | None:
    return route.unit.code if route.unit else None


@pytest.mark.parametrize(
    ("tier", "unit_types", "unit"),
    [
        ("district", ("housing",), "xh-housing"),
        ("city", ("housing",), "city-housing"),
        ("street", ("housing",), "xh-housing"),  # no such office at the street: one tier up
        ("street", ("housing", "street"), "street"),  # small matters stay near
        ("property", ("property_company",), "community"),  # the community stands in
        ("community", ("community",), "community"),
        ("district", ("transit",), "city-transit"),
        ("district", ("tax",), None),
    ],
)
def test_the_unit_at_its_tier(tier: str, unit_types: tuple[str, ...], unit: str | None) -> None:
    assert code(choose_unit(matter(tier, *unit_types), AREA, UNITS)) == unit


MICRO, SMALL, HARD = Size.MICRO, Size.SMALL, Size.HARD
NEAR = ("housing", "community")


@pytest.mark.parametrize(
    ("size", "tier", "unit_types", "unit", "helpers"),
    [
        (MICRO, "district", NEAR, "community", ()),  # the community's to settle
        (SMALL, "district", NEAR, "xh-housing", ()),
        (HARD, "district", NEAR, "xh-housing", ("community",)),
        (MICRO, "street", ("community", "street"), "community", ()),
        (SMALL, "street", ("community", "street"), "street", ()),
        (HARD, "street", ("housing", "street"), "xh-housing", ("street",)),
        (MICRO, "property", ("property_company",), "community", ()),
        (HARD, "community", ("community", "housing", "market"), "xh-housing",
         ("community", "market")),
        (MICRO, "district", ("housing",), "xh-housing", ()),  # nobody near answers for it
        (HARD, "city", ("housing", "transit"), "city-housing", ("transit",)),
        (MICRO, "city", ("housing",), "city-housing", ()),
    ],
)  # fmt: skip
def test_the_size_moves_the_tier_and_calls_helpers(
    size: Size, tier: str, unit_types: tuple[str, ...], unit: str, helpers: tuple[str, ...]
) -> None:
    route = choose_unit(replace(matter(tier, *unit_types), size=size), AREA, UNITS)
    assert (code(route), route.helpers) == (unit, helpers)
    assert (route.as_json()["size"], route.as_json()["helpers"]) == (size.value, list(helpers))


def test_hard_matter_without_unit_still_has_helpers() -> None:
    hard = replace(matter("street", "tax", "housing"), size=HARD)
    route = choose_unit(hard, Area(), UNITS)
    assert (route.unit, route.tier, route.helpers) == (None, "district", ("housing",))


def test_each_tier_up_covers_less_precise_places() -> None:
    street_only = replace(AREA, community=None)
    assert code(choose_unit(matter("community", "community"), street_only, UNITS)) == "street"


def test_without_a_place_only_the_citys_own() -> None:
    assert code(choose_unit(matter("city", "housing"), Area(), UNITS)) == "city-housing"
    assert code(choose_unit(matter("district", "transit"), Area(), UNITS)) == "city-transit"
    route = choose_unit(matter("district", "housing"), Area(), UNITS)
    assert (route.unit, route.reason, route.tier) == (None, NoUnit.AREA_UNKNOWN, "district")


def test_an_open_place_is_named_as_the_reason() -> None:
    places = (
        Place("community", "明珠", "330102001001"),
        Place("community", "明珠", "330106001001"),
    )
    route = choose_unit(matter("district", "housing"), Area(candidates=places), UNITS)
    assert route.reason is NoUnit.AREA_AMBIGUOUS


def test_doubt_goes_to_the_dispatcher() -> None:
    route = choose_unit(matter("district", "housing", "market"), AREA, UNITS, confidence=0.49)
    assert (route.unit, route.reason) == (None, NoUnit.UNSURE)


def test_nobody_is_sent_to_the_dispatch_centre() -> None:
    assert code(choose_unit(matter("city", "petition"), AREA, UNITS)) is None


def test_two_units_for_one_place_are_nobodys_guess() -> None:
    twin = replace(UNITS[3], code="xh-housing-2")
    assert code(choose_unit(matter("district", "housing"), AREA, [*UNITS, twin])) == "city-housing"


def test_an_empty_matter() -> None:
    nothing = Matter("help", None, None, 0.0, ())
    route = choose_unit(nothing, AREA, UNITS, confidence=0.0)
    assert (route.unit, route.confidence, route.reason) == (None, 0.0, NoUnit.UNSURE)


def test_json_has_what_others_rely_on() -> None:
    body = choose_unit(matter("district", "housing"), AREA, UNITS).as_json()
    assert body["unit"] == {"code": "xh-housing", "name": "西湖住建"}
    assert body["power_item"] == {"code": "X1", "title": "事项"}
    assert body["unit_types"][0] == {"code": "housing", "score": 0.8}
    what = [entry["what"] for entry in body["evidence"]]
    assert what == ["power_item", "power_list", "size", "kind", "unit"]


def row(line: int, code: str, parent: str | None = None, **changes: Any) -> UnitRow:
    values = {"tier": "city", "unit_type": "housing", "name": code, "area_code": "", **changes}
    return UnitRow(line=line, code=code, parent=parent, **values)


def test_problems_name_their_lines() -> None:
    rows = [
        row(2, "a"),
        row(3, "b", "nobody"),
        row(4, "c", tier="moon"),
        row(5, "d", unit_type="circus"),
        row(6, "e", "f"),
        row(7, "f", "e"),
        row(8, "a"),
        row(9, "g", "h", area_code="33"),
        row(10, "h", "a", tier="street", area_code="33"),
        row(11, "i", "a", tier="street"),
        row(12, "j", more={"ended": "1", "successor": "nobody"}),
        row(13, "k", "j", more={"successor": "a"}),
        row(14, "l", more={"working_hours": "9-5"}),
        row(15, "m", more={"population": "many"}),
        row(16, "n", more={"checked": "yesterday"}),
        row(17, "o", more={"ended": "soon"}),
        row(18, "p", more={"ended": "1", "successor": "q"}),
        row(19, "q", more={"ended": "1", "successor": ""}),
    ]
    problems = "\n".join(find_problems(rows))
    for words in (
        "line 3 (b): unknown parent 'nobody'",
        "line 4 (c): unknown tier 'moon'",
        "line 5 (d): unknown unit type 'circus'",
        "line 6 (e): it is its own parent",
        "line 7 (f): it is its own parent",
        "line 8 (a): the code is there twice",
        "line 9 (g): its parent 'h' is of a lower tier",
        "line 11 (i): an area code is needed",
        "line 12 (j): the successor 'nobody' is unknown",
        "line 13 (k): its parent 'j' has ended",
        "line 13 (k): a unit that goes on has no successor",
        "line 14 (l): working hours are written like",
        "line 15 (m): invalid literal",
        "line 16 (n): Invalid isoformat",
        "line 17 (o): ended is 1 or nothing",
        "line 18 (p): the successor 'q' is unknown or has ended too",
    ):
        assert words in problems
    assert [n for n in (2, 10, 19) if f"line {n} " in problems] == []


def test_known_unit_may_be_parent_or_close_cycle() -> None:
    units = {"a": (None, "city"), "b": ("a", "district"), "c": ("x", "city")}
    street = row(2, "s", "b", tier="street", area_code="33")
    assert list(find_problems([street], units)) == []
    assert "its own parent" in "".join(find_problems([row(2, "x", "c")], units))


def test_the_real_units_have_no_problems() -> None:
    assert list(find_problems(read_units(UNITS_FILE))) == []
