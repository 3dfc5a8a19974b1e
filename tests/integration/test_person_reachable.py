"""S73: a person within two turns, from anywhere, Rasa or not; the phone line and a window too."""

from collections.abc import Callable

import pytest

from backend.models.conversations import Owner
from tests.support.bot_desk import Desk
from tests.support.builders import (
    NOISE,
    a_conversation,
    a_dispatched_case,
    a_registered_case,
    a_resolved_case,
)


def says(*words: str) -> Callable[[Desk], None]:
    def say(desk: Desk) -> None:
        for one in words:
            desk.hears(one)
            desk.answers()

    return say


def speaks(*transcript: str) -> Callable[[Desk], None]:
    def speak(desk: Desk) -> None:
        for words in transcript:
            desk.speaks(words)
            desk.answers()

    return speak


def rated(desk: Desk) -> None:
    with desk.database.begin() as session:
        a_resolved_case(session, a_conversation(session))


def case_is_open(desk: Desk) -> None:
    with desk.database.begin() as session:
        a_dispatched_case(session, a_conversation(session))


def fails(desk: Desk) -> None:
    """As after a message that could not be read."""
    desk.hears("你好")
    desk.execute("UPDATE inbox SET body = '[]'")
    desk.answers()


STATES: dict[str, Callable[[Desk], None]] = {
    "a first message": lambda desk: None,
    "elder mode": says("老人模式"),
    "what is it": says("我要反映问题"),
    "where is it": says("路灯坏了"),
    "in which part": says("路灯坏了", "老街口"),
    "what is wrong": lambda desk: (desk.read_back(), says("不对")(desk))[1],
    "a phone": lambda desk: (desk.read_back(), says("对")(desk))[1],
    "two matters": says("西湖区文三路路灯坏了，还有文一路的井盖也破了"),
    "what was cancelled": lambda desk: (desk.read_back(), says("算了")(desk))[1],
    "withdraw it?": lambda desk: (case_is_open(desk), says("我要撤诉")(desk))[1],
    "an answer of an article": says("办身份证要带什么"),
    "not understood": says("啊啊啊"),
    "not understood three times": says("啊啊啊", "呃呃呃", "哦哦哦"),
    "in danger": says("我家着火了"),
    "a read-back": lambda desk: desk.read_back(),
    "a transcript": speaks("楼道的灯坏了"),
    "nothing heard": speaks(""),
    "asked to say it again": lambda desk: (speaks("灯坏了")(desk), says("2")(desk))[0],
    "three failures": speaks("", "", ""),
    "a rating": rated,
    "an unknown button": lambda desk: (desk.hears(payload="b99999.0"), desk.answers())[1],
    "care": says("我独居"),
    "a call's number": says("给我打电话"),
    "a call's time": says("给我打电话", "13812345678"),
    "a call's yes": says("明天上午给我打电话", "13812345678"),
    "slowly": says("老人模式", "说慢点"),
    "profile": says("我的资料"),
    "the queue": says("人工"),
    "back from the queue": says("人工", "取消"),
    "a fault of ours": fails,
}


@pytest.mark.parametrize("asks", ["人工", "转人工", "找人"])
@pytest.mark.parametrize("state", STATES)
def test_a_person_by_typing(alone: Desk, state: str, asks: str) -> None:
    STATES[state](alone)
    alone.hears(asks)
    alone.answers()
    assert alone.chat().owner == Owner.QUEUE
    assert "12345" in alone.replies()[-1]
    assert "窗口" in alone.replies()[-1]


@pytest.mark.parametrize("state", STATES)
def test_a_person_by_speaking(alone: Desk, state: str) -> None:
    """However badly it was heard."""
    STATES[state](alone)
    alone.speaks("人工", confidence=0.2)
    alone.answers()
    assert alone.chat().owner == Owner.QUEUE


def test_window_shown_is_of_the_residents_street(alone: Desk) -> None:
    with alone.database.begin() as session:
        place = "拱墅区和睦街道和睦新村"
        case = a_registered_case(session, a_conversation(session), text=NOISE, location=place)
        street = case.location["street"]
    assert street, "the builders' place has a street"
    says("人工")(alone)
    assert f"{street['name']}便民服务中心窗口" in alone.replies()[-1]
