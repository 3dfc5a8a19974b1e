import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.gazetteer.pins import PinMap, Point

AREAS = Path(__file__).parents[2] / "data" / "areas"
SMALL = PinMap(
    [
        Point("100001", "东区", 30.0, 120.0),
        Point("100002", "西区", 30.0, 119.0),
        Point("100001001", "清泉街道", 30.0, 120.0),
        Point("100002001", "和睦街道", 30.0, 119.0),
    ]
)
ONE_KM = 1 / 111.2  # degrees of latitude


@pytest.fixture(scope="module")
def city() -> PinMap:
    return PinMap.load(AREAS)


@pytest.mark.parametrize(
    ("km", "area"),
    [
        (0.0, "东区清泉街道"),
        (2.9, "东区清泉街道"),
        (3.1, "东区"),
        (24.9, "东区"),
        (25.1, None),
        (1000.0, None),
    ],
)
@pytest.mark.parametrize("way", [1, -1], ids=["north", "south"])
def test_the_farther_the_less_is_said(km: float, area: str | None, way: int) -> None:
    assert SMALL.area_name(30.0 + way * km * ONE_KM, 120.0) == area


def test_the_nearest_street_counts() -> None:
    assert SMALL.area_name(30.0, 119.01) == "西区和睦街道"
    assert SMALL.area_name(30.0, 119.2) == "西区"


@pytest.mark.parametrize(
    ("latitude", "longitude", "area"),
    [
        (30.2911, 120.2202, "上城区彭埠街道"),
        (30.30, 120.23, "上城区彭埠街道"),
        (30.287, 120.12, "西湖区翠苑街道"),
        (30.2258, 119.9814, "余杭区闲林街道"),
        (30.1683, 119.2175, "临安区昌化镇"),
        (29.6, 119.0, "淳安县"),  # on the lake
        (30.2, 118.9, "临安区"),  # in the mountains
        (30.0, 120.6, "萧山区"),
        (29.87, 121.55, None),  # Ningbo
        (30.0, 120.58 + 0.4, None),  # Shaoxing's side
        (39.9, 116.4, None),  # Beijing
        (0.0, 0.0, None),  # what a phone without a fix sends
        (90.0, 0.0, None),
        (-90.0, 180.0, None),
    ],
)
def test_the_real_city(city: PinMap, latitude: float, longitude: float, area: str | None) -> None:
    assert city.area_name(latitude, longitude) == area


def test_every_street_is_at_its_own_point(city: PinMap) -> None:
    names = {point.code: point.name for point in city.points}
    for point in city.points:
        if len(point.code) > 6:
            area = city.area_name(point.latitude, point.longitude)
            assert area is not None
            assert area.startswith(names[point.code[:6]]), point


LATITUDES = st.floats(-90, 90)
LONGITUDES = st.floats(-180, 180)


@given(LATITUDES, LONGITUDES)
def test_any_point_on_earth_has_an_answer(city: PinMap, latitude: float, longitude: float) -> None:
    area = city.area_name(latitude, longitude)
    assert area is None or re.fullmatch(r"\w{2,3}[区县市](?:\w+(?:街道|镇|乡))?", area), area


@given(LATITUDES.filter(lambda it: not 28 < it < 32), LONGITUDES)
def test_nothing_far_away_is_ours(city: PinMap, latitude: float, longitude: float) -> None:
    assert city.area_name(latitude, longitude) is None
