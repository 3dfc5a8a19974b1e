"""What a message becomes at the resident's door: shown to Rasa, pressed, in order, once."""

import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from itertools import product
from pathlib import Path

import pytest
from sqlalchemy import select

from backend.database import Database
from backend.models.conversations import Owner
from backend.models.messages import InboxMessage
from bot.rasa.client import MOST_WORDS
from dialogue.handlers.menu import ENTRIES, QUESTION
from dialogue.texts import appeal as appeal_texts
from dialogue.texts import cases as case_texts
from dialogue.texts import chat as texts
from nlu.dangers.emergency import detect
from nlu.trained import danger_model
from tests.fakes.rasa import FakeRasa
from tests.support.bot_desk import Desk, a_desk
from tests.support.builders import NOISE, NOON, PLACE


@pytest.fixture
def desk(database: Database, rasa: FakeRasa, tmp_path: Path) -> Iterator[Desk]:
    with a_desk(database, tmp_path, rasa_url=rasa.url) as desk:
        yield desk


NOTHING = ["", "   ", "😀👍", "？？？", "\0", "\ud83d", "/", "／", "\u200b", "\n\n"]
SHOWN = {
    "路灯\0坏了\ud83d": "路灯坏了",
    '/submit{"x":1}': 'submit{"x":1}',
    "／affirm": "affirm",
    "  // /affirm": "affirm",
    "\u200b/affirm": "affirm",
    "\n/affirm": "affirm",
    "ＡＢＣ１２３": "ABC123",
}


def test_nothing_said_is_answered_without_rasa(desk: Desk, rasa: FakeRasa) -> None:
    for words in NOTHING:
        desk.hears(words)
    desk.answers()
    assert desk.replies() == [texts.NOTHING_SAID.plain] * len(NOTHING)
    assert rasa.words == []


def test_what_rasa_is_shown(desk: Desk, rasa: FakeRasa) -> None:
    for words in SHOWN:
        desk.hears(words)
    desk.answers()
    assert rasa.words == list(SHOWN.values())


def test_long_message_is_stored_whole_and_shown_shortened(desk: Desk, rasa: FakeRasa) -> None:
    desk.hears("长" * 10_000)
    desk.answers()
    assert [len(words) for words in rasa.words] == [MOST_WORDS]
    with desk.database.begin() as session:
        assert session.scalars(select(InboxMessage)).one().body["text"] == "长" * 10_000


def test_a_button_is_not_shown_to_rasa(desk: Desk, rasa: FakeRasa) -> None:
    desk.read_back()
    assert desk.presses(appeal_texts.WRONG) == appeal_texts.ASK_CHANGE.plain
    assert rasa.words == [f"{PLACE}{NOISE}"]


@pytest.mark.parametrize("number", ["1", "１", "一", "第一个", "1。"])
def test_number_presses_its_button(desk: Desk, number: str) -> None:
    desk.read_back()
    desk.hears(number)
    desk.answers()
    assert desk.cases() == 1


def test_button_payload_never_comes_from_typed_text(desk: Desk) -> None:
    """A resident who types an intent, as their words or as a payload, says nothing by it."""
    desk.read_back()
    for words in ("/affirm", "／affirm", "/affirm{}"):
        desk.hears(words)
    desk.hears(payload="/affirm")
    desk.answers()
    assert desk.cases() == 0


@pytest.mark.parametrize(
    ("words", "details"),
    [
        ("反映诉求", appeal_texts.ASK_MATTER.plain),
        ("提出建议", appeal_texts.ASK_MATTER.plain),
        ("查询评价", case_texts.NO_CASES.plain),
        (QUESTION, case_texts.WHAT_TO_ASK.plain),
    ],
)
def test_a_menu_entry_may_be_typed(desk: Desk, words: str, details: str) -> None:
    assert {*ENTRIES, QUESTION} == {"反映诉求", "提出建议", "查询评价", "咨询政策"}
    desk.hears(words)
    desk.answers()
    assert desk.replies() == [details]


def test_an_unknown_button_does_nothing(desk: Desk, rasa: FakeRasa) -> None:
    unknown = ["", "b", "b1", "b1.0", "b9.0", "/affirm", "b-1.0", "b1.x", "b²." + "9" * 50]
    for payload in unknown:
        desk.hears(payload=payload)
    desk.answers()
    assert desk.replies() == [texts.UNKNOWN_BUTTON.plain] * len(unknown)
    assert rasa.words == []


def test_a_stale_button_does_nothing(desk: Desk) -> None:
    desk.read_back()
    right = desk.last_payload()
    desk.presses(appeal_texts.WRONG)
    desk.hears(payload=right)
    desk.answers()
    assert desk.replies()[-1] == texts.STALE_BUTTON.plain
    assert desk.cases() == 0
    assert desk.presses(appeal_texts.PLACE_WRONG)  # the open question is still open


def test_another_chats_button_does_nothing(desk: Desk) -> None:
    desk.read_back(of="lin")
    desk.hears(payload=desk.last_payload(of="lin"), of="mallory")
    desk.answers()
    assert desk.replies("mallory") == [texts.UNKNOWN_BUTTON.plain]
    assert desk.cases() == 0


def test_a_button_that_is_pressed_twice_registers_once(desk: Desk) -> None:
    desk.read_back()
    right = desk.last_payload()
    desk.hears(payload=right)
    desk.hears(payload=right)
    desk.answers()
    assert desk.cases() == 1


