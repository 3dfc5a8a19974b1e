"""Rasa fails, in every way that it can: residents notice nothing, and nobody needs a person."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from backend.database import Database
from backend.models.conversations import Owner
from bot.rasa.client import BUDGET_SECONDS
from dialogue.texts import appeal as texts
from tests.fakes.rasa import (
    ERROR,
    GARBAGE,
    NOT_JSON,
    SLOW,
    SLOW_SECONDS,
    FakeRasa,
    meaning,
    nobody_home,
)
from tests.support.bot_desk import Desk, a_desk
from tests.support.builders import NOISE, PLACE

QUESTION, TITLE = "办身份证要带什么", "身份证到期换、丢了补"
APPEAL = f"{PLACE}{NOISE}"
# Each is more than a wrong shape: what it would mean if it were believed is not what was said.
OF_NO_USE: dict[str, Any] = {
    "an error": ERROR,
    "a proxy's page": NOT_JSON,
    "another model": meaning("nlu_fallback"),
    "another model's button": meaning("/affirm"),
    "a number for a name": {"intent": {"name": 5, "confidence": 0.9}, "entities": []},
    "no confidence": {"intent": {"name": "cancel", "confidence": None}, "entities": []},
    "words for a confidence": {"intent": {"name": "cancel", "confidence": "very"}},
    "entities of another shape": {**meaning("cancel"), "entities": {"location": "文三路"}},
    "a place without an end": {**meaning("cancel"), "entities": [{"entity": "location"}]},
    "null": None,
    "a text": "cancel",
    **{f"garbage {number}": answer for number, answer in enumerate(GARBAGE)},
}


@pytest.fixture
def desk(database: Database, rasa: FakeRasa, tmp_path: Path) -> Iterator[Desk]:
    with a_desk(database, tmp_path, rasa_url=rasa.url) as desk:
        yield desk


def lodges_and_asks(desk: Desk) -> None:
    """An appeal from its first word to its number, and a question: both as ever."""
    desk.hears(APPEAL)
    desk.answers()
    assert f"地点：{PLACE}" in desk.replies()[-1]
    assert texts.RIGHT_SO in desk.titles()
    desk.hears("对，就这样报")
    desk.answers()
    assert desk.cases() == 1
    assert "工单编号 HZ" in desk.replies()[-2] + desk.replies()[-1]
    desk.hears(QUESTION)
    desk.answers()
    assert TITLE in desk.replies()[-1]
    assert desk.chat().owner == Owner.BOT
    assert desk.chat().queued_at is None


@pytest.mark.parametrize("words", OF_NO_USE.values(), ids=OF_NO_USE)
def test_an_answer_of_no_use_is_not_used(desk: Desk, rasa: FakeRasa, words: Any) -> None:
    rasa.says(*[words] * 9)
    lodges_and_asks(desk)
    assert APPEAL in rasa.words


def test_what_can_be_used_is_used(desk: Desk, rasa: FakeRasa) -> None:
    """Else the tests above would pass with a Rasa that nobody listens to."""
    rasa.says(meaning("request_human"))
    desk.hears("有件事想说说")
    desk.answers()
    assert desk.chat().owner == Owner.QUEUE


def test_nobody_listens(alone: Desk) -> None:
    lodges_and_asks(alone)


def test_rasa_may_leave_mid_conversation_and_return(
    database: Database, tmp_path: Path, rasa: FakeRasa
) -> None:
    with a_desk(database, tmp_path, rasa_url=rasa.url) as desk:
        desk.read_back()
    with a_desk(database, tmp_path, rasa_url=nobody_home()) as desk:
        desk.hears("不对，是晚上十二点以后")
        desk.answers()
        assert texts.RIGHT_SO in desk.titles()
    with a_desk(database, tmp_path, rasa_url=rasa.url) as desk:
        desk.hears("对")
        desk.answers()
        assert desk.cases() == 1


@pytest.mark.parametrize("words", [APPEAL, QUESTION])
def test_slow_rasa_gets_only_its_time_budget(desk: Desk, rasa: FakeRasa, words: str) -> None:
    desk.hears(words, of="somebody")
    desk.answers()  # loads the models and articles that this question needs
    rasa.says(SLOW)
    desk.hears(words)
    started_at = time.monotonic()
    desk.answers()
    assert time.monotonic() - started_at < SLOW_SECONDS / 2
    assert desk.replies()[0].startswith("事情：") or TITLE in desk.replies()[0]
    assert desk.chat().owner == Owner.BOT


def test_danger_does_not_wait_for_a_slow_one(desk: Desk, rasa: FakeRasa) -> None:
    rasa.says(SLOW)
    desk.hears("我家厨房着火了，快来人")
    started_at = time.monotonic()
    desk.answers()
    assert time.monotonic() - started_at < BUDGET_SECONDS
    assert "119" in desk.replies()[0]
    assert rasa.words == []
