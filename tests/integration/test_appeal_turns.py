"""An appeal in the making, at the chat's door: what it is about, and the read-back."""

import pytest

from backend.models.conversations import Owner
from dialogue.draft import Draft
from dialogue.state import Ask
from dialogue.texts import appeal as texts
from dialogue.texts import cases as case_texts
from tests.support.appeal_desk import DARK, NOISE, ROAD, asks, case_of, draft
from tests.support.bot_desk import Desk, types

BUSES = "公交车太少了，等了半个小时"  # of the city: it needs no place
PUZZLE = "那边那个东西又那样了"
READ_BACK = [texts.RIGHT_SO, texts.WRONG, texts.NOT_NOW]
NO_ANSWER_TO = "月球上能种菜吗"


# What it is about


def test_complete_appeal_needs_one_yes_and_one_reply(
    alone: Desk,
) -> None:
    read_back = types(alone, f"西湖区文三路{DARK}")
    assert read_back == f"事情：西湖区文三路{DARK}\n地点：西湖区文三路\n这样报上去，对吗？"
    assert alone.titles() == READ_BACK
    done = types(alone, "对")
    case = case_of(alone)
    assert done.startswith(f"已经登记好了，工单编号 {case.case_no}。交给西湖区综合行政执法局办理")
    assert done.endswith(texts.ASK_PHONE.plain)
    assert len(alone.replies()) == 2


@pytest.mark.parametrize(
    ("words", "matter", "place"),
    [
        (f"我在{ROAD}，这里半夜还在施工", "这里半夜还在施工", ROAD),
        ("我要投诉楼上漏水", "楼上漏水", None),
        ("建议装路灯", "装路灯", None),
        ("於潜鎮路燈壞了三天，晚上黑得看不見", "路灯坏了", "于潜镇"),
        ("希望多开一路公交到小和山", "公交", None),
    ],
)
def test_the_first_message(alone: Desk, words: str, matter: str, place: str | None) -> None:
    types(alone, words)
    assert matter in draft(alone).text
    assert draft(alone).place == place


@pytest.mark.parametrize(
    "words", ["我想反映一件事", "我要投诉！", "您好，我有个问题要反映", "提个建议"]
)
def test_an_opening_is_not_yet_an_appeal(alone: Desk, words: str) -> None:
    assert types(alone, words).endswith(texts.ASK_MATTER.plain)
    assert draft(alone) == Draft()


def test_where_they_are_is_not_asked_again(alone: Desk) -> None:
    assert types(alone, "上城区凯旋路") == texts.ASK_MATTER.plain
    types(alone, "早上五点多跳广场舞太吵")  # 五点多跳广场 is no place
    assert draft(alone).place == "上城区凯旋路"
    assert asks(alone) is Ask.CONFIRM


def test_what_the_city_itself_handles_needs_no_place(alone: Desk) -> None:
    assert texts.ASK_PLACE.plain not in types(alone, BUSES)
    assert asks(alone) is Ask.CONFIRM


@pytest.mark.parametrize("yes", ["好的", case_texts.LODGE_IT])
def test_unclassified_appeal_can_be_lodged_verbatim(alone: Desk, yes: str) -> None:
    types(alone, PUZZLE)
    assert alone.titles()[0] == case_texts.LODGE_IT
    if yes == case_texts.LODGE_IT:
        alone.presses(yes)
    else:
        types(alone, yes)
    assert draft(alone).text == PUZZLE
    assert asks(alone) is Ask.PLACE


def test_message_after_lodging_offer_stands_for_itself(alone: Desk) -> None:
    types(alone, PUZZLE, "我家门口井盖没了")
    assert "井盖没了" in draft(alone).text
    assert PUZZLE not in draft(alone).text


def test_urging_without_a_case_is_a_new_matter(alone: Desk) -> None:
    types(alone, "路上井盖坏了好几天没人修，催一下")
    assert "井盖坏了" in draft(alone).text


def test_a_bare_number_is_nothing_to_lodge(alone: Desk) -> None:
    assert types(alone, "12345") == case_texts.NO_WORDS.plain
    assert types(alone, "反映诉求", "12345") == texts.ASK_MATTER_AGAIN.plain


def test_unanswered_question_becomes_an_inquiry(alone: Desk) -> None:
    types(alone, "反映诉求", NO_ANSWER_TO)
    assert draft(alone).text == NO_ANSWER_TO


def test_menu_during_appeal_starts_another_and_first_waits(alone: Desk) -> None:
    types(alone, DARK)
    assert types(alone, "反映诉求") == texts.ASK_MATTER.plain
    types(alone, "西湖区文三路井盖没了", "对")
    assert case_of(alone).text == "西湖区文三路井盖没了"
    assert alone.replies()[-1].endswith(texts.ASK_PLACE.plain)
    assert draft(alone).text == DARK


def test_another_matter_at_the_place_question_waits_behind(alone: Desk) -> None:
    types(alone, DARK)
    assert types(alone, "另外还有一件事，西湖区文三路井盖没了") == texts.ASK_PLACE_AGAIN.plain
    first, second = alone.state().drafts
    assert (first.text, first.place) == (DARK, None)
    assert ("井盖没了" in second.text, second.place) == (True, "西湖区文三路")


