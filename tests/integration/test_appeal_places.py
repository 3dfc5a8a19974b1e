"""Where an appeal is, at the chat's door: asked at most twice, elsewhere, on a map."""

import pytest

from backend.vocabulary.messages import Pin
from dialogue.state import Ask
from dialogue.texts import appeal as texts
from dialogue.texts import chat as chat_texts
from tests.support.appeal_desk import DARK, LONG_ROAD, NOISE, ROAD, asks, case_of, draft, pins
from tests.support.bot_desk import Desk, types

HERE = Pin(30.29, 120.2202, "")
NINGBO = Pin(29.87, 121.55, "")


@pytest.mark.parametrize(
    ("words", "place", "matter"),
    [
        (ROAD, ROAD, NOISE),
        ("门牌不清楚，在文三路", "文三路", NOISE),
        ("不是，在文三路", "文三路", NOISE),
        (f"{ROAD}，天天吵", ROAD, f"{NOISE}；天天吵"),
        (f"在{ROAD}，昨晚两点还在吵", ROAD, f"{NOISE}；昨晚两点还在吵"),
        ("说不清楚", "", NOISE),
        ("不知道门牌，反正昨晚两点还在吵", "", f"{NOISE}；反正昨晚两点还在吵"),
    ],
)
def test_an_answer_to_where(alone: Desk, words: str, place: str, matter: str) -> None:
    assert types(alone, NOISE) == texts.ASK_PLACE.plain
    types(alone, words)
    assert (draft(alone).place, draft(alone).matter) == (place, matter)
    assert words in draft(alone).wording
    assert asks(alone) is Ask.CONFIRM


def test_unnamed_place_is_asked_again_then_unknown(alone: Desk) -> None:
    types(alone, NOISE)
    assert types(alone, "就在我们三号楼") == texts.ASK_PLACE_AGAIN.plain
    assert "地点" not in types(alone, "楼道里")
    assert (draft(alone).place, asks(alone)) == ("", Ask.CONFIRM)
    assert draft(alone).full_wording == f"{NOISE}\n就在我们三号楼\n楼道里"
    more = types(alone, "还有渣土车")
    assert "地点" not in more
    assert "地点：天目山路\n" in types(alone, "想起来了，在天目山路")


def test_more_of_the_matter_is_no_place(alone: Desk) -> None:
    types(alone, NOISE)
    assert types(alone, "隔壁饭店油烟也直排，窗都开不了") == texts.ASK_PLACE_AGAIN.plain
    assert draft(alone).text == f"{NOISE}\n隔壁饭店油烟也直排，窗都开不了"


def test_rest_of_not_knowing_the_road_is_place(alone: Desk) -> None:
    types(alone, "路边一个大坑，差点把我绊倒", "不知道叫什么路，就在医院旁边")
    assert draft(alone).place == "医院旁边"
    assert draft(alone).text == "路边一个大坑，差点把我绊倒"


def test_road_in_several_districts_gives_numbered_choice(alone: Desk) -> None:
    question = types(alone, f"{LONG_ROAD}{DARK}")
    assert "1. 拱墅区\n2. 西湖区\n3. 余杭区\n" in question
    assert alone.titles() == ["拱墅区", "西湖区", "余杭区"]
    assert max(len(line) for line in question.splitlines()) <= 30
    assert "地点：西湖区莫干山路\n" in types(alone, "2")
    types(alone, "对")
    case = case_of(alone)
    assert case.location["district"]["name"] == "西湖区"
    assert case.unit is not None
    assert case.unit.name == "西湖区综合行政执法局"


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("第三个吧", "余杭区莫干山路"),
        ("一", "拱墅区莫干山路"),
        ("余杭那边", "余杭区莫干山路"),
        ("在西湖区的莫干山路", "西湖区莫干山路"),
        ("都不是，在萧山区", "萧山区莫干山路"),
        ("都不是，是文三路", "文三路"),
        ("都不是", LONG_ROAD),
        ("不知道", LONG_ROAD),
        ("4", LONG_ROAD),
        ("垃圾也没人收", LONG_ROAD),
    ],
)
def test_which_of_several_is_asked_once(alone: Desk, words: str, place: str) -> None:
    types(alone, f"{LONG_ROAD}{DARK}", words)
    assert draft(alone).place == place
    assert asks(alone) is Ask.CONFIRM
    assert ("垃圾也没人收" in draft(alone).text) == (words == "垃圾也没人收")


def test_a_choice_left_open_goes_to_the_dispatcher(alone: Desk) -> None:
    types(alone, f"{LONG_ROAD}{DARK}", "都不是", "对")
    case = case_of(alone)
    assert case.unit is None
    assert case.routing["reason"] == "area_ambiguous"


def test_a_choice_comes_back_behind_something_else(alone: Desk) -> None:
    question = types(alone, f"{LONG_ROAD}{DARK}")
    assert types(alone, "谢谢") == f"{chat_texts.THANK.plain}\n\n{question}"
    assert alone.titles() == ["拱墅区", "西湖区", "余杭区"]


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("萧山那个", "萧山朝阳路"),
        ("拱墅区和睦新村", "拱墅区朝阳路和睦新村"),
        ("汽车站对面", "朝阳路，汽车站对面"),
        ("不知道", "朝阳路"),
    ],
)
def test_unlisted_place_is_asked_about_once(alone: Desk, words: str, place: str) -> None:
    types(alone, NOISE)
    assert types(alone, "朝阳路") == texts.WHICH_PART.plain.format(place="朝阳路")
    types(alone, words)
    assert (draft(alone).place, asks(alone)) == (place, Ask.CONFIRM)


