import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from itertools import product
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.exc import ProgrammingError

from backend.conversations.models import Owner
from backend.database import Database
from backend.messaging.models import InboxMessage
from bot import texts
from bot.before_rasa import MENU, MENU_QUESTION
from bot.rasa import MOST_WORDS
from dialogue import texts as dialogue_texts
from nlu.emergency import detect
from nlu.trained import danger_model
from tests.bot_desk import Desk, a_desk
from tests.builders import NOISE, NOON
from tests.fakes.rasa import (
    EMPTY,
    ERROR,
    FAILED,
    NOT_JSON,
    SLOW,
    SLOW_SECONDS,
    FakeRasa,
    with_buttons,
)  # fmt: skip


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
    for said in NOTHING:
        desk.hears(said)
    desk.answers()
    assert desk.told() == [texts.NOTHING_SAID] * len(NOTHING)
    assert rasa.heard == []


def test_what_rasa_is_shown(desk: Desk, rasa: FakeRasa) -> None:
    for said in SHOWN:
        desk.hears(said)
    desk.answers()
    assert rasa.words == list(SHOWN.values())


def test_a_long_message_is_kept_whole_and_shown_shortened(desk: Desk, rasa: FakeRasa) -> None:
    desk.hears("长" * 10_000)
    desk.answers()
    assert [len(words) for words in rasa.words] == [MOST_WORDS]
    with desk.database.begin() as session:
        assert session.scalars(select(InboxMessage)).one().body["text"] == "长" * 10_000


def test_rasa_is_told_where_the_dialogue_stands(desk: Desk, rasa: FakeRasa) -> None:
    for said in ("楼下吵", "文三路"):
        desk.hears(said)
        desk.answers()
    first, second = (message["metadata"] for message in rasa.heard)
    assert first["previous_id"] == 0
    assert second["previous_id"] == first["message_id"]
    assert rasa.heard[1]["sender"] == (
        f"{second['conversation_id']}-{second['message_id']}-{second['previous_id']}"
    )


def test_a_button_says_what_it_stands_for(desk: Desk, rasa: FakeRasa) -> None:
    rasa.says(with_buttons("对吗？", ("对", "/affirm"), ("不对", "/deny"), case_no="HZ1"))
    desk.hears(NOISE)
    desk.answers()
    desk.hears(payload=desk.last_payload(1))
    desk.answers()
    assert rasa.words[1] == "/deny"
    assert rasa.heard[1]["metadata"]["button"] == {"case_no": "HZ1"}


@pytest.mark.parametrize(("said", "meant"), sorted(MENU.items()))
def test_a_menu_entry_may_be_typed(desk: Desk, rasa: FakeRasa, said: str, meant: str) -> None:
    rasa.says("好的")
    desk.hears(said)
    desk.answers()
    assert rasa.words == [meant]


def test_who_wants_to_ask_is_asked_what(desk: Desk, rasa: FakeRasa) -> None:
    desk.hears(MENU_QUESTION)
    desk.answers()
    assert desk.told() == [dialogue_texts.WHAT_TO_ASK]
    assert rasa.heard == []


def test_an_unknown_button_does_nothing(desk: Desk, rasa: FakeRasa) -> None:
    unknown = ["", "b", "b1", "b1.0", "b9.0", "/affirm", "b-1.0", "b1.x", "b²." + "9" * 50]
    for payload in unknown:
        desk.hears(payload=payload)
    desk.answers()
    assert desk.told() == [texts.UNKNOWN_BUTTON] * len(unknown)
    assert rasa.heard == []


def test_a_stale_button_does_nothing(desk: Desk, rasa: FakeRasa) -> None:
    asked = with_buttons("对吗？", ("对", "/affirm"))
    rasa.says(asked, asked)
    desk.hears("你好")
    desk.answers()
    first = desk.last_payload()
    desk.hears("还有")
    desk.answers()
    desk.hears(payload=first)
    desk.answers()
    assert desk.told()[-1] == texts.STALE_BUTTON


