"""A call-back: who asks for one, and which number and time are meant."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue.calling import (
    Call,
    CallQuestion,
    Outcome,
    answer,
    begin,
    in_words,
    wants_call,
    window_of,
)

pytestmark = pytest.mark.model

NOW = datetime(2026, 11, 26, 4, tzinfo=UTC)  # Thursday noon in Shanghai
PHONE = "13812345678"
READY = Call(PHONE, NOW + timedelta(hours=20), NOW + timedelta(hours=24))

ASKS = [
    "给我打电话", "明天上午给我打电话", "请你们下午三点打我电话13812345678", "回电", "请打电话给我",
    "我的手机是13812345678，周三给我打电话", "能不能找个人给我打电话", "给我回个电话吧",
    "你们给我打个电话吧，我不会打字", "麻烦工作人员打电话联系我",
]  # fmt: skip
ASKS_NOT = [
    "给物业打电话没人接", "物业天天给我打电话催费", "骗子给我打电话", "电话打不通",
    "我的电话是13812345678", "给我修路灯", "", "有人给我打电话说我中奖了", "快递不打电话",
    "12345电话打不进",
]  # fmt: skip


@pytest.mark.parametrize("words", ASKS)
def test_who_asks_for_a_call(words: str) -> None:
    assert wants_call(words)


@pytest.mark.parametrize("words", ASKS_NOT)
def test_who_speaks_of_a_call(words: str) -> None:
    assert not wants_call(words)


@pytest.mark.parametrize(
    ("words", "when"),
    [
        ("明天上午", "11月27日8点到12点"), ("上午", "11月27日8点到12点"),
        ("下午三点", "今天15点到16点"), ("明天下午两点到四点", "11月27日14点到16点"),
        ("周三", "12月2日8点到20点"), ("11月30号", "11月30日8点到20点"),
        ("下个月一号", "12月1日8点到20点"), ("今天晚上", "今天18点到11月27日0点"),
        ("明天下午三点半", "11月27日15点30分到16点"), ("随时", "今天12点到11月27日12点"),
        ("今天", "今天12点到20点"),
    ],
)  # fmt: skip
def test_the_time_to_come_is_meant(words: str, when: str) -> None:
    window = window_of(words, NOW)
    assert window is not None
    assert in_words(*window, NOW) == when


@pytest.mark.parametrize("words", ["昨天", "前天下午", "去年三月", "明年五月一号", "没有时间", ""])
def test_no_time_to_come(words: str) -> None:
    assert window_of(words, NOW) is None


@pytest.mark.parametrize(
    ("words", "now", "when"),
    [
        ("3月5号上午", datetime(2028, 2, 25, 4, tzinfo=UTC), "3月5日8点到12点"),
        ("2月29号上午", datetime(2028, 2, 20, 4, tzinfo=UTC), "2月29日8点到12点"),
        ("1月2号下午三点", datetime(2026, 12, 31, 15, 58, tzinfo=UTC), "1月2日15点到16点"),
        ("明天上午", datetime(2026, 12, 31, 16, 2, tzinfo=UTC), "1月2日8点到12点"),
    ],
)
def test_days_after_the_turn_of_year(words: str, now: datetime, when: str) -> None:
    window = window_of(words, now)
    assert window is not None
    assert in_words(*window, now) == when


@given(st.integers(0, 23), st.sampled_from(["", "今天", "明天", "周一", "周日", "下午", "晚上"]))
def test_a_window_is_never_over(hour: int, day: str) -> None:
    now = datetime(2026, 11, 26, hour, 30, tzinfo=UTC)
    window = window_of(f"{day}三点", now)
    if window:
        assert now <= window[0] < window[1]


def test_what_is_known_is_not_asked() -> None:
    assert begin("给我打电话", NOW, None).question is CallQuestion.PHONE
    assert begin("给我打电话", NOW, PHONE).question is CallQuestion.WHEN
    assert begin("明天上午给我打电话", NOW, PHONE).question is CallQuestion.CONFIRM
    assert begin(f"明天上午打我电话{PHONE}", NOW, None).question is CallQuestion.CONFIRM


@pytest.mark.parametrize(
    ("call", "words", "question", "outcome"),
    [
        (Call(), PHONE, CallQuestion.WHEN, Outcome.ASKING),
        (Call(), "1381234", CallQuestion.PHONE, Outcome.ASKING),
        (Call(PHONE), "明天上午", CallQuestion.CONFIRM, Outcome.ASKING),
        (Call(PHONE), "随时都行", CallQuestion.CONFIRM, Outcome.ASKING),
        (READY, "1", CallQuestion.CONFIRM, Outcome.AGREED),
        (READY, "对的", CallQuestion.CONFIRM, Outcome.AGREED),
        (READY, "没问题", CallQuestion.CONFIRM, Outcome.AGREED),
        (READY, "对，我家楼道灯坏了", CallQuestion.CONFIRM, Outcome.AGREED),
        (READY, "对，楼下夜里施工太吵", CallQuestion.CONFIRM, Outcome.AGREED),
        (READY, "楼下夜里施工太吵", CallQuestion.CONFIRM, Outcome.ELSEWHERE),
        (Call(PHONE), "晚上有人跳广场舞", CallQuestion.WHEN, Outcome.ELSEWHERE),
        (Call(PHONE), "晚上手机没电，下午三点打", CallQuestion.CONFIRM, Outcome.ASKING),
        (Call(PHONE), "晚上不方便，白天打", CallQuestion.CONFIRM, Outcome.ASKING),
        (READY, "2", CallQuestion.PHONE, Outcome.ASKING),
        (READY, "不是的", CallQuestion.PHONE, Outcome.ASKING),
        (READY, "号码不对", CallQuestion.PHONE, Outcome.ASKING),
        (READY, "不对，换个时间", CallQuestion.PHONE, Outcome.ASKING),
        (READY, "不对，我是要投诉楼上装修", CallQuestion.CONFIRM, Outcome.ELSEWHERE),
        (READY, "改一下", CallQuestion.PHONE, Outcome.ASKING),
        (READY, "3", CallQuestion.CONFIRM, Outcome.STOPPED),
        (READY, "不打了", CallQuestion.CONFIRM, Outcome.STOPPED),
        (READY, "不用了", CallQuestion.CONFIRM, Outcome.STOPPED),
        (READY, "先不打了吧", CallQuestion.CONFIRM, Outcome.STOPPED),
        (Call(), "算了", CallQuestion.PHONE, Outcome.STOPPED),
        (Call(), "算了，不用打了", CallQuestion.PHONE, Outcome.STOPPED),
        (Call(), "算了别打了", CallQuestion.PHONE, Outcome.STOPPED),
        (READY, "好了，就不用打给我了", CallQuestion.CONFIRM, Outcome.STOPPED),
        (READY, "好的，不用打电话了，谢谢", CallQuestion.CONFIRM, Outcome.STOPPED),
        (READY, "不对，不是这个号码", CallQuestion.PHONE, Outcome.ASKING),
        (READY, "不，后天下午", CallQuestion.CONFIRM, Outcome.ASKING),
        (READY, "不要，换个时间", CallQuestion.PHONE, Outcome.ASKING),
        (Call(PHONE), "不用打给我了", CallQuestion.WHEN, Outcome.STOPPED),
        (Call(PHONE), "算了，我要投诉楼上装修", CallQuestion.WHEN, Outcome.ELSEWHERE),
        (READY, "后天下午", CallQuestion.CONFIRM, Outcome.ASKING),
        (READY, "楼道灯坏了", CallQuestion.CONFIRM, Outcome.ELSEWHERE),
        (Call(), "楼道灯坏了", CallQuestion.PHONE, Outcome.ELSEWHERE),
        (Call(), "对", CallQuestion.PHONE, Outcome.ELSEWHERE),
    ],
)
def test_one_thing_after_the_other(
    call: Call, words: str, question: CallQuestion, outcome: Outcome
) -> None:
    changed, actual = answer(call, words, NOW)
    assert (changed.question, actual) == (question, outcome)


@pytest.mark.parametrize(
    "words",
    [
        "我打字不行，你们打个电话给我吧",
        "打字太慢了，打我电话吧",
        "我说不清楚，打个电话给我",
        "手机不会弄，你们打电话给我",
    ],
)
def test_who_cannot_type_wants_a_call(words: str) -> None:
    assert wants_call(words)
