"""Something breaks within a turn, or a worker dies: one answer, or a person, and nothing half."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from backend.database import Database
from backend.models.conversations import Owner
from backend.models.messages import InboxMessage
from bot.turns.turn import MOST_ATTEMPTS, Turns
from bot.turns.understanding import Message
from dialogue.handlers import HANDLERS
from dialogue.state import State
from dialogue.texts import appeal as appeal_texts
from dialogue.texts import chat as texts
from dialogue.texts.wishes import FAILED_REASON
from dialogue.turn import Handler, Turn
from dialogue.utterance import Utterance
from tests.fakes.rasa import FakeRasa, nobody_home
from tests.support.bot_desk import Desk, a_desk
from tests.support.builders import somebody_waits
from tests.support.wechat_desk import eventually


@pytest.fixture
def desk(database: Database, rasa: FakeRasa, tmp_path: Path) -> Iterator[Desk]:
    with a_desk(database, tmp_path, rasa_url=rasa.url) as desk:
        yield desk


@pytest.fixture
def own(own_database: Database, tmp_path: Path) -> Iterator[Desk]:
    """For tests that take a table away."""
    with a_desk(own_database, tmp_path, rasa_url=nobody_home()) as desk:
        yield desk


def left_undone(desk: Desk) -> int:
    with desk.database.begin() as session:
        waiting = select(InboxMessage).where(InboxMessage.done_at.is_(None))
        return len(session.scalars(waiting).all())


def name_of(handler: Handler) -> str:
    return handler.__module__.rpartition(".")[2]


@pytest.mark.parametrize("handler", HANDLERS, ids=name_of)
def test_failing_handler_hands_the_resident_to_staff(
    alone: Desk, monkeypatch: pytest.MonkeyPatch, handler: Handler
) -> None:
    alone.read_back()
    before = alone.chat().state

    def does_all_and_fails(turn: Turn) -> bool:
        handler(turn)
        raise RuntimeError("a fault of ours")

    with monkeypatch.context() as patch:
        patch.setattr("dialogue.decide.HANDLERS", (does_all_and_fails, *HANDLERS))
        alone.hears("对，我眼睛不好，电话13812345678")
        alone.answers()
    assert alone.replies()[1:] == [texts.FAILED.plain]
    chat = alone.chat()
    assert (chat.owner, chat.queue_reason) == (Owner.QUEUE, FAILED_REASON)
    assert chat.state == before
    assert (chat.account.resident.phone, chat.account.resident.elder_mode) == (None, None)
    assert (alone.cases(), left_undone(alone)) == (0, 0)
    alone.hears("对")
    alone.answers()
    assert alone.cases() == 1  # and the conversation goes on where it stood


def test_failure_for_one_does_not_affect_the_next(
    alone: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails_for_some(turn: Turn) -> bool:
        if turn.words == "你好":
            raise RuntimeError("a fault of ours")
        return False

    monkeypatch.setattr("dialogue.decide.HANDLERS", (fails_for_some, *HANDLERS))
    for words in ("你好", "谢谢"):
        alone.hears(words)
    alone.hears("谢谢", of="wu")
    alone.answers()
    assert alone.replies() == [texts.FAILED.plain, texts.SOON.plain]
    assert alone.replies("wu") == [texts.THANK.plain]


def test_fault_during_staff_ownership_stays_silent(
    alone: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone.staff_takes()
    alone.hears("你好")
    alone.execute('UPDATE inbox SET body = \'{"files": [{"odd": 1}]}\'')
    alone.answers()
    assert (alone.replies(), left_undone(alone)) == ([], 0)
    assert alone.chat().owner == Owner.STAFF


@pytest.mark.parametrize("body", ['{"files": [{"odd": 1}]}', "[]", '"text"', '{"pin": 5}'])
def test_unreadable_message_ends_with_a_person(desk: Desk, body: str) -> None:
    desk.hears("你好")
    desk.hears("谢谢")
    desk.execute(f"UPDATE inbox SET body = '{body}' WHERE body ->> 'text' = '你好'")
    desk.answers()
    assert desk.replies() == [texts.FAILED.plain, texts.SOON.plain]
    assert desk.chat().owner == Owner.QUEUE


Understands = Callable[[Message, State], Utterance]


def worker(desk: Desk, understand: Understands) -> Turns:
    return Turns(desk.database, understand, {"web": desk.line})


def dies(_message: Message, _state: State) -> Utterance:
    raise SystemExit("as a process that is killed: nothing of ours gets to see it")


def test_another_worker_takes_over_an_unanswered_message(alone: Desk) -> None:
    alone.read_back()
    before = alone.chat().state
    alone.hears("对")
    with pytest.raises(SystemExit):
        worker(alone, dies).take_next()
    assert (alone.chat().state, alone.cases(), len(alone.replies())) == (before, 0, 1)
    alone.answers()
    assert alone.cases() == 0  # until its lease has run out
    alone.let_lease_expire()
    alone.answers()
    assert alone.cases() == 1
    assert sum("工单编号" in reply for reply in alone.replies()) == 1


def test_message_killing_every_worker_goes_to_staff(alone: Desk) -> None:
    alone.hears("你好")
    for _ in range(MOST_ATTEMPTS):
        with pytest.raises(SystemExit):
            worker(alone, dies).take_next()
        alone.let_lease_expire()
    worker(alone, dies).take_next()
    assert alone.replies() == [texts.FAILED.plain]
    assert alone.chat().owner == Owner.QUEUE
    assert left_undone(alone) == 0


def test_failing_understanding_hands_the_resident_to_staff(alone: Desk) -> None:
    def fails(_message: Message, _state: State) -> Utterance:
        raise FileNotFoundError("models/minhu.tar.gz")

    alone.hears("你好")
    worker(alone, fails).take_next()
    assert alone.replies() == [texts.FAILED.plain]
    assert alone.chat().owner == Owner.QUEUE


def test_failure_after_registration_rolls_the_case_back(own: Desk) -> None:
    """The answer cannot be written: neither case nor event nor state stands, and then all once."""
    own.read_back()
    before = own.chat().state
    own.hears("对，电话13812345678")
    own.execute("ALTER TABLE outbox RENAME TO outbox_away")
    with pytest.raises(ProgrammingError, match="outbox"):
        own.answers()
    own.execute("ALTER TABLE outbox_away RENAME TO outbox")
    assert (own.cases(), own.chat().state, own.resident().phone) == (0, before, None)
    assert (left_undone(own), len(own.replies())) == (1, 1)
    own.let_lease_expire()
    own.answers()
    assert (own.cases(), own.resident().phone) == (1, "13812345678")
    assert sum("工单编号" in reply for reply in own.replies()) == 1
    assert left_undone(own) == 0


def test_unwritable_answer_does_not_block_others(own: Desk) -> None:
    """After three tries a person has it; nobody else's chat waits for that."""
    own.execute("ALTER TABLE outbox ADD CONSTRAINT no_greeting CHECK (text NOT LIKE '%我是小呼%')")
    own.hears("你好", of="lin")
    own.hears("谢谢", of="wu")
    for _ in range(MOST_ATTEMPTS):
        with pytest.raises(DBAPIError):
            own.answers()
        own.answers()
        assert own.replies("wu") == [texts.THANK.plain]
        own.let_lease_expire("lin")
    own.answers()
    assert own.replies("lin") == [texts.FAILED.plain]


