"""Who must act: by the thing and what is the matter with it, never by the story around it."""

import csv
import time
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.routing.rules import RoutableUnit, choose_unit
from backend.routing.service import demo_units, route_among
from backend.vocabulary.units import TIERS, UNIT_TYPES
from nlu.city.duties import Duties
from nlu.city.loaded import duties, power_list
from nlu.gazetteer.place import Area, AreaName
from nlu.language.text import normalise
from nlu.language.word_borders import Borders
from nlu.matters.matter import Matter, classify
from nlu.matters.story import blank_story
from nlu.matters.thanks import duty_for_praise
from nlu.trained import case_model
from nlu.vocabulary import Kind

pytestmark = pytest.mark.model


def read_appeals() -> list[tuple[str, frozenset[str], frozenset[str]]]:
    with (Path(__file__).parent / "appeals_by_duty.csv").open(encoding="utf-8") as file:
        return [
            (row["text"], frozenset(row["unit_types"].split("|")),
             frozenset(row["kinds"].split("|")))
            for row in csv.DictReader(file)
        ]  # fmt: skip


APPEALS = read_appeals()


def matter_of(text: str) -> Matter:
    return classify(normalise(text), power_list(), case_model())


def first_type(text: str) -> str:
    return matter_of(text).unit_types[0][0]


def test_there_are_many_appeals_of_our_own() -> None:
    assert len(APPEALS) >= 340
    assert all(types <= UNIT_TYPES for _, types, _ in APPEALS)
    assert all(kinds <= set(get_args(Kind)) for _, _, kinds in APPEALS)


@pytest.mark.parametrize(("text", "unit_types", "kinds"), APPEALS)
def test_who_must_act_and_of_which_kind(
    text: str, unit_types: frozenset[str], kinds: frozenset[str]
) -> None:
    matter = matter_of(text)
    assert matter.unit_types[0][0] in unit_types
    assert matter.kind in kinds


# Appeals about some thing, of which a story told before it changes nothing.
ABOUT_THINGS = [
    (text, types) for text, types, kinds in APPEALS
    if not kinds & {"praise", "inquiry"} and not text.startswith("村")
]  # fmt: skip
STORIES = [
    "打了三次12345都没用，",
    "12345都打过好几遍了没人管，",
    "我带着学生路过，",
    "陪我妈去医院看病回来，",
    "跟社区说了也没人理，",
    "找过物业三次都不管，",
    "向城管反映过好几次，",
    "报过警没用，",
    "银行门口，",
    "税务局旁边，",
    "幼儿园对面",
    "接孩子放学路上，",
]


@pytest.mark.parametrize("story", STORIES)
def test_a_story_before_it_changes_nothing(story: str) -> None:
    wrong = [
        (text, first_type(story + text))
        for text, types in ABOUT_THINGS[::2]
        if first_type(story + text) not in types
    ]
    assert len(ABOUT_THINGS) >= 160
    assert len(wrong) <= 2, wrong  # of more than a hundred


@given(st.sampled_from(ABOUT_THINGS), st.lists(st.sampled_from(STORIES[:9]), max_size=2))
def test_nor_do_two_stories(appeal: tuple[str, frozenset[str]], stories: list[str]) -> None:
    text, types = appeal
    codes = {code for code, _ in matter_of("".join(stories) + text).unit_types[:3]}
    assert codes & types


@pytest.mark.parametrize(
    ("text", "blanked", "remaining"),
    [
        ("打了三次12345都没用，路灯不亮", "12345", "路灯不亮"),
        ("我打了好多次热线没人管，垃圾还是堆着", "热线", "垃圾还是堆着"),
        ("报了警没用，天天打麻将", "报了警", "打麻将"),
        ("找过物业、社区都不管，楼道堆满杂物", "物业", "楼道堆满杂物"),
        ("税务局旁边的井盖没了", "税务局", "井盖没了"),
        ("医院对面红绿灯坏了", "医院", "红绿灯坏了"),
        ("小区门口的路灯坏了", "小区", "路灯坏了"),
        ("从幼儿园接孩子回来，在公园边上踩空", "公园", "踩空"),
        ("我带着几个学生路过，护栏倒了", "学生", "护栏倒了"),
    ],
)
def test_the_story_is_blanked(text: str, blanked: str, remaining: str) -> None:
    blanked_text = blank_story(text)
    assert len(blanked_text) == len(text)
    assert blanked not in blanked_text
    assert remaining in blanked_text


