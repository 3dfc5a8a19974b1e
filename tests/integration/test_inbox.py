from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from sqlalchemy import func, select

from backend.database import Database
from backend.messaging import held_messages, inbox
from backend.messaging.inbox import LEASE, ClaimedMessage
from backend.models.messages import Delivery, InboxMessage, OutboxMessage
from backend.models.residents import Resident
from backend.vocabulary.messages import Body, Pin
from tests.support.builders import NOON, a_conversation, a_dispatched_case, a_message

SECOND = timedelta(seconds=1)


def receive(database: Database, text: str, **more: object) -> bool:
    with database.begin() as session:
        return inbox.receive(session, a_message(text, **more), now=NOON)  # type: ignore[arg-type]


def test_redelivered_message_is_stored_once(database: Database) -> None:
    assert receive(database, "你好", external_id="1")
    assert not receive(database, "你好", external_id="1")
    assert receive(database, "你好", external_id="1", on="telegram")


def test_eight_simultaneous_deliveries_are_one_message(database: Database) -> None:
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: receive(database, "你好", external_id="1"), range(8)))
    assert sorted(answers) == [False] * 7 + [True]
    with database.begin() as session:
        assert session.scalar(select(func.count()).select_from(Resident)) == 1


def take(database: Database, now: datetime = NOON) -> ClaimedMessage | None:
    with database.begin() as session:
        return inbox.take(session, now=now)


def test_message_after_the_last_answer_is_processed_immediately(database: Database) -> None:
    receive(database, "你好")
    claimed = take(database)
    assert claimed is not None
    assert take(database) is None
    with database.begin() as session:
        session.add(claimed.message)
        assert inbox.holds_lease(session, claimed.lease)
        assert inbox.finish(session, claimed, handled_by="bot", now=NOON) is None
    receive(database, "还有")
    following = take(database)
    assert following is not None
    assert Body.of(following.message.body).text == "还有"


def test_attempts_are_counted_before_each_try(database: Database) -> None:
    """A worker that dies says nothing of it: the count is in the transaction that takes."""
    receive(database, "你好")
    for attempt in range(3):
        claimed = take(database, NOON + attempt * (LEASE + SECOND))
        assert claimed is not None
        assert claimed.message.attempts == attempt + 1
        with database.begin() as session:
            assert session.scalars(select(InboxMessage.attempts)).one() == attempt + 1


def test_held_messages_go_to_the_residents_next_channel(database: Database) -> None:
    with database.begin() as session:
        chat = a_conversation(session, on="telegram")
        held_messages.hold_all(session, chat.account, now=NOON)
        a_dispatched_case(session, chat)
        assert set(session.scalars(select(OutboxMessage.status))) == {Delivery.HELD}
    receive(database, "我回来了", on="telegram")
    with database.begin() as session:
        assert set(session.scalars(select(OutboxMessage.status))) == {Delivery.PENDING}
        assert a_conversation(session, on="telegram").account.blocked_at is None


def test_hold_on_one_channel_ends_on_another(database: Database) -> None:
    with database.begin() as session:
        old, new = a_conversation(session, on="telegram"), a_conversation(session, on="web")
        new.account.resident_id = old.account.resident_id
        held_messages.hold_all(session, old.account, now=NOON)
        a_dispatched_case(session, old)
    receive(database, "我换了手机", on="web")
    with database.begin() as session:
        assert set(session.scalars(select(OutboxMessage.conversation_id))) == {new.id}


def test_whatever_is_in_a_message_can_be_stored(database: Database) -> None:
    pin = Pin(30.27, 120.13, label="文三路\0\ud83d")
    assert receive(database, "路灯\0\udc00", payload="b\0\ud800", pin=pin)
    with database.begin() as session:
        body = Body.of(session.scalars(select(InboxMessage)).one().body)
    assert (body.text, body.payload) == ("路灯", "b")
    assert body.pin == Pin(30.27, 120.13, label="文三路")


def test_what_waits_too_long_is_found(database: Database) -> None:
    receive(database, "你好")
    with database.begin() as session:
        message_id = session.scalars(select(InboxMessage.id)).one()
        assert inbox.stuck(session, since=NOON) == []
        assert inbox.stuck(session, since=NOON + SECOND) == [message_id]
