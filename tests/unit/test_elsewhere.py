import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.city.loaded import elsewhere, names, power_list
from nlu.gazetteer.elsewhere import Elsewhere, OtherCity
from nlu.gazetteer.place import Place
from nlu.gazetteer.places import Gazetteer

AREAS = Path(__file__).parents[2] / "data" / "areas"
NORTH = OtherCity("北州市", "浙江省", "0999")
FAR = OtherCity("远城市", "远省", "")
PLACES = [
    ("东区", Place("district", "东区", "100001")),
    ("清泉街道", Place("street", "清泉街道", "100001001")),
    ("文三路", Place("road", "文三路", "100001")),
    ("北州花园", Place("estate", "北州花园", "100001")),
]
SMALL = Elsewhere(
    [("北州市", NORTH), ("北州那边", NORTH), ("远城市", FAR), ("远城", FAR)], Gazetteer(PLACES)
)


@pytest.fixture(scope="module")
def city() -> Elsewhere:
    return elsewhere()


def name_of(other_city: OtherCity | None) -> str | None:
    return other_city.name if other_city else None


@pytest.mark.parametrize(
    ("place", "name"),
    [
        ("北州市文三路3号", "北州市"),
        ("我在北州那边", "北州市"),
        ("北州", "北州市"),  # nothing else is said
        ("我在北州", "北州市"),
        ("远城火车站", "远城市"),
        ("远城市东区", "远城市"),  # a district of the same name there
        ("远城文三路", "远城市"),
        ("远城路", None),
        ("远城东路12号", None),
        ("远城市场门口", None),
        ("远城银行", None),
        ("远城饭店", None),
        ("远城人开的店", None),
        ("文三路远城火锅", None),
        ("东区远城火锅", None),
        ("远城火锅东区店", None),
        ("杭州远城火锅", None),
        ("北州花园", None),
        ("北州小学", None),
        ("东区清泉街道", None),
        ("", None),
        (" ", None),
        ("楼下", None),
    ],
)
def test_which_city(place: str, name: str | None) -> None:
    assert name_of(SMALL.find(place)) == name


def test_the_hotline() -> None:
    assert (NORTH.hotline, FAR.hotline) == ("0999-12345", "12345")


def test_no_cities_nothing_elsewhere() -> None:
    nowhere = Elsewhere([], Gazetteer([]))
    assert nowhere.find("宁波市海曙区") is None


@pytest.mark.parametrize(
    ("place", "name"),
    [
        ("宁波市海曙区中山路", "宁波市"),
        ("宁波市海曙区解放路3号", "宁波市"),  # Hangzhou has one too
        ("义乌", "义乌市"),
        ("义乌市稠城街道", "义乌市"),
        ("温州", "温州市"),
        ("我在温州", "温州市"),
        ("鹿城区", "鹿城区"),
        ("湖州德清", "德清县"),
        ("北京那边", "北京市"),
        ("南昌市西湖区", "南昌市"),
        ("绍兴市越城区城南街道", "绍兴市"),  # our 桐庐 has a 城南街道
        ("上海路", None),
        ("宁波路", None),
        ("中山市场", None),
        ("上海市场", None),
        ("温州路", None),
        ("宁波银行门口", None),
        ("杭州南京大排档", None),
        ("西湖区", None),
        ("余杭", None),
        ("临安那边", None),
        ("富阳", None),
        ("杭州", None),
        ("", None),
    ],
)
def test_the_real_cities(city: Elsewhere, place: str, name: str | None) -> None:
    assert name_of(city.find(place)) == name


def test_a_place_of_ours_is_never_elsewhere(city: Elsewhere) -> None:
    keywords = {word for item in power_list().items for word in item.keywords}
    ours = set(names()) - keywords - others()
    assert [name for name in ours if city.find(name)] == []


def others() -> set[str]:
    with (AREAS / "elsewhere.csv").open(encoding="utf-8") as rows:
        return {row["name"] for row in csv.DictReader(rows)}


def test_every_listed_city_is_recognised_by_name(city: Elsewhere) -> None:
    assert [name for name in others() if city.find(name) is None] == []


@given(st.text(st.sampled_from("宁波市义乌上海路西湖区杭州温中山场余解放在我，")))
def test_any_place_is_read(city: Elsewhere, place: str) -> None:
    other_city = city.find(place)
    assert other_city is None or other_city.hotline.endswith("12345")