def test_connection_cut_before_commit_leaves_nothing(alone: Desk) -> None:
    alone.read_back()
    before = alone.chat().state
    alone.hears("对")
    cut: list[BaseException] = []

    def work() -> None:
        try:
            alone.turns.take_next()
        except DBAPIError as error:
            cut.append(error)

    thread = threading.Thread(target=work)
    with alone.database.begin() as session:
        session.execute(text("LOCK TABLE outbox IN SHARE MODE"))  # it waits with the case made
        thread.start()
        eventually(lambda: somebody_waits(alone.database))
        session.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE wait_event_type = 'Lock' AND datname = current_database()"
            )
        )
        thread.join(10)
    assert len(cut) == 1
    assert (alone.cases(), alone.chat().state, len(alone.replies())) == (0, before, 1)
    alone.let_lease_expire()
    alone.answers()
    assert alone.cases() == 1
    assert sum("工单编号" in reply for reply in alone.replies()) == 1


def test_worker_without_lease_sends_and_changes_nothing(desk: Desk, rasa: FakeRasa) -> None:
    desk.read_back()

    def another_takes_over() -> None:
        rasa.meanwhile = None
        desk.let_lease_expire()
        desk.hears("谢谢")
        desk.answers()

    rasa.meanwhile = another_takes_over
    desk.hears("对")
    desk.answers()
    assert desk.cases() == 1
    assert sum("工单编号" in reply for reply in desk.replies()) == 1
    assert sum(texts.THANK.plain in reply for reply in desk.replies()) == 1
    newest = desk.chat().state
    assert newest is not None
    assert texts.THANK.plain in newest["last_text"]["plain"]  # and not back at the first


def test_failing_worker_without_lease_stays_silent(alone: Desk) -> None:
    def takes_too_long(_message: Message, _state: State) -> Utterance:
        alone.let_lease_expire()
        alone.answers()
        raise RuntimeError("a fault of ours")

    alone.hears("你好")
    worker(alone, takes_too_long).take_next()
    assert alone.replies() == [texts.GREET.plain]
    assert alone.chat().owner == Owner.BOT


def test_two_answers_to_one_question_at_once(alone: Desk) -> None:
    alone.read_back()
    for yes in ("对", "对的"):
        alone.hears(yes)
    at_once(alone, workers=2)
    assert alone.cases() == 1
    assert sum("工单编号" in reply for reply in alone.replies()) == 1


def test_simultaneous_yes_and_cancel_keep_their_order(alone: Desk) -> None:
    for of, answers in {"lin": ("对", "算了"), "wu": ("算了", "对")}.items():
        alone.read_back(of=of)
        for words in answers:
            alone.hears(words, of=of)
    at_once(alone, workers=2)
    assert alone.cases() == 1
    assert any("工单编号" in phrase for phrase in alone.replies("lin"))
    assert appeal_texts.CANCELLED.plain in alone.replies("wu")


def at_once(desk: Desk, *, workers: int) -> None:
    threads = [threading.Thread(target=desk.answers) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    desk.answers()  # what a worker left when it found the chat taken


def test_answer_after_restart_belongs_to_earlier_question(
    database: Database, tmp_path: Path
) -> None:
    """Each message is answered by an app of its own."""
    for words in ("楼道的灯不亮了", "西湖区文三路18号2单元", "对", "13812345678"):
        with a_desk(database, tmp_path, rasa_url=nobody_home()) as desk:
            desk.hears(words)
            desk.answers()
    assert desk.cases() == 1
    assert desk.resident().phone == "13812345678"
