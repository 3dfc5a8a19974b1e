"""An appeal in the making: what a message adds to it, and how it is read back."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.vocabulary.messages import Pin
from dialogue.commands import Register
from dialogue.draft import Draft, begin, extend, fill_empty, with_wording
from dialogue.handlers.appeal_questions import at_place
from dialogue.state import MOST_DROPPED, REST, State, load, save
from dialogue.texts.appeal import read_back
from nlu.appeals.parts import Parts
from tests.support.builders import NOON
from tests.support.plain_chat import Chat

pytestmark = pytest.mark.model

NOISE = Parts("楼下半夜施工，吵得睡不着", "楼下半夜施工", "希望停下来", "上个月开始", "工地")
TRUCKS = Parts("还有渣土车", "还有渣土车", "希望停下来", "今天", "车队")
HERE = Pin(30.29, 120.2202, "")
POINTED = "上城区彭埠街道附近（地图定位 30.29000，120.22020）"
DRAFT = begin(NOISE, "唉，楼下半夜施工，吵得睡不着", place="文三路", regret=True)


def test_draft_has_message_parts_and_all_words() -> None:
    assert Draft(
        ("唉，楼下半夜施工，吵得睡不着",),
        "楼下半夜施工，吵得睡不着", "楼下半夜施工", "希望停下来", "上个月开始", "工地", "文三路",
        regret=True,
    ) == DRAFT  # fmt: skip


def test_details_are_appended_and_first_time_stays() -> None:
    more = extend(DRAFT, [TRUCKS], "还有渣土车呢")
    assert more.text == "楼下半夜施工，吵得睡不着\n还有渣土车"
    assert more.matter == "楼下半夜施工；还有渣土车"
    assert (more.since, more.who, more.wish) == ("上个月开始", "工地", "希望停下来")
    assert more.full_wording == "唉，楼下半夜施工，吵得睡不着\n还有渣土车呢"


def test_the_same_message_stands_once_in_the_wording() -> None:
    twice = extend(extend(DRAFT, [TRUCKS], "还有渣土车"), [NOISE], "还有渣土车")
    assert twice.wording == ("唉，楼下半夜施工，吵得睡不着", "还有渣土车")
    assert with_wording(twice, "还有渣土车") == twice
    assert with_wording(twice, "") == twice


def test_facts_before_the_matter_stay_with_it() -> None:
    pointed = Draft(("内容写错了",), place=POINTED, pin=HERE, kind="suggestion")
    later = fill_empty(pointed, replace(DRAFT, place=POINTED))
    assert (later.pin, later.kind) == (HERE, "suggestion")
    assert later.wording == ("内容写错了", *DRAFT.wording)
    assert fill_empty(pointed, DRAFT).pin is None  # they named another place


@pytest.mark.parametrize(
    ("old", "answer", "place"),
    [
        ("文三路学院路口", "西湖区", "西湖区文三路学院路口"),
        ("拱墅区朝阳路", "西湖区", "西湖区朝阳路"),
        ("文三路", "古墩路", "古墩路"),
        ("文三路", "全市", "全市"),
        ("文三路", "3幢东门口", "文三路，3幢东门口"),
        ("文三路", "就在我们三号楼", "文三路，三号楼"),
        ("文三路三号楼", "三号楼", "文三路三号楼"),
        ("", "天目山路", "天目山路"),
        (None, "天目山路", "天目山路"),
    ],
)
def test_a_place_said_later(old: str | None, answer: str, place: str) -> None:
    assert at_place(replace(DRAFT, place=old), answer).place == place


@pytest.mark.parametrize(
    ("answer", "place", "pin"),
    [
        ("3幢东门口", f"3幢东门口，{POINTED}", HERE),
        ("就在我们三号楼", f"三号楼，{POINTED}", HERE),
        ("西湖区文三路", "西湖区文三路", None),
        ("全市", "全市", None),
    ],
)
def test_words_refine_a_pin_another_area_replaces_it(
    answer: str, place: str, pin: Pin | None
) -> None:
    after = at_place(replace(DRAFT, place=POINTED, pin=HERE), answer)
    assert (after.place, after.pin) == (place, pin)


def test_read_back_has_each_part_and_the_question() -> None:
    assert read_back(DRAFT).plain.splitlines() == [
        "事情：楼下半夜施工",
        "地点：文三路",
        "时间：上个月开始",
        "希望：希望停下来",
        "这样报上去，对吗？",
    ]
    bare = Draft(text="楼下半夜施工", place="")
    assert read_back(bare).plain.splitlines() == ["事情：楼下半夜施工", "这样报上去，对吗？"]


@given(
    st.builds(
        Draft,
        text=st.text(max_size=300),
        matter=st.text(max_size=300),
        wish=st.text(max_size=300),
        since=st.text(max_size=300),
        place=st.none() | st.text(max_size=300),
    )
)
def test_the_read_back_is_short_whatever_was_said(draft: Draft) -> None:
    text = read_back(draft).plain
    assert len(text) < 230
    assert len(text.split("\n")) <= 5


def test_long_pause_shelves_all_drafts_and_loses_none() -> None:
    chat = Chat()
    chat.hears("楼上漏水滴到床上")
    chat.hears("另外还有一件事，西湖区文三路单元门坏了")
    assert len(chat.state.drafts) == 2
    rested = load(save(chat.state), NOON + 2 * REST)
    assert (rested.question, rested.drafts) == (None, ())
    assert [draft.text for draft in rested.dropped] == [
        "楼上漏水滴到床上",
        "西湖区文三路单元门坏了",
    ]


def test_the_newest_that_were_put_aside_are_kept() -> None:
    state = State()
    for number in range(MOST_DROPPED + 2):
        state = state.put_aside(Draft((f"{number}号楼漏水",), f"{number}号楼漏水"))
    assert len(state.dropped) == MOST_DROPPED
    assert state.dropped[0].text == f"{MOST_DROPPED + 1}号楼漏水"
    assert state.put_aside(state.dropped[2]).dropped[:2] == (state.dropped[2], state.dropped[0])
    assert State().put_aside(Draft(place="文三路")) == State()


def test_what_was_put_aside_outlives_the_next_case() -> None:
    chat = Chat()
    for words in ("楼上漏水滴到床上", "算了", "西湖区文三路单元门坏了关不上", "对"):
        chat.hears(words)
    assert [command.draft.place for command in chat.commands if isinstance(command, Register)] == [
        "西湖区文三路"
    ]
    chat.hears("还是把前面那件报上去吧")
    assert chat.state.draft is not None
    assert chat.state.draft.text == "楼上漏水滴到床上"
