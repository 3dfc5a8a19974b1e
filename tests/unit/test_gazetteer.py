from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.gazetteer.areas import read_places
from nlu.gazetteer.place import Area, Mention, Place, Span
from nlu.gazetteer.places import Gazetteer
from nlu.language.pinyin import sounds
from nlu.language.text import normalise

AREAS = Path(__file__).parents[2] / "data" / "areas"

SMALL = {
    "districts.csv": "code,name,aliases\n100001,东区,东区\n100002,西区,\n100003,上城区,上城\n",
    "former_districts.csv": (
        "name,becomes,becomes_codes,note\n"
        "下城区,东区,100001,并入\n江干区,东区|西区,100001|100002,分开\n"
    ),
    "streets.csv": (
        "code,name,district_code\n100001001,清泉街道,100001\n100002001,和睦街道,100002\n"
        "100002002,西溪街道,100002\n100002003,朝晖街道,100002\n"
    ),
    "communities.csv": (
        "code,name,street_code\n"
        "100001001001,明珠社区,100001001\n100002001001,明珠社区,100002001\n"
        "100002001002,翠苑一区社区,100002001\n100002001003,梅家坞村,100002001\n"
    ),
    "estates.csv": (
        "name,district_code\n嘉绿苑,100002\n朝晖六区,100002\n朝晖八区,100001\n西溪诚园,100002\n"
    ),
    "roads.csv": "name,district_codes,kind\n文三路,100002,road\n长安路,100001|100002,road\n",
}


