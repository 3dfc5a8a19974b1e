"""The app is killed, or its Rasa is: nothing is lost, and nothing is done twice."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psutil
import pytest

from tests.e2e.people import APPEAL, YES, Chat, titles
from tests.e2e.telegram_people import AFTER_YES, Person, TalkingBotApi
from tests.e2e.whole import Minhu, wait_for

pytestmark = [pytest.mark.whole, pytest.mark.timeout(400)]


@dataclass
class Crash:
    """What residents were about when the app was killed; it has been started again since."""

    waiting: Chat  # the question was kept, and not yet answered
    answering: Chat  # their yes had made its case, and its answer was just being written
    registering: Chat  # their yes waited for a number, behind that one
    pushed: Person  # the case was there, and no message about it had got through


@pytest.fixture(scope="module")
def crash(minhu: Minhu, telegram: TalkingBotApi) -> Crash:
    crash = Crash(Chat(minhu), Chat(minhu), Chat(minhu), telegram.somebody())
    for chat, addition in ((crash.answering, "，灯杆歪了"), (crash.registering, "，灯罩掉了")):
        assert YES in titles(chat.says(APPEAL + addition))
    crash.pushed.says(f"{APPEAL}，电线也露出来了", "这样报上去，对吗")
    with _gate(minhu, "灯杆歪了"):
        _interrupt(minhu, crash, telegram)
    telegram.hanging.clear()
    assert [_cases_saying(minhu, words) for words in ("灯杆歪了", "灯罩掉了")] == [0, 0]
    _end_lease(minhu, crash.pushed.resident.chat_id)
    minhu.start()
    return crash


def _end_lease(minhu: Minhu, chat_id: int) -> None:
    """As if a minute had passed: what was under way when its sender died is tried again then."""
    [(still_leased,)] = minhu.rows(
        "UPDATE conversations SET push_leased_until = push_leased_until - interval '1 minute' "
        "FROM channel_accounts WHERE channel_accounts.id = account_id AND external_id = %s "
        "RETURNING push_leased_until + interval '1 minute' > now()", str(chat_id),
    )  # fmt: skip
    assert still_leased


def _interrupt(minhu: Minhu, crash: Crash, api: TalkingBotApi) -> None:
    """Kill the app when each of them is just where they are to be."""
    pushed = crash.pushed.resident
    api.hanging.add(pushed.chat_id)
    pushed.presses(YES)
    wait_for("a message that hangs", lambda: pushed.chat_id in api.hung_chats)
    assert _pending(minhu, pushed.chat_id) == 1
    crash.answering.sends(payload=crash.answering.payload(YES))
    wait_for("a case without an answer", lambda: _waiting(minhu) == 1)
    crash.registering.sends(payload=crash.registering.payload(YES))
    wait_for("a case without a number", lambda: _waiting(minhu) == 2)
    with _frozen(minhu.rasa()):
        crash.waiting.sends(text="你好")
        minhu.kill()


@contextmanager
def _gate(minhu: Minhu, words: str) -> Iterator[None]:
    """Nobody writes an answer to the chat whose draft has these words meanwhile."""
    draft = "SELECT id FROM conversations WHERE state->'drafts'->0->>'text' LIKE %s"
    with minhu.connect() as connection:
        [(chat,)] = minhu.rows(draft, f"%{words}%")
        connection.execute("SELECT pg_advisory_lock(%s)", [chat])
        connection.execute(
            "CREATE FUNCTION gate() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF NEW.conversation_id = {chat} "
            f"THEN PERFORM pg_advisory_xact_lock_shared({chat}); END IF; RETURN NEW; END $$"
        )
        connection.execute(
            "CREATE TRIGGER gate BEFORE INSERT ON outbox FOR EACH ROW EXECUTE FUNCTION gate()"
        )
        yield
        connection.execute("SELECT pg_advisory_unlock(%s)", [chat])
        connection.execute("DROP FUNCTION gate CASCADE")


def _waiting(minhu: Minhu) -> int:
    """How many wait for a lock that another holds."""
    query = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
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
    assert crash.waiting.answer()["text"].startswith("您好，我是小呼")
    assert "不客气" in crash.waiting.says("谢谢")["text"]
    assert len(crash.waiting.inbox) == 2


def test_case_with_a_lost_reply_is_made_once(crash: Crash, minhu: Minhu) -> None:
    assert AFTER_YES in crash.answering.answer()["text"]
    _has_one_case(crash.answering, minhu, "灯杆歪了")


def test_interrupted_yes_is_processed_again(crash: Crash, minhu: Minhu) -> None:
    assert AFTER_YES in crash.registering.answer()["text"]
    _has_one_case(crash.registering, minhu, "灯罩掉了")


def _has_one_case(chat: Chat, minhu: Minhu, words: str) -> None:
    assert _cases_saying(minhu, words) == 1
    assert len(chat.case_nos) == 1
    assert "不客气" in chat.says("谢谢")["text"]
    texts = "".join(chat.texts)
    assert (texts.count("已经登记好了"), texts.count(AFTER_YES)) == (1, 1)


def test_interrupted_push_is_sent_once(crash: Crash, minhu: Minhu) -> None:
    crash.pushed.hears("已经登记好了")
    crash.pushed.says("谢谢", "不客气")
    texts = "".join(crash.pushed.texts)
    assert (texts.count("已经登记好了"), texts.count(AFTER_YES)) == (1, 1)
    assert _cases_saying(minhu, "电线也露出来了") == 1


def test_nobody_notices_that_rasa_is_killed(minhu: Minhu) -> None:
    chat, sure = Chat(minhu), Chat(minhu)
    assert YES in titles(sure.says(f"{APPEAL}，灯泡碎了"))
    rasa = minhu.rasa()
    with _frozen(rasa):
        chat.sends(text=f"{APPEAL}，灯座裂了")
        sure.sends(payload=sure.payload(YES))
        rasa.kill()
    wait_for("somebody to see it", lambda: minhu.health()["rasa"] is False)
    assert YES in titles(chat.answer())
    assert AFTER_YES in sure.answer()["text"]
    assert (len(sure.case_nos), _cases_saying(minhu, "灯泡碎了")) == (1, 1)

    minhu.wait_until_ok()
    assert minhu.rasa().pid != rasa.pid
    assert "不客气" in chat.says("谢谢")["text"]
    assert "路灯坏了三天" in sure.says("我的单子到哪一步了")["text"]
