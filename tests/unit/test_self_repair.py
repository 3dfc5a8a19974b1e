"""A slip that the speaker mends in the same breath; everything else stays word for word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.appeals.self_repair import repaired

REPAIRED = [
    ("昨天晚上文三路，哦不对，文二路那边路灯全灭了", "昨天晚上文二路那边路灯全灭了"),
    ("西湖区文三路不对，是文二路，路灯不亮", "西湖区文二路，路灯不亮"),
    ("前天，不是，大前天开始就停水", "大前天开始就停水"),
    ("晚上十点，说错了，十一点多还在打桩", "晚上十一点多还在打桩"),
    ("我住3幢，哎不对，5幢，楼上漏水", "我住5幢，楼上漏水"),
    ("我家楼下那个暖气啊不对，空调外机，夜里嗡嗡响", "我家楼下那个空调外机，夜里嗡嗡响"),
    ("门口那个路灯，呃不对，监控坏了好久", "门口那个监控坏了好久"),
    ("拱墅区大关路错了错了，是莫干山路，井盖没了", "拱墅区莫干山路，井盖没了"),
]
WITHOUT_SLIP = [
    "物业说的不对，业委会也不管",
    "这个账不对，物业乱收费",
    "不是文三路，是文二路",
    "电费算得不对，多收了三十块",
    "文三路不是，那边一直没有路灯",
    "这样做对不对，你们评评理",
    "他说是物业，不是，物业说是他",
    "红绿灯时间不对，绿灯才五秒",
    "昨天去了，不对，",
    "路灯坏了，不对，是楼道灯也坏了",
]


@pytest.mark.parametrize(("words", "expected"), REPAIRED)
def test_the_second_word_replaces_the_slip(words: str, expected: str) -> None:
    assert repaired(words) == expected


@pytest.mark.parametrize("words", WITHOUT_SLIP)
def test_a_sentence_without_a_slip_stays(words: str) -> None:
    assert repaired(words) == words


@given(st.text("文三路不对，哦是昨天5幢灯坏", max_size=40))
def test_a_repair_only_cuts(words: str) -> None:
    after = repaired(words)
    assert len(after) <= len(words)
    assert words.endswith(after[-3:])
