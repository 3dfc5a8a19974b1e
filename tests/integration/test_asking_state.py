"""How does it stand? Asked in whatever words, the case that is meant is told, or all of them."""

import pytest

from tests.support.bot_desk import Desk, types
from tests.support.builders import NOISE, PLACE, a_conversation, a_registered_case


@pytest.fixture
def numbers(alone: Desk) -> tuple[str, str]:
    """Of a case about noise, and of one about water."""
    with alone.database.begin() as session:
        chat = a_conversation(session)
        noise = a_registered_case(session, chat, text=NOISE, location=PLACE)
        water = a_registered_case(session, chat, text="水管爆了没人修", location=PLACE)
        return noise.case_no, water.case_no


def shown(alone: Desk, words: str, numbers: tuple[str, str]) -> list[bool]:
    answer = types(alone, words)
    return [number in answer for number in numbers]


@pytest.mark.parametrize("words", ["查进度", "到哪一步了", "有没有消息啊", "谁在办呀"])
def test_pointing_at_none_tells_all(alone: Desk, numbers: tuple[str, str], words: str) -> None:
    assert shown(alone, words, numbers) == [True, True]


@pytest.mark.parametrize("words", ["{}进展如何", "噪音那个到哪一步了", "施工那件有没有人管"])
def test_the_one_that_is_meant(alone: Desk, numbers: tuple[str, str], words: str) -> None:
    assert shown(alone, words.format(numbers[0]), numbers) == [True, False]
