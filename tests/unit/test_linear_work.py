"""Understanding takes time in proportion to the length of a text, whatever is written in it."""

import time
from collections.abc import Callable

import pytest

from bot.rasa import training
from bot.rasa.client import MOST_WORDS
from nlu.appeals import parts
from nlu.city.loaded import gazetteer, power_list
from nlu.dangers.emergency import detect
from nlu.language.private_numbers import find_card_numbers, find_identity_numbers
from nlu.language.text import find_case_nos, find_phones, normalise
from nlu.messages.parser import parser_of
from nlu.trained import danger_model

pytestmark = pytest.mark.model
HOSTILE = (
    "小区", "文三路", "西湖区文三路12号", "路", "区", "省", "楼", "号", "门", "楼上", "我家住",
    "1号2幢", "一", "一二三", "1", "１２", "13812345678", "HZ2026", "330106", "100元", "十年",
    "2026年11月", "昨天", "a", "a@b", "x ", "，", "。", "？", "、", "：", "（", "）", "“", "“（",
    "-", "/", " ", "\n", "😀", "\u200b", "的", "不是", "没有着火", "着火了", "我叫", "希望",
    "因为", "另外", "还有", "他妈的", "睡不着", "打电话", "小区，路灯坏了。", "1、", "啊，",
)  # fmt: skip
SHORT, LONG = 2_500, 10_000
# Linear work takes 4 times as long, quadratic work 16 times; a busy machine adds to either.
MOST_GROWTH = 9
TOO_SHORT_TO_TELL = 0.1  # seconds of processor time

WORK: dict[str, Callable[[str], object]] = {
    "normalise": normalise,
    "phones": find_phones,
    "case numbers": find_case_nos,
    "identity numbers": find_identity_numbers,
    "card numbers": find_card_numbers,
    "danger": lambda text: detect(text, danger_model()),
    "places": lambda text: gazetteer().find(text),
    "matters": lambda text: power_list().match(text),
    "appeal": parts.read,
    "intent": lambda text: parser_of(training.MODEL).parse(text[:MOST_WORDS]),
}


def seconds(work: Callable[[str], object], text: str) -> float:
    """The best of two: processor time of this thread."""
    times = []
    for _ in range(2):
        begun = time.thread_time()
        work(text)
        times.append(time.thread_time() - begun)
    return min(times)


@pytest.mark.parametrize("name", WORK)
def test_work_grows_with_the_length_alone(name: str) -> None:
    work = WORK[name]
    work("小区的路灯坏了，电话13812345678")  # loads its data
    slow = {}
    for pattern in HOSTILE:
        text = pattern * (LONG // len(pattern) + 1)
        took = seconds(work, text[:LONG])
        if took > TOO_SHORT_TO_TELL and took > MOST_GROWTH * seconds(work, text[:SHORT]):
            slow[pattern] = took
    assert slow == {}