def test_another_chats_button_does_nothing(desk: Desk, rasa: FakeRasa) -> None:
    rasa.says(with_buttons("对吗？", ("对", "/affirm")))
    desk.hears(NOISE, of="lin")
    desk.answers()
    desk.hears(payload=desk.last_payload(of="lin"), of="mallory")
    desk.answers()
    assert desk.told("mallory") == [texts.UNKNOWN_BUTTON]


def test_the_same_message_three_times_is_answered_once(desk: Desk) -> None:
    kept = [desk.hears("你好", external_id="same") for _ in range(3)]
    desk.answers()
    assert kept == [True, False, False]
    assert desk.told() == ["听到：你好"]


def test_messages_out_of_order_are_answered_as_they_were_sent(desk: Desk, rasa: FakeRasa) -> None:
    desk.hears("后说", at=NOON)
    desk.hears("先说", at=NOON - timedelta(seconds=1))
    desk.answers()
    assert rasa.words == ["先说", "后说"]


def test_two_at_once_from_one_person_are_taken_one_at_a_time(desk: Desk, rasa: FakeRasa) -> None:
    thinking, most = 0, 0

    def think() -> None:
        nonlocal thinking, most
        thinking += 1
        most = max(most, thinking)
        time.sleep(0.1)
        thinking -= 1

    rasa.meanwhile = think
    for said in ("一", "二", "三"):
        desk.hears(said)
    workers = [threading.Thread(target=desk.answers) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert most == 1
    assert rasa.words == ["一", "二", "三"]


def test_a_slow_rasa_is_given_three_seconds(desk: Desk, rasa: FakeRasa) -> None:
    rasa.says(SLOW)
    desk.hears("办身份证要带什么")
    begun = time.monotonic()
    desk.answers()
    assert time.monotonic() - begun < SLOW_SECONDS - 2
    assert desk.told() == [texts.RASA_AWAY]
    assert desk.chat().owner == Owner.QUEUE


def test_a_rasa_that_fails_leaves_the_resident_with_a_person(desk: Desk, rasa: FakeRasa) -> None:
    faults = [ERROR, NOT_JSON, EMPTY, FAILED, [{"text": ""}], [{"image": "x"}]]
    rasa.says(*faults)
    for number, _ in enumerate(faults):
        desk.hears("办身份证要带什么", of=f"resident-{number}")
    desk.answers()
    for number, fault in enumerate(faults):
        assert desk.told(f"resident-{number}") == [texts.RASA_AWAY], fault
        assert desk.chat(f"resident-{number}").owner == Owner.QUEUE, fault


def test_a_yes_registers_what_was_read_back_while_rasa_is_down(alone: Desk) -> None:
    for number, yes in enumerate(["对", "对的！", "嗯。", "确认"], 1):
        alone.read_back(of=yes)
        alone.hears(yes, of=yes, external_id=yes)
        alone.hears(yes, of=yes, external_id=yes)
        alone.answers()
        assert alone.cases() == number, yes
        assert alone.chat(yes).draft is None
        assert any("工单编号 HZ" in told for told in alone.told(yes))


def test_anything_but_a_yes_registers_nothing(alone: Desk) -> None:
    for said in ("不对", "是不是能快点", "对面也吵"):
        alone.read_back(of=said)
        alone.hears(said, of=said)
        alone.answers()
        assert alone.cases() == 0, said
        assert alone.chat(said).draft is not None
        assert alone.told(said) == [texts.RASA_AWAY]


def test_a_yes_without_a_draft_goes_to_a_person(alone: Desk) -> None:
    alone.hears("对")
    alone.answers()
    assert (alone.cases(), alone.chat().owner) == (0, Owner.QUEUE)


def test_a_crash_after_the_answer_leads_to_one_answer(
    own_database: Database, rasa: FakeRasa, tmp_path: Path
) -> None:
    with a_desk(own_database, tmp_path, rasa_url=rasa.url) as desk:
        desk.hears("你好")
        desk.execute("ALTER TABLE outbox RENAME TO outbox_away")
        with pytest.raises(ProgrammingError, match="outbox"):
            desk.answers()
        desk.execute("ALTER TABLE outbox_away RENAME TO outbox")
        desk.let_lease_expire()
        desk.answers()
        assert desk.told() == ["听到：你好"]
    assert len({message["sender"] for message in rasa.heard}) == 1


def test_a_worker_that_lost_its_lease_says_and_changes_nothing(desk: Desk, rasa: FakeRasa) -> None:
    def another_takes_over() -> None:
        rasa.meanwhile = None
        desk.let_lease_expire()
        desk.hears("然后")
        desk.answers()

    rasa.meanwhile = another_takes_over
    desk.hears("你好")
    desk.answers()
    assert desk.told() == ["听到：你好", "听到：然后"]
    newest = rasa.heard[-1]["metadata"]["message_id"]
    assert desk.chat().dialogue_turn == newest  # and not back at the first


def test_a_message_that_breaks_every_turn_ends_with_a_person(desk: Desk) -> None:
    desk.hears("你好")
    desk.execute('UPDATE inbox SET body = \'{"files": [{"odd": 1}]}\'')
    for _ in range(3):
        with pytest.raises(TypeError):
            desk.answers()
        desk.let_lease_expire()
    desk.answers()
    assert desk.told() == [texts.RASA_AWAY]
    assert desk.chat().owner == Owner.QUEUE


# Which of these the model doubts may change with what it learns.
FEARED = ("闻到怪味", "有人吵架", "孩子发烧", "电梯晃", "救命")
BESIDE = ("物业不管", "公交车太少", "我要投诉", "去年的事", "怎么办")


@pytest.fixture(scope="module")
def perhaps() -> str:
    """Words that may be a danger, and are not surely one."""
    said = [f"{fear}，{more}" for fear, more in product(FEARED, BESIDE)]
    found = ((words, detect(words, danger_model())) for words in (*FEARED, *said))
    return next(words for words, danger in found if danger and not danger.is_certain)


def test_a_possible_danger_gets_the_numbers_first_and_then_the_answer(
    desk: Desk, rasa: FakeRasa, perhaps: str
) -> None:
    rasa.says(with_buttons("在什么地方？", ("说不清", "/deny")))
    desk.hears(perhaps)
    desk.answers()
    assert desk.told() == [f"{texts.IN_CASE_OF_DANGER}\n\n在什么地方？"]
    assert rasa.words == [perhaps]
    assert desk.last_payload()  # the buttons are still there
    assert desk.chat().owner == Owner.BOT


def test_a_certain_danger_is_answered_by_the_number_alone(desk: Desk, rasa: FakeRasa) -> None:
    desk.hears("我家着火了")
    desk.answers()
    (told,) = desk.told()
    assert told.startswith("请马上打 119！")
    assert texts.IN_CASE_OF_DANGER not in told
    assert rasa.heard == []


def test_no_danger_no_numbers(desk: Desk) -> None:
    desk.hears("路灯坏了")
    desk.answers()
    assert desk.told() == ["听到：路灯坏了"]


def test_the_numbers_are_told_though_rasa_is_down(alone: Desk, perhaps: str) -> None:
    alone.hears(perhaps)
    alone.answers()
    assert alone.told() == [f"{texts.IN_CASE_OF_DANGER}\n\n{texts.RASA_AWAY}"]


def test_of_a_possible_danger_the_bot_is_silent_while_staff_have_the_chat(
    desk: Desk, rasa: FakeRasa, perhaps: str
) -> None:
    desk.staff_takes()
    desk.hears(perhaps)
    desk.answers()
    assert (desk.told(), rasa.heard) == ([], [])
    assert desk.chat().owner == Owner.STAFF


def test_of_a_possible_danger_the_bot_is_silent_when_staff_came_meanwhile(
    desk: Desk, rasa: FakeRasa, perhaps: str
) -> None:
    rasa.meanwhile = desk.staff_takes
    desk.hears(perhaps)
    desk.answers()
    assert desk.told() == []