@pytest.fixture(scope="module")
def small_areas(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("areas")
    for name, content in SMALL.items():
        (folder / name).write_text(content, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def small(small_areas: Path) -> Gazetteer:
    return Gazetteer.load(small_areas)


@pytest.fixture(scope="module")
def said_for(small_areas: Path) -> list[tuple[str, Place]]:
    """What people say in the small city, and what they mean."""
    return list(read_places(small_areas))


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
        ("朝晖六区垃圾没人收", "100002003"),  # the estate has its street's name
        ("朝晖八区垃圾没人收", "100001"),  # and this one is in another district
        ("西溪诚园漏水", "100002"),  # named after the water, as much else is
        ("梅家坞的路", "100002001003"),
        ("梅家坞村的路", "100002001003"),
        # As it was misheard.
        ("青权街道路灯坏了", "100001001"),
        ("我住在河木", "100002001"),
        ("闻山路积水", "100002"),
        ("朝灰六区积水", "100002003"),
        ("河木是什么意思", None),
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


def longest_span(gazetteer: Gazetteer, text: str) -> Span | None:
    return max(gazetteer.spans(text), key=lambda span: span.end - span.start, default=None)


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
def test_the_longest_span(small: Gazetteer, text: str, place: str | None) -> None:
    span = longest_span(small, text)
    assert (span.text if span else None) == place
    assert span is None or text[span.start : span.end] == span.text


def test_without_places(small: Gazetteer) -> None:
    assert small.blank_places("和睦街道停电").strip() == "停电"


def test_what_was_misheard_is_told(small: Gazetteer) -> None:
    area = small.resolve("东区青权街道")
    assert area.misheard == (("青权街道", "清泉街道"),)
    assert small.resolve("东区清泉街道").misheard == ()


def test_what_is_written_goes_before_what_is_heard(small: Gazetteer) -> None:
    """Where 清泉街道 stands, 河木街道 is no third place to choose from."""
    area = small.resolve("东区清泉街道，河木街道")
    assert (area.code, area.is_ambiguous) == ("100001001", False)


@pytest.mark.parametrize(
    ("text", "choices"),
    [
        ("长安路", ("东区", "西区")),
        ("江干", ("东区", "西区")),
        ("明珠社区", ("东区", "西区")),
        ("东区长安路", ()),
        ("文三路", ()),
        ("没有地名", ()),
    ],
)
def test_the_choices_tell_the_candidates_apart(
    small: Gazetteer, text: str, choices: tuple[str, ...]
) -> None:
    assert small.choices_of(small.resolve(text)) == choices


# The small city's names, what sounds like them, and some words around.
_CHARACTERS = (
    "东西区下上城清青泉权和河睦木街道明名珠猪社文闻三山路鹿长常安朝潮晖辉六1号幢在住附近， "
)


@given(st.text(st.sampled_from(_CHARACTERS)))
def test_only_what_sounds_alike_is_misheard(
    small: Gazetteer, said_for: list[tuple[str, Place]], text: str
) -> None:
    words = {word for word, _ in said_for}
    for mention in small.find(text):
        if not mention.misheard:
            assert mention.text in words
            continue
        assert mention.text not in words
        alike = {place for word, place in said_for if sounds(word) == sounds(mention.text)}
        assert set(mention.candidates) <= alike


@given(st.text(st.sampled_from(_CHARACTERS)))
def test_mentions_never_overlap_and_spans_are_true(small: Gazetteer, text: str) -> None:
    mentions = small.find(text)
    assert all(a.end <= b.start for a, b in pairwise(mentions))
    assert all(text[m.start : m.end] == m.text for m in mentions)
    span = longest_span(small, text)
    assert span is None or text[span.start : span.end] == span.text
    small.resolve(text)


@given(st.text())
def test_any_text_is_read(small: Gazetteer, text: str) -> None:
    small.resolve(text)
    small.spans(text)


def test_no_files_no_places(tmp_path: Path) -> None:
    assert Gazetteer.load(tmp_path).resolve("西湖区") == Area()


@pytest.mark.parametrize(
    ("text", "district", "street"),
    [
        ("余杭区良渚街道路灯不亮", "余杭区", "良渚街道"),
        ("家在余杭良渚", "余杭区", "良渚街道"),
        ("下城朝晖八区垃圾没人收", "拱墅区", None),
        ("朝晖六区垃圾没人收", "拱墅区", "朝晖街道"),
        ("西溪永乐城漏水", "余杭区", None),
        ("下城的井盖", "拱墅区", None),
        ("江干", None, None),
        ("梅家坞停车难", "西湖区", "西湖街道"),
        ("於潜鎮的路", "临安区", "於潜镇"),
        ("蓬布街道路灯不亮", "上城区", "彭埠街道"),
        ("余航区良主街道的公园", "余杭区", "良渚街道"),
        ("於潛鎮的路", "临安区", "於潜镇"),
        ("蕭山區北幹街道", "萧山区", "北干街道"),
        ("滨江的工地", "滨江区", None),
        ("滨江集团的房子", None, None),
        ("余杭", "余杭区", None),
        ("采荷二小门口堵得走不动", "上城区", "采荷街道"),
        ("姑娘桥站C口的扶梯停了", "萧山区", None),
        ("紫之隧道里灯不亮", "西湖区", None),
        ("翠苑农贸市场缺斤短两", "西湖区", "翠苑街道"),
        ("红会医院停车难", "拱墅区", None),
        ("沪杭高速堵车", None, None),
        ("杭州中心城区堵车", None, None),
    ],
)
def test_the_real_city(
    city: Gazetteer, text: str, district: str | None, street: str | None
) -> None:
    area = city.resolve(normalise(text))
    assert (area.district.name if area.district else None) == district
    assert (area.street.name if area.street else None) == street


@pytest.mark.parametrize(
    ("text", "mistake", "name"),
    [
        ("蓬布街道路灯不亮", "蓬布", "彭埠街道"),
        ("蓬布街道的路灯不亮", "蓬布街道", "彭埠街道"),
        ("我住在蓬布", "蓬布", "彭埠街道"),
        ("那个文山路路灯坏了", "文山路", "文三路"),
        ("我住在古当街道", "古当街道", "古荡街道"),
        ("余航区良主街道", "余航区", "余杭区"),
        ("余航区良主街道", "良主街道", "良渚街道"),
        ("下杀街道的公园", "下杀街道", "下沙街道"),
        ("我住在一家时代", "一家时代", "宜家时代"),
        ("一家时代小区停电了", "一家时代", "宜家时代"),
    ],
)
def test_the_real_city_misheard(city: Gazetteer, text: str, mistake: str, name: str) -> None:
    matches = {m.text: m for m in city.find(text)}
    assert mistake in matches, matches
    assert matches[mistake].misheard
    assert name in [place.name for place in matches[mistake].candidates]


@pytest.mark.parametrize(
    "text",
    [
        "反映农村的问题",
        "新农村建设",
        "新农村合作医疗怎么报销",
        "美丽乡村建设",
        "邻里和睦很重要",
        "我是普通市民",
        "隔壁工地太吵",
        "我讲的是真的",
        "建议社区多搞活动",
        "希望社区管一管",
        "向上级反映",
        "建议街道来看看",
        "我们一家四代挤在一间屋里",
        "一家四代七口人住四十三平",
        "评上了示范村",
        "公园小区的路灯",
        "小山村的路",
        "林荫道上",
    ],
)
def test_words_stay_words(city: Gazetteer, text: str) -> None:
    assert city.find(text) == []


def test_a_divided_district_leaves_a_choice(city: Gazetteer) -> None:
    assert city.choices_of(city.resolve("江干")) == ("上城区", "钱塘区")


@given(st.text(st.sampled_from("蓬布彭埠街道文三山路余杭航区良渚主下沙杀农村新社区建议我在住的，")))
def test_mentions_of_the_real_city_never_overlap(city: Gazetteer, text: str) -> None:
    mentions = city.find(text)
    assert all(a.end <= b.start for a, b in pairwise(mentions))
    assert all(_is_true(m, text) for m in mentions)


def _is_true(mention: Mention, text: str) -> bool:
    """It stands there, and what is misheard sounds like a beginning of a candidate's name."""
    if text[mention.start : mention.end] != mention.text:
        return False
    return not mention.misheard or any(
        sounds(place.name).startswith(sounds(mention.text)) for place in mention.candidates
    )
