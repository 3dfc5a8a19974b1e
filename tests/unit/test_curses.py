import pytest

from nlu.appeals.insults import is_angry, is_only_insults
from nlu.language.curses import is_only_curses


@pytest.mark.parametrize("words", ["你个傻逼机器人", "滚！", "什么破机器人", "一群废物", "他妈的"])
def test_only_swearing(words: str) -> None:
    assert is_only_curses(words)


@pytest.mark.parametrize(
    "words",
    [
        "他妈的楼上又在装修",
        "垃圾没人收",
        "垃圾",
        "骗子",
        "废物回收站在哪",
        "物业都是骗子不退押金",
        "你好",
        "",
        "人工",
    ],
)
def test_something_is_told(words: str) -> None:
    assert not is_only_curses(words)


@pytest.mark.parametrize(
    "words",
    ["你们这帮吃干饭的废物", "干你娘的什么破平台", "一群吃干饭的，一群废物", "破系统，什么玩意儿"],
)
def test_several_insults_are_insults(words: str) -> None:
    assert is_only_insults(words)


@pytest.mark.parametrize(
    "words", ["再不管我就去北京告你们", "气得我想杀人，电梯坏了", "我要找记者曝光这个小区"]
)
def test_threats_to_complain_are_anger(words: str) -> None:
    assert is_angry(words)
