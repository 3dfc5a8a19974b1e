"""When a voice note is read back, and what the answer to the read-back means."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue.hearing import (
    MOST_TRIES,
    SURE,
    Hearing,
    Verdict,
    go_on,
    hear,
    leaves_waiting,
    needs_read_back,
    say_again,
    verdict_of,
)

pytestmark = pytest.mark.model

AT_ONCE = [
    "查进度", "我的投诉办得怎么样了", "我那个事情办好了没有", "你好", "谢谢", "对的", "对", "不对",
    "非常满意", "算了", "再说一遍", "老人模式", "有没有消息", "不用了谢谢", "没有了", "不等了",
    "不报了", "不知道", "等一下", "没问题", "还是不报了吧",
]  # fmt: skip
READ_BACK = [
    "楼道灯坏了", "在文三路", "物业不管事", "我要投诉", "楼下施工太吵", "你好，楼道灯坏了",
    "我的事情没人管", "对，还有垃圾也没人收", "办社保要什么材料", "不知道谁把垃圾倒在楼下",
    "修了也没用还是算了水管一直漏", "等一下午了都没人", "水管坏了，修了也没用，不报了",
]  # fmt: skip
NUMBERS = ["查进度 尾号0042", "三幢", "我的电话13812345678", "欠我三千块钱"]


@pytest.mark.parametrize("text", AT_ONCE)
def test_what_does_no_harm_is_answered_at_once(text: str) -> None:
    assert not needs_read_back(text, SURE)


@pytest.mark.parametrize("text", READ_BACK)
def test_what_would_be_lodged_is_always_read_back(text: str) -> None:
    assert needs_read_back(text, 1.0)


@pytest.mark.parametrize("text", NUMBERS)
def test_numbers_are_always_read_back(text: str) -> None:
    assert needs_read_back(text, 1.0)


@pytest.mark.parametrize("text", ["查进度", "对的", "你好"])
def test_what_was_hardly_heard_is_read_back(text: str) -> None:
    assert needs_read_back(text, SURE - 0.01)


@pytest.mark.parametrize("confidence", [0.0, 1.0])
def test_request_for_a_person_needs_no_read_back(confidence: float) -> None:
    assert not needs_read_back("人工", confidence)


@pytest.mark.parametrize(
    ("words", "verdict"),
    [
        ("1", Verdict.RIGHT), ("一", Verdict.RIGHT), ("第一个", Verdict.RIGHT),
        ("选1", Verdict.RIGHT), ("对", Verdict.RIGHT), ("对的！", Verdict.RIGHT),
        ("是的没错", Verdict.RIGHT), ("2", Verdict.AGAIN), ("重说", Verdict.AGAIN),
        ("我重新说", Verdict.AGAIN), ("不对", Verdict.AGAIN), ("错了", Verdict.AGAIN),
        ("3", Verdict.PERSON), ("第三个", Verdict.PERSON), ("找人工", Verdict.PERSON),
        ("人工吧", Verdict.PERSON),
        ("没问题", Verdict.RIGHT), ("嗯嗯", Verdict.RIGHT), ("听错了", Verdict.AGAIN),
        ("等一下", None), ("算了", None), ("不知道", None), ("对，还有垃圾也没人收", None),
        ("4", None), ("不对，是三号楼", None), ("楼道灯坏了", None), ("", None), ("12345", None),
        ("对面也吵", None), ("是文三路", None), ("好像不对", Verdict.AGAIN), ("/affirm", None),
    ],
)  # fmt: skip
def test_the_answer_to_a_read_back(words: str, verdict: Verdict | None) -> None:
    assert verdict_of(words) is verdict


def test_second_note_instead_of_number_repeats_the_first() -> None:
    first = hear(None, "路灯坏了")
    second = hear(first, "路灯坏了三天")
    assert (first.failed, second) == (0, Hearing("路灯坏了三天", 1))


def test_note_after_repeat_request_is_no_further_failure() -> None:
    again = say_again(hear(None, "路灯坏了"))
    assert hear(again, "路灯坏了").failed == 1


def test_words_before_the_read_back_join_it() -> None:
    first = hear(None, "路灯坏了。")
    both = go_on(go_on(first, typed="文三路"), spoken="三天了")
    assert (both.text, both.typed, both.failed) == ("路灯坏了。三天了", "文三路", 0)
    assert both.words == "路灯坏了。三天了，文三路"
    assert say_again(both).words == "文三路"
    assert hear(say_again(both), "灯坏了").words == "灯坏了，文三路"


@pytest.mark.parametrize(
    ("words", "waits"),
    [
        ("谢谢", True), ("你好，在吗？", True), ("辛苦了", True), ("查进度", True),
        ("非常满意", True), ("算了", False), ("不用了谢谢", False), ("在文三路", False),
        ("谢谢，在文三路", False),
    ],
)  # fmt: skip
def test_what_leaves_a_read_back_waiting(words: str, *, waits: bool) -> None:
    assert leaves_waiting(words) is waits
    assert not needs_read_back(words, 1.0) or "文三路" in words


@given(st.lists(st.sampled_from(["empty", "words", "again"]), max_size=8))
def test_the_third_failure_offers_a_person(steps: list[str]) -> None:
    """Failures: silence, a refusal, and a note in place of an answer."""
    hearing, failures = None, 0
    for step in steps:
        open_read_back = hearing is not None and hearing.text is not None
        if step == "again" and hearing is not None:
            hearing, failures = say_again(hearing), failures + 1
        elif step != "again":
            failures += step == "empty" or open_read_back
            hearing = hear(hearing, "" if step == "empty" else "路灯坏了")
        assert (hearing is not None and hearing.offers_person) == (failures >= MOST_TRIES)