@pytest.mark.parametrize(
    "text",
    [
        "医院乱收费", "学校食堂有虫", "银行卡被吞了", "物业不修电梯", "12345怎么转人工",
        "小区路灯不亮", "学生被同学打了", "公园长椅断了", "超市卖过期牛奶", "派出所态度差",
    ],
)  # fmt: skip
def test_what_it_is_about_is_not_blanked(text: str) -> None:
    assert blank_story(text) == text


@given(st.text(st.sampled_from("打了3次12345都没用银行门口我带着学生路灯坏，。 "), max_size=80))
def test_blanks_keep_every_position(text: str) -> None:
    blanked_text = blank_story(text)
    assert len(blanked_text) == len(text)
    assert all(new in (old, " ") for new, old in zip(blanked_text, text, strict=True))


@pytest.mark.parametrize(
    ("words", "start", "end", "allowed"),
    [
        (["用", "地沟油"], 0, 2, False),
        (["用地", "规划"], 0, 2, True),
        (["没", "电梯"], 0, 2, False),
        (["地沟油"], 0, 2, True),  # inside one word
        (["路", "灯"], 0, 2, True),
        (["车", "流量"], 1, 3, True),
        (["自来", "水管", "爆"], 0, 4, True),  # long: no chance meeting
    ],
)
def test_short_words_do_not_lie_across_a_border(
    words: list[str], start: int, end: int, allowed: bool
) -> None:
    assert Borders(words).allow(start, end) is allowed


def test_table_is_large_and_names_known_units() -> None:
    table = duties().all
    assert len(table) >= 400
    assert len({duty.object for duty in table}) == len(table)
    codes = {item.code for item in power_list().items}
    for duty in table:
        assert set(duty.unit_types) <= UNIT_TYPES, duty
        assert duty.item in codes, duty
        assert duty.kind is None or duty.kind in get_args(Kind), duty
        assert all(len(word) > 1 or duty.troubles for word in duty.words), duty
        actors = [actor for actors in duty.acts.values() for actor in actors]
        assert duty.unit_types[0] in {actor.unit_type for actor in actors}, duty
        assert {actor.tier for actor in actors} <= {"", *TIERS}, duty


DUTIES_HEADER = (
    "object,words,trouble,unit_types,item,kind,builds,repairs,serves,supervises,fines,basis\n"
    "路灯,路灯,,street,CJ040,,,street,,,,\n"
)


@pytest.mark.parametrize(
    "row",
    [
        "井盖,,,street,X,,,,,,,",
        "井盖,井盖,,street",
        "井盖,井盖,,stret,X,,,,,,,",
        "井盖,井盖,,street,X,,,city:stret,,,,",
    ],
)
def test_a_bad_row_is_named_with_its_line(tmp_path: Path, row: str) -> None:
    file = tmp_path / "duties.csv"
    file.write_text(DUTIES_HEADER + row + "\n", "utf-8")
    with pytest.raises(ValueError, match="line 3"):
        Duties.load(file, {"street"})


def test_the_table_says_who_builds_and_who_fines() -> None:
    [lamp] = [duty for duty in duties().all if duty.object == "路灯"]
    assert [(it.unit_type, it.tier) for it in lamp.acts["builds"]] == [
        ("housing", ""),
        ("urban_management", "city"),
    ]
    assert lamp.acts["repairs"][0].unit_type == "urban_management"
    assert "fines" not in lamp.acts


