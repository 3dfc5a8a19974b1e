"""The page knows by its words which reply files the appeal."""

import re

from bot.channels.webchat.routes import STATIC
from dialogue.texts import appeal as texts


def test_the_page_has_the_words_of_the_bot() -> None:
    page = (STATIC / "texts.js").read_text()
    listed = re.search(r"LEADING_REPLIES = \[(.*?)\]", page)
    assert listed
    titles = re.findall(r'"(.*?)"', listed[1])
    assert titles == [texts.RIGHT_SO, texts.ADD_TO_IT, texts.DO_IT_AGAIN]
