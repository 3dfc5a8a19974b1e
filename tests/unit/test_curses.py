import pytest

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
