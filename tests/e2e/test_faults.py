"""The app is killed, or its Rasa is: nothing is lost, and nothing is done twice."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psutil
import pytest

from tests.e2e.people import APPEAL, YES, Chat, Staff, titles
from tests.e2e.telegram_people import AFTER_YES, Person, TalkingBotApi
from tests.e2e.whole import Minhu, wait_for

pytestmark = [pytest.mark.whole, pytest.mark.timeout(400)]

LEASE_SECONDS = 150.0  # a push under way when its sender died is tried again after a minute


@dataclass
class Crash:
    """What residents were about when the app was killed; it has been started again since."""

    asked: Chat  # the question was kept, and not yet answered
    registered: Chat  # the yes had made its case, and was not yet answered
    registering: Chat  # the yes was just making its case
    pushed: Person  # the case was there, and no message about it had got through


@pytest.fixture(scope="module")
def crash(minhu: Minhu, telegram: TalkingBotApi) -> Crash:
    crash = Crash(Chat(minhu), Chat(minhu), Chat(minhu), telegram.somebody())
    for chat, addition in ((crash.registered, "，灯杆歪了"), (crash.registering, "，灯罩掉了")):
        assert YES in titles(chat.says(APPEAL + addition))
    crash.pushed.says(f"{APPEAL}，电线也露出来了", "这样报上去，对吗")
    with (
        _gate(minhu, "cases", "%灯罩掉了", ""),
        _gate(minhu, "outbox", "%灯杆歪了", "AND NEW.source = 'bot'"),
    ):
        _interrupt(minhu, crash, telegram)
    telegram.hanging.clear()
    assert _cases_saying(minhu, "灯罩掉了") == 0
    minhu.start()
    return crash


def _interrupt(minhu: Minhu, crash: Crash, api: TalkingBotApi) -> None:
    """Kill the app when each of them is just where they are to be."""
    pushed = crash.pushed.resident
    api.hanging.add(pushed.chat_id)
    pushed.presses(YES)
    wait_for("a message that hangs", lambda: pushed.chat_id in api.caught)
    wait_for("the messages after it", lambda: _pending(minhu, pushed.chat_id) == 3)
    crash.registered.sends(payload=crash.registered.payload(YES))
    wait_for("a case without an answer", lambda: _at_gates(minhu) == 1)
    assert _cases_saying(minhu, "灯杆歪了") == 1
    # Last, for until it has its case nobody else gets a number.
    crash.registering.sends(payload=crash.registering.payload(YES))
    wait_for("a case that is being made", lambda: _at_gates(minhu) == 2)
    with _frozen(minhu.rasa()):
        crash.asked.sends(text="你好")
        minhu.kill()


@contextmanager
def _gate(minhu: Minhu, table: str, draft: str, condition: str) -> Iterator[None]:
    """Whoever's draft says `draft` gets no row into `table` meanwhile."""
    with minhu.connect() as connection:
        [(chat,)] = minhu.rows("SELECT id FROM conversations WHERE draft->>'text' LIKE %s", draft)
        connection.execute("SELECT pg_advisory_lock(%s)", [chat])
        connection.execute(
            f"CREATE FUNCTION gate_{table}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF NEW.conversation_id = {chat} {condition} "
            f"THEN PERFORM pg_advisory_xact_lock_shared({chat}); END IF; RETURN NEW; END $$"
        )
        connection.execute(
            f"CREATE TRIGGER gate BEFORE INSERT ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION gate_{table}()"
        )
        yield
        connection.execute("SELECT pg_advisory_unlock(%s)", [chat])
        connection.execute(f"DROP FUNCTION gate_{table} CASCADE")


def _at_gates(minhu: Minhu) -> int:
    query = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'advisory'"
    return int(minhu.rows(query)[0][0])


def _pending(minhu: Minhu, chat_id: int) -> int:
    """Of this resident alone: other tests leave messages behind that are sent meanwhile."""
    query = (
        "SELECT count(*) FROM outbox JOIN conversations ON conversations.id = conversation_id "
        "JOIN channel_accounts ON channel_accounts.id = account_id "
        "WHERE outbox.status = 'pending' AND external_id = %s"
    )
    return int(minhu.rows(query, str(chat_id))[0][0])


def _cases_saying(minhu: Minhu, words: str) -> int:
    return int(minhu.rows("SELECT count(*) FROM cases WHERE text LIKE %s", f"%{words}")[0][0])


@contextmanager
def _frozen(process: psutil.Process) -> Iterator[None]:
    process.suspend()
    try:
        yield
    finally:
        if process.is_running():
            process.resume()


def test_a_message_that_was_kept_is_answered_once(crash: Crash) -> None:
    assert crash.asked.answer()["text"].startswith("您好，我是小呼")
    assert "不客气" in crash.asked.says("谢谢")["text"]
    assert len(crash.asked.heard) == 2


def test_a_case_that_was_made_is_not_made_again(crash: Crash, minhu: Minhu) -> None:
    assert AFTER_YES in crash.registered.answer()["text"]
    _has_one_case(crash.registered, minhu, "灯杆歪了")


def test_a_yes_that_had_only_begun_is_taken_again(crash: Crash, minhu: Minhu) -> None:
    assert AFTER_YES in crash.registering.answer()["text"]
    _has_one_case(crash.registering, minhu, "灯罩掉了")


def _has_one_case(chat: Chat, minhu: Minhu, words: str) -> None:
    assert _cases_saying(minhu, words) == 1
    assert len(chat.case_nos) == 1
    assert "不客气" in chat.says("谢谢")["text"]
    told = "".join(chat.texts)
    assert (told.count("已经登记好了"), told.count("已交给"), told.count(AFTER_YES)) == (1, 1, 1)


def test_a_push_that_had_not_got_through_is_sent_once(crash: Crash, minhu: Minhu) -> None:
    crash.pushed.hears("已经登记好了", seconds=LEASE_SECONDS)
    crash.pushed.hears("已交给")
    crash.pushed.hears(AFTER_YES)
    crash.pushed.says("谢谢", "不客气")
    told = "".join(crash.pushed.texts)
    assert (told.count("已经登记好了"), told.count("已交给"), told.count(AFTER_YES)) == (1, 1, 1)
    assert _cases_saying(minhu, "电线也露出来了") == 1


def test_rasa_is_killed_in_the_middle_of_turns(minhu: Minhu) -> None:
    chat, sure, dispatcher = Chat(minhu), Chat(minhu), Staff(minhu, "dispatcher")
    assert YES in titles(sure.says(f"{APPEAL}，灯泡碎了"))
    rasa = minhu.rasa()
    with _frozen(rasa):
        chat.sends(text="我想说说路灯的事，说来话长")
        sure.sends(payload=sure.payload(YES))
        rasa.kill()
    assert "您的话已经记下了" in chat.answer()["text"]
    assert AFTER_YES in sure.answer()["text"]
    assert (len(sure.case_nos), _cases_saying(minhu, "灯泡碎了")) == (1, 1)
    dispatcher.chat_saying("说来话长", owner="queue")

    minhu.wait_until_ok()
    assert minhu.rasa().pid != rasa.pid
    assert "不等了" in chat.says("取消")["text"]
    # Its first turn, which is slow, was nobody's.
    assert chat.says("你好")["text"].startswith("您好，我是小呼")
    assert "路灯坏了三天" in sure.says("我的单子到哪一步了")["text"]