def test_never_mind_without_appeal_mentions_none(alone: Desk) -> None:
    assert types(alone, "算了") == case_texts.NOTHING_PENDING.plain
    assert types(alone, "不用") == case_texts.NOTHING_PENDING.plain
    assert types(alone, DARK, "算了") == texts.CANCELLED.plain
    assert types(alone, "反映诉求", "算了不说了") == texts.CANCELLED.plain
    assert alone.state().drafts == ()


def test_certain_danger_goes_to_staff_and_keeps_draft(alone: Desk) -> None:
    types(alone, DARK)
    assert "120" in types(alone, "他喘不上气了")
    assert alone.chat().owner == Owner.QUEUE
    assert DARK in [shelved_draft.text for shelved_draft in alone.state().dropped]


def test_appeal_dialogue_asks_nothing_else(alone: Desk) -> None:
    types(alone, DARK)
    for text, beside in (
        (NO_ANSWER_TO, case_texts.NO_ANSWER_NOW.plain),
        ("催一下", case_texts.NONE_OPEN.plain),
    ):
        assert types(alone, text) == f"{beside}\n\n{texts.ASK_PLACE.plain}"
        assert alone.titles() == []
        assert asks(alone) is Ask.PLACE


# The read-back


@pytest.mark.parametrize("yes", ["对", "ok", "是的，快点", f"对，{ROAD}", texts.RIGHT_SO])
def test_a_yes_registers_it(alone: Desk, yes: str) -> None:
    types(alone, f"{ROAD}{NOISE}")
    if yes == texts.RIGHT_SO:
        alone.presses(yes)
    else:
        types(alone, yes)
    assert case_of(alone).text == f"{ROAD}{NOISE}"


@pytest.mark.parametrize(
    ("words", "place", "text"),
    [
        ("天目山路", "天目山路138号楼下", f"天目山路138号{NOISE}"),
        ("不对，不是文三路，是天目山路", "天目山路138号楼下", "天目山路138号楼下半夜施工"),
        ("不对，是早上不是半夜", f"{ROAD}楼下", f"{ROAD}楼下早上施工"),
        ("还有渣土车", f"{ROAD}楼下", f"{ROAD}{NOISE}\n渣土车"),
        ("对，还有渣土车", None, f"{ROAD}{NOISE}\n渣土车"),
        ("事情不大但天天吵，受不了", f"{ROAD}楼下", f"{ROAD}{NOISE}\n事情不大但天天吵，受不了"),
        ("不对，是楼上漏水", f"{ROAD}楼下", "楼上漏水"),
        ("您好！请问在吗", f"{ROAD}楼下", f"{ROAD}{NOISE}"),
    ],
)
def test_what_else_is_said_to_the_read_back(
    alone: Desk, words: str, place: str | None, text: str
) -> None:
    types(alone, f"{ROAD}{NOISE}", words)
    if place is None:  # a yes beside it
        assert case_of(alone).text == text
    else:
        assert (draft(alone).place, draft(alone).text) == (place, text)
        assert asks(alone) is Ask.CONFIRM


@pytest.mark.parametrize(
    ("words", "place", "text"),
    [
        ("天目山路", "天目山路138号楼下", f"天目山路138号{NOISE}"),
        ("5幢门口", f"{ROAD}楼下，5幢门口", f"{ROAD}{NOISE}"),
        ("是早上不是半夜", f"{ROAD}楼下", f"{ROAD}楼下早上施工"),
        (
            "事情是早上发生的，不是半夜",
            f"{ROAD}楼下",
            f"{ROAD}楼下早上施工",
        ),
        ("没有不对", f"{ROAD}楼下", f"{ROAD}{NOISE}"),
    ],
)
def test_what_is_said_to_be_wrong(alone: Desk, words: str, place: str, text: str) -> None:
    types(alone, f"{ROAD}{NOISE}")
    assert alone.presses(texts.WRONG) == texts.ASK_CHANGE.plain
    types(alone, words)
    assert (draft(alone).place, draft(alone).text) == (place, text)
    assert asks(alone) is Ask.CONFIRM


def test_wrong_part_is_asked_again_and_wording_stays(alone: Desk) -> None:
    types(alone, f"{ROAD}{NOISE}", "不对")
    assert alone.presses(texts.MATTER_WRONG) == texts.ASK_MATTER.plain
    assert "地点：文三路138号楼下\n" in types(alone, "楼上漏水")
    assert draft(alone).full_wording.splitlines()[0] == f"{ROAD}{NOISE}"
    types(alone, "不对")
    assert alone.presses(texts.PLACE_WRONG) == texts.ASK_PLACE.plain


def test_third_bare_no_offers_a_person(alone: Desk) -> None:
    types(alone, f"{ROAD}{NOISE}")
    assert types(alone, "不对", "不对") == texts.ASK_CHANGE.plain
    assert types(alone, "不对") == texts.STOPPED_THREE_TIMES.plain
    assert "地点：天目山路138号楼下\n" in types(
        alone, "天目山路"
    )  # it answers what was asked before
    types(alone, "对")
    assert case_of(alone).location["text"] == "天目山路138号楼下"


def test_same_read_back_is_not_shown_three_times(alone: Desk) -> None:
    once = types(alone, f"西湖区文三路{DARK}")
    assert types(alone, "不对，是西湖区文三路") == once
    assert types(alone, "不对，是西湖区文三路") == texts.STOPPED_THREE_TIMES.plain
    assert alone.presses("我再说一遍") == f"{texts.GO_ON.plain}\n\n{once}"
