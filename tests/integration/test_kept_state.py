"""What a conversation waits for, as it was kept: of the day before, by an older program, broken."""

from datetime import timedelta
from typing import Any

import pytest

from backend.clock import now
from backend.messaging import outbox
from backend.models.conversations import Owner
from backend.vocabulary.messages import Button
from backend.vocabulary.texts import Text
from dialogue.bounds import MOST_CHARACTERS, MOST_DRAFTS
from dialogue.state import VERSION, Ask
from dialogue.texts import appeal as texts
from dialogue.texts import cases as case_texts
from dialogue.texts import chat as chat_texts
from tests.support.bot_desk import Desk, types
from tests.support.builders import NOISE, PLACE, a_conversation

BROKEN: dict[str, Any] = {
    "nothing": None,
    "an empty one": {},
    "a list": [1],
    "a text": "state",
    "a number": 5,
    "no version": {"question": {"ask": "confirm"}},
    "an older version": {"version": VERSION - 1, "drafts": [{"text": NOISE}]},
    "a newer version": {"version": VERSION + 1, "drafts": [{"text": NOISE, "colour": "red"}]},
    "a version in words": {"version": "one"},
    "a question that is not known": {"version": VERSION, "question": {"ask": "weather"}},
    "a question of another shape": {"version": VERSION, "question": ["confirm"]},
    "drafts of another shape": {"version": VERSION, "drafts": {"text": NOISE}},
    "a draft of numbers": {"version": VERSION, "drafts": [{"text": 5}]},
    "a time of no zone": {"version": VERSION, "at": "2026-11-29T12:00:00"},
    "no time": {"version": VERSION, "at": "yesterday"},
    "buttons of another shape": {"version": VERSION, "last_buttons": [{"name": "对"}]},
}


@pytest.mark.parametrize("record", BROKEN.values(), ids=BROKEN)
def test_unusable_record_is_replaced_by_a_new_one(alone: Desk, record: Any) -> None:
    alone.set(state=record)
    assert types(alone, "你好") == chat_texts.GREET.plain
    alone.set(state=record)
    assert types(alone, "对") == case_texts.NOTHING_PENDING.plain
    alone.set(state=record)
    types(alone, f"{PLACE}{NOISE}", "对")
    assert alone.cases() == 1
    assert alone.chat().owner == Owner.BOT


@pytest.mark.parametrize("words", ["对", "不对", "算了", "3", "文三路", "你好", "重说", "明天上午"])
@pytest.mark.parametrize("ask", Ask)
def test_question_without_its_subject_is_ignored_safely(alone: Desk, ask: Ask, words: str) -> None:
    alone.set(state={"version": VERSION, "question": {"ask": ask}})
    types(alone, words)
    assert len(alone.replies()) == 1
    assert chat_texts.FAILED.plain not in alone.replies()
    assert alone.cases() == 0


def rest(desk: Desk, hours: int, of: str = "lin") -> None:
    """As if the last turn was so long ago."""
    state = desk.chat(of).state
    assert state is not None
    desk.set(of, state={**state, "at": (now() - timedelta(hours=hours)).isoformat()})


def test_question_stored_in_old_wording_stays_open(alone: Desk) -> None:
    """States of version 1 were first stored with the plain wording alone."""
    read_back = alone.read_back()
    state = alone.chat("lin").state
    assert state is not None
    question = {**state["question"], "text": read_back}
    alone.set("lin", state={**state, "question": question, "last_text": read_back, "elsewhere": ""})
    assert types(alone, "继续") == read_back
    types(alone, "对")
    assert alone.cases() == 1


def test_within_twelve_hours_a_question_is_still_open(alone: Desk) -> None:
    alone.read_back()
    rest(alone, 11)
    types(alone, "对")
    assert alone.cases() == 1


@pytest.mark.parametrize("yes", [None, "对", "1", "嗯嗯", "不对"])
def test_next_days_answer_repeats_the_read_back(alone: Desk, yes: str | None) -> None:
    """Nobody who said yes is left with a mere "all right" and no case."""
    alone.read_back()
    rest(alone, 13)
    reply = types(alone, yes) if yes else alone.presses(texts.RIGHT_SO)
    assert reply.startswith(texts.BACK_AGAIN.plain)
    assert NOISE in reply
    assert texts.RIGHT_SO in alone.titles()
    assert alone.cases() == 0
    types(alone, "对")
    assert alone.cases() == 1


def test_next_days_other_words_start_something_else(alone: Desk) -> None:
    alone.read_back()
    rest(alone, 13)
    assert types(alone, "你好") == chat_texts.GREET.plain
    assert types(alone, "好的") == case_texts.NOTHING_PENDING.plain
    assert alone.cases() == 0


def test_polite_word_after_cancelling_asks_nothing(alone: Desk) -> None:
    alone.read_back()
    assert types(alone, "算了") == texts.CANCELLED.plain
    assert types(alone, "好的") == case_texts.NOTHING_PENDING.plain


OLD_BUTTONS = {
    "/affirm": Button("对，就这样报", "/affirm"),
    "/deny": Button("不对", "/deny"),
    "/submit": Button("确认提交", "/submit"),
    "/change_place": Button("地点不对", "/change_place"),
    "/cancel": Button("不报了", "/cancel"),
    "/SetSlots(confirmed=true)": Button("对", "/SetSlots(confirmed=true)"),
}


@pytest.mark.parametrize("button", OLD_BUTTONS.values(), ids=OLD_BUTTONS)
def test_button_from_before_an_update_gets_polite_answer(alone: Desk, button: Button) -> None:
    """Its message is there; nothing that it was about is."""
    with alone.database.begin() as session:
        chat = a_conversation(session)
        outbox.reply(session, chat, Text("这样报上去，对吗？"), now=now(), buttons=[button])
    alone.hears(payload=alone.last_payload())
    alone.answers()
    reply = alone.replies()[-1]
    assert "您" in reply
    assert reply != chat_texts.FAILED.plain
    assert "登记" not in reply
    if button.say in ("/affirm", "/deny"):
        assert reply == chat_texts.STALE_BUTTON.plain
    assert (alone.cases(), alone.chat().owner) == (0, Owner.BOT)


def test_stored_story_is_bounded_however_long(alone: Desk) -> None:
    alone.read_back()
    long = "他们昨天夜里还在施工，老人小孩休息不好，打了电话也没有用。"
    for number in range(4):
        types(alone, "".join(f"{number}月{n}日{long}" for n in range(250)))
    draft = alone.state().draft
    assert draft is not None
    assert len(draft.text) <= MOST_CHARACTERS
    assert len(draft.full_wording) <= MOST_CHARACTERS
    assert draft.text.startswith(PLACE)
    assert len(alone.replies()[-1]) < 500
    types(alone, "对")
    assert alone.cases() == 1


def test_many_matters_are_handled_one_by_one(alone: Desk) -> None:
    alone.read_back()
    streets = (
        "体育场路 天目山路 莫干山路 凤起路 庆春路 解放路 环城北路 文一路 文二路 古墩路".split()
    )
    for street in streets * 2:
        types(alone, f"还有一件事，{street}的路灯不亮了")
    assert len(alone.state().drafts) == MOST_DRAFTS
    last = alone.state().drafts[-1]
    assert all(street in last.text for street in streets)
    for _ in range(MOST_DRAFTS * 2):
        types(alone, "对")
    assert alone.state().drafts == ()
    assert alone.cases() >= MOST_DRAFTS
