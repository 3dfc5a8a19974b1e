from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.gazetteer import Gazetteer
from nlu.places import Area

AREAS = Path(__file__).parents[2] / "data" / "areas"

SMALL = {
    "districts.csv": "code,name,aliases\n100001,东区,东区\n100002,西区,\n100003,上城区,上城\n",
    "former_districts.csv": (
        "name,becomes,becomes_codes,note\n"
        "下城区,东区,100001,并入\n江干区,东区|西区,100001|100002,分开\n"
    ),
    "streets.csv": (
        "code,name,district_code\n100001001,清泉街道,100001\n100002001,和睦街道,100002\n"
    ),
    "communities.csv": (
        "code,name,street_code\n"
        "100001001001,明珠社区,100001001\n100002001001,明珠社区,100002001\n"
        "100002001002,翠苑一区社区,100002001\n"
    ),
    "estates.csv": "name,district_code\n嘉绿苑,100002\n",
    "roads.csv": "name,district_codes,kind\n文三路,100002,road\n长安路,100001|100002,road\n",
}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Gazetteer:
    folder = tmp_path_factory.mktemp("areas")
    for name, content in SMALL.items():
        (folder / name).write_text(content, encoding="utf-8")
    return Gazetteer.load(folder)


@pytest.fixture(scope="module")
def city() -> Gazetteer:
    return Gazetteer.load(AREAS)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("东区清泉街道路灯坏了", "100001001"),
        ("西区明珠社区", "100002001001"),
        ("和睦街道明珠社区", "100002001001"),
        ("下城区的井盖", "100001"),
        ("下城的井盖", "100001"),
        ("西区文三路", "100002"),
        ("嘉绿苑楼下油烟", "100002"),
        ("翠苑一区漏水", "100002001002"),
        ("邻里和睦很重要", None),
        ("在和睦这边", "100002001"),
        ("马上城管来了", None),
        ("东区文三路", "100001"),
        ("没有地名", None),
        ("", None),
    ],
)
def test_resolve(small: Gazetteer, text: str, code: str | None) -> None:
    assert small.resolve(text).code == code


def test_a_repeated_name_stays_open(small: Gazetteer) -> None:
    area = small.resolve("明珠社区路灯坏了")
    assert area.code is None
    assert [place.code for place in area.candidates] == ["100001001001", "100002001001"]


def test_a_divided_district_stays_open(small: Gazetteer) -> None:
    assert {place.code for place in small.resolve("江干区").candidates} == {"100001", "100002"}


def test_each_level_has_code_and_name(small: Gazetteer) -> None:
    assert small.resolve("和睦街道明珠社区").as_json() == {
        "district": {"code": "100002", "name": "西区"},
        "street": {"code": "100002001", "name": "和睦街道"},
        "community": {"code": "100002001001", "name": "明珠社区"},
    }


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("我住在文三路189号2幢,漏水", "文三路189号2幢"),
        ("西区文三路189号2幢3单元没电", "西区文三路189号2幢3单元"),
        ("文三路和长安路交叉口没有红绿灯", "文三路和长安路交叉口"),
        ("A3区幸福路12号井盖丢了", "A3区幸福路12号"),
        ("文三路修路", "文三路"),
        ("我们这里很吵", None),
    ],
)
def test_locate(small: Gazetteer, text: str, place: str | None) -> None:
    span = small.locate(text)
    assert (span.text if span else None) == place
    assert span is None or text[span.start : span.end] == span.text


def test_without_places(small: Gazetteer) -> None:
    assert small.without_places("和睦街道停电").strip() == "停电"


@given(st.text(st.sampled_from("东西区下上城清泉和睦街道明珠社文三路长安1号幢在， ")))
def test_mentions_never_overlap_and_spans_are_true(small: Gazetteer, text: str) -> None:
    mentions = small.find(text)
    assert all(a.end <= b.start for a, b in pairwise(mentions))
    assert all(text[m.start : m.end] == m.text for m in mentions)
    span = small.locate(text)
    assert span is None or text[span.start : span.end] == span.text
    small.resolve(text)


@given(st.text())
def test_any_text_is_read(small: Gazetteer, text: str) -> None:
    small.resolve(text)
    small.locate(text)


def test_no_files_no_places(tmp_path: Path) -> None:
    assert Gazetteer.load(tmp_path).resolve("西湖区") == Area()


@pytest.mark.parametrize(
    ("text", "district", "street"),
    [
        ("余杭区良渚街道路灯不亮", "余杭区", "良渚街道"),
        ("家在余杭良渚", "余杭区", "良渚街道"),
        ("下城朝晖八区垃圾没人收", "拱墅区", None),
        ("滨江的工地", "滨江区", None),
        ("滨江集团的房子", None, None),
        ("余杭", "余杭区", None),
    ],
)
def test_the_real_city(
    city: Gazetteer, text: str, district: str | None, street: str | None
) -> None:
    area = city.resolve(text)
    assert (area.district.name if area.district else None) == district
    assert (area.street.name if area.street else None) == street