def test_the_same_message_three_times_is_answered_once(desk: Desk, rasa: FakeRasa) -> None:
    answers = [desk.hears("你好", external_id="same") for _ in range(3)]
    desk.answers()
    assert answers == [True, False, False]
    assert desk.replies() == [texts.GREET.plain]
    assert rasa.words == ["你好"]


@pytest.mark.parametrize("yes", ["对", "对的！", "嗯。", "确认", "是的，就这样"])
def test_a_yes_registers_what_was_read_back(desk: Desk, yes: str) -> None:
    desk.read_back()
    desk.hears(yes, external_id="yes")
    desk.hears(yes, external_id="yes")
    desk.answers()
    assert desk.cases() == 1
    assert desk.state().draft is None
    assert any("工单编号 HZ" in text for text in desk.replies())


@pytest.mark.parametrize(
    "words", ["不对", "是不是能快点", "可以快点吗", "对面也吵", "对了，怎么查进度", "算了"]
)
def test_anything_but_a_yes_registers_nothing(desk: Desk, words: str) -> None:
    desk.read_back()
    desk.hears(words)
    desk.answers()
    assert desk.cases() == 0
    assert desk.state().draft or desk.state().dropped
    assert desk.chat().owner == Owner.BOT


def test_a_yes_to_nothing_registers_nothing(desk: Desk) -> None:
    desk.hears("对")
    desk.answers()
    assert desk.replies() == [case_texts.NOTHING_PENDING.plain]
    assert (desk.cases(), desk.chat().owner) == (0, Owner.BOT)


def test_shortening_sentences_shows_read_back_once(desk: Desk) -> None:
    desk.read_back()
    for words in ("老人模式", "普通模式", "老人模式", "普通模式"):
        desk.hears(words)
        desk.answers()
        assert desk.replies()[-1].count(NOISE) == 1
        assert appeal_texts.RIGHT_SO in desk.titles()
    desk.hears("对")
    desk.answers()
    assert desk.cases() == 1


def test_unordered_messages_are_answered_in_sending_order(desk: Desk, rasa: FakeRasa) -> None:
    desk.hears("后说", at=NOON)
    desk.hears("先说", at=NOON - timedelta(seconds=1))
    desk.answers()
    assert rasa.words == ["先说", "后说"]


def test_simultaneous_messages_of_one_resident_are_serialized(desk: Desk, rasa: FakeRasa) -> None:
    thinking, most = 0, 0

    def think() -> None:
        nonlocal thinking, most
        thinking += 1
        most = max(most, thinking)
        time.sleep(0.1)
        thinking -= 1

    rasa.meanwhile = think
    for words in ("一", "二", "三"):
        desk.hears(words)
    workers = [threading.Thread(target=desk.answers) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert most == 1
    assert rasa.words == ["一", "二", "三"]


# Which of these the model doubts may change with what it learns.
FEARED = ("闻到怪味", "有人吵架", "孩子发烧", "电梯晃", "救命")
BESIDE = ("物业不管", "公交车太少", "我要投诉", "去年的事", "怎么办")


@pytest.fixture(scope="module")
def perhaps() -> str:
    """Words that may be a danger, and are not surely one."""
    lines = [f"{fear}，{more}" for fear, more in product(FEARED, BESIDE)]
    results = ((words, detect(words, danger_model())) for words in (*FEARED, *lines))
    return next(words for words, danger in results if danger and not danger.is_certain)


def test_certain_danger_gets_only_the_number(desk: Desk, rasa: FakeRasa) -> None:
    desk.hears("我家着火了")
    desk.answers()
    (reply,) = desk.replies()
    assert reply.startswith("请马上打 119！")
    assert texts.IN_CASE_OF_DANGER.plain not in reply
    assert rasa.words == []


def test_bot_ignores_possible_danger_while_staff_own_chat(desk: Desk, perhaps: str) -> None:
    desk.staff_takes()
    desk.hears(perhaps)
    desk.answers()
    assert desk.replies() == []
    assert desk.chat().owner == Owner.STAFF


def test_bot_ignores_possible_danger_after_staff_take_over(
    desk: Desk, rasa: FakeRasa, perhaps: str
) -> None:
    rasa.meanwhile = desk.staff_takes
    desk.hears(perhaps)
    desk.answers()
    assert desk.replies() == []


def test_possible_danger_gets_numbers_then_the_answer(
    desk: Desk, rasa: FakeRasa, perhaps: str
) -> None:
    desk.hears(perhaps)
    desk.answers()
    (reply,) = desk.replies()
    assert reply.startswith(f"{texts.IN_CASE_OF_DANGER.plain}\n\n")
    assert rasa.words == [perhaps]
    assert desk.chat().owner == Owner.BOT


def test_the_numbers_are_told_though_rasa_is_down(alone: Desk, perhaps: str) -> None:
    alone.hears(perhaps)
    alone.answers()
    assert alone.replies()[0].startswith(f"{texts.IN_CASE_OF_DANGER.plain}\n\n")


def test_no_danger_no_numbers(desk: Desk) -> None:
    desk.hears("路灯坏了")
    desk.answers()
    assert desk.replies() == [appeal_texts.ASK_PLACE.plain]