# Elsewhere


@pytest.mark.parametrize(
    ("place", "city", "hotline"),
    [
        ("宁波市海曙区中山路", "海曙区", "0574-12345"),
        ("寧波市海曙區", "海曙区", "0574-12345"),
        ("义乌", "义乌市", "0579-12345"),
        ("温州", "温州市", "0577-12345"),
    ],
)
def test_place_elsewhere_is_said_and_not_asked_again(
    alone: Desk, place: str, city: str, hotline: str
) -> None:
    assert types(alone, DARK, place) == texts.ELSEWHERE.plain.format(city=city, hotline=hotline)
    assert (asks(alone), alone.state().drafts) == (None, ())
    assert "地点：西湖区文三路\n" in types(alone, "西湖区文三路")  # and so it is ours after all
    assert draft(alone).text == DARK


def test_place_elsewhere_in_first_message_is_said_immediately(alone: Desk) -> None:
    reply = types(alone, "我家在宁波 莫干山路那边路灯坏了，晚上黑得看不见")
    assert reply == texts.ELSEWHERE.plain.format(city="宁波市", hotline="0574-12345")
    assert "地点：西湖区文三路\n" in types(alone, "西湖区文三路")


def test_correction_to_a_place_elsewhere_is_said(alone: Desk) -> None:
    reply = types(alone, f"西湖区文三路{DARK}", "不对，是宁波的")
    assert reply == texts.ELSEWHERE.plain.format(city="宁波市", hotline="0574-12345")
    assert [shelved_draft.place for shelved_draft in alone.state().dropped] == [None]


def test_matter_elsewhere_is_shelved_and_the_other_continues(alone: Desk) -> None:
    reply = types(alone, "宁波那边路灯坏了没人修。还有西湖区文三路井盖没了，掉下去人了")
    assert reply.startswith(texts.ELSEWHERE.plain.format(city="宁波市", hotline="0574-12345"))
    assert "地点：西湖区文三路\n" in reply
    assert [shelved_draft.text for shelved_draft in alone.state().dropped] == [
        "宁波那边路灯坏了没人修"
    ]


def test_matters_of_the_city_are_not_sent_elsewhere(alone: Desk) -> None:
    types(alone, "我家在宁波 网上刷单被骗子骗走了两万块钱")
    assert (asks(alone), draft(alone).place) == (Ask.CONFIRM, None)


# Pins


def test_pin_becomes_words_on_the_case(alone: Desk) -> None:
    types(alone, DARK)
    assert "地点：上城区彭埠街道附近（地图定位" in pins(alone, HERE)
    types(alone, "对")
    location = case_of(alone).location
    assert location["pin"] == {"latitude": 30.29, "longitude": 120.2202, "label": ""}
    assert location["district"]["name"] == "上城区"
    assert location["street"]["name"] == "彭埠街道"


def test_a_pin_before_the_matter_is_kept(alone: Desk) -> None:
    assert pins(alone, HERE) == texts.ASK_MATTER.plain
    types(alone, DARK, "对")
    assert case_of(alone).location["pin"]["latitude"] == HERE.latitude


@pytest.mark.parametrize("change", ["不对，是西湖区文三路", "西湖区文三路"])
def test_a_pin_goes_when_the_place_is_corrected(alone: Desk, change: str) -> None:
    types(alone, DARK)
    pins(alone, HERE)
    assert "地点：西湖区文三路\n" in types(alone, change)
    types(alone, "对")
    location = case_of(alone).location
    assert (location["pin"], location["district"]["name"]) == (None, "西湖区")


def test_a_pin_goes_when_it_is_called_wrong(alone: Desk) -> None:
    types(alone, DARK)
    pins(alone, HERE)
    assert types(alone, "地点不对") == texts.ASK_PLACE.plain
    assert draft(alone).pin is None


def test_pin_stays_when_words_refine_it(alone: Desk) -> None:
    types(alone, DARK)
    pins(alone, HERE)
    assert "地点：3幢东门口，上城区彭埠街道附近" in types(alone, "3幢东门口")
    types(alone, "对")
    location = case_of(alone).location
    assert location["pin"]["latitude"] == HERE.latitude
    assert location["street"]["name"] == "彭埠街道"


def test_pin_of_another_city_is_refused_and_discarded(alone: Desk) -> None:
    types(alone, DARK)
    assert pins(alone, NINGBO) == f"{texts.PIN_NOT_HERE.plain}\n\n{texts.ASK_PLACE.plain}"
    types(alone, "西湖区文三路", "对")
    assert case_of(alone).location["pin"] is None


@pytest.mark.parametrize("place", [LONG_ROAD, "西湖区文三路"])
def test_pin_of_another_city_keeps_the_description(alone: Desk, place: str) -> None:
    """Neither an open choice nor what was read back is lost by it."""
    question = types(alone, f"{place}{DARK}")
    before = asks(alone)
    assert pins(alone, NINGBO) == f"{texts.PIN_NOT_HERE.plain}\n\n{question}"
    assert (draft(alone).place, asks(alone)) == (place, before)