@pytest.mark.parametrize(
    ("text", "unit_type"),
    [
        ("感谢社区小李，我妈住院他天天去医院送饭", "community"),
        ("保安大叔帮我找回孩子，点赞", "property_company"),
        ("谢谢公交司机等我", "transit"),
        ("表扬交警下雨天推车", "traffic_police"),
        ("感谢一位不知道名字的小伙子", "community"),
    ],
)
def test_praise_goes_to_whom_it_is_for(text: str, unit_type: str) -> None:
    thanked = duty_for_praise(text)
    assert thanked is not None
    assert thanked.duty.unit_types[0] == unit_type


def test_nobody_is_thanked_without_thanks() -> None:
    assert duty_for_praise("路灯坏了") is None


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("路上塌了一个坑", {"help", "complaint"}),
        ("物业这么收费合法吗，不交就锁车", {"complaint"}),
        ("老板欠我三个月工资怎么办啊", {"complaint", "help"}),
        ("我想问一下楼上天天半夜跳绳，有没有人管", {"complaint"}),
        ("表扬保安小李，但是物业经理态度太差，要投诉", {"complaint"}),
        ("路灯坏了麻烦修一下。另外我想问下老年证怎么办理", {"help", "complaint"}),
        ("我被骗了两万块怎么办", {"help", "complaint"}),
        ("公积金怎么提取", {"inquiry"}),
        ("建议路口增设一盏路灯", {"suggestion"}),
        ("举报楼下饭店无证经营", {"report"}),
        ("谢谢，路灯还是不亮", {"help", "complaint"}),
    ],
)
def test_kinds_beside_a_grievance(text: str, kinds: set[str]) -> None:
    assert matter_of(text).kind in kinds


def test_table_decides_the_item_and_its_tier() -> None:
    matter = matter_of("公园边上路灯坏了好几天，老人摔了一跤去医院")
    assert matter.power_item is not None
    assert matter.power_item.code == "CJ040"
    assert matter.duty is not None
    assert matter.duty.duty.object == "路灯"


def test_the_reason_says_which_duty() -> None:
    area = Area(AreaName("330106", "西湖区"), None, None)
    unit = RoutableUnit("um", "城管", "district", "urban_management", "centre", "330106")
    matter = matter_of("窨井盖没了，学生差点掉进去")
    route = choose_unit(matter, area, [unit], confidence=0.9, bar=0.5)
    [duty] = [one for one in route.as_json()["evidence"] if one["what"] == "duty"]
    assert duty["object"] == "窨井盖"
    assert duty["version"] == duties().version != ""
    assert duty["unit_types"][0] == "urban_management"
    assert route.unit == unit
    assert route.tier in TIERS


@pytest.mark.parametrize(
    ("text", "unit_type"),
    [
        ("楼道灯坏了三天没人修。此致敬礼，杭州市市场监督管理局家属楼 张某", "property_company"),
        ("小区门口井盖没了，请尽快处理。市税务局退休职工 王某", "urban_management"),
        ("城管答复说：“属于住建局职责。”可是楼下烧烤店油烟还是很大", "urban_management"),
        ("回复写着“经市场监管局核实，无此情况”，但是楼上半夜打麻将吵", "community"),
    ],
)
def test_bodies_signed_or_quoted_do_not_decide(text: str, unit_type: str) -> None:
    assert first_type(text) == unit_type


LONG = [
    "小区",
    "路灯坏了",
    "打了三次12345都没用，",
    "吵闹的学生在银行门口小区",
    "的",
    "水水",
    "找物业、社区、",
]


@pytest.mark.parametrize("piece", LONG)
def test_ten_thousand_characters_take_no_longer_than_few(piece: str) -> None:
    text = (piece * 10_000)[:10_000]
    matter_of("路灯坏了")  # warm
    start = time.process_time()
    classify(text, power_list(), case_model())
    power_list().match(text)
    assert time.process_time() - start < 5.0  # 20 s when words were weighed against each other


def test_text_full_of_places_is_read_quickly() -> None:
    text = "西湖区翠苑街道" * 1400
    route_among(demo_units(), "路灯坏了", None)  # warm
    start = time.process_time()
    route = route_among(demo_units(), text, text)
    assert time.process_time() - start < 3.0  # 10 s when every name was weighed against each other
    assert route.area.street is not None
