import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from sqlalchemy import func, select

from backend.database import Database
from backend.messaging import inbox, outbox
from backend.messaging.inbox import LEASE, Lease
from backend.messaging.messages import Body, Pin
from backend.messaging.models import Delivery, InboxMessage, OutboxMessage
from backend.residents.models import Resident
from tests.builders import NOON, a_conversation, a_dispatched_case, a_message

SECOND = timedelta(seconds=1)


def receive(database: Database, text: str, **more: object) -> bool:
    with database.begin() as session:
        return inbox.receive(session, a_message(text, **more), now=NOON)  # type: ignore[arg-type]


def claim(database: Database, now: object = NOON) -> Lease | None:
    with database.begin() as session:
        return inbox.claim(session, now=now)  # type: ignore[arg-type]


def next_text(database: Database, lease: Lease) -> str | None:
    """Take the next message and call it done, as a turn does."""
    with database.begin() as session:
        message = inbox.next_message(session, lease, now=NOON)
        if message is None:
            return None
        message.done_at = NOON
        return Body.of(message.body).text


def test_a_message_that_comes_again_is_not_kept_again(database: Database) -> None:
    assert receive(database, "你好", external_id="1")
    assert not receive(database, "你好", external_id="1")
    assert receive(database, "你好", external_id="1", on="telegram")


def test_eight_deliveries_at_once_are_one_message_of_one_resident(database: Database) -> None:
    with ThreadPoolExecutor(8) as threads:
        kept = list(threads.map(lambda _: receive(database, "你好", external_id="1"), range(8)))
    assert sorted(kept) == [False] * 7 + [True]
    with database.begin() as session:
        assert session.scalar(select(func.count()).select_from(Resident)) == 1


def test_messages_are_taken_in_the_order_they_were_sent(database: Database) -> None:
    receive(database, "三", at=NOON + 2 * SECOND)
    receive(database, "一", at=NOON)
    receive(database, "二", at=NOON + SECOND)
    lease = claim(database)
    assert lease is not None
    assert [next_text(database, lease) for _ in range(4)] == ["一", "二", "三", None]


def test_the_lease_is_given_back_when_nothing_waits(database: Database) -> None:
    receive(database, "你好")
    lease = claim(database)
    assert lease is not None
    next_text(database, lease)
    next_text(database, lease)
    receive(database, "还有")
    assert claim(database) is not None


def test_two_threads_never_hold_one_conversation(database: Database) -> None:
    for number in range(40):
        receive(database, "你好", of=f"resident-{number % 20}")
    start = threading.Barrier(2)

    def claim_all(_: int) -> list[int]:
        start.wait()
        taken = (claim(database) for _ in range(40))
        return [lease.conversation_id for lease in taken if lease]

    with ThreadPoolExecutor(2) as threads:
        first, second = threads.map(claim_all, range(2))
    assert len(first) + len(second) == len({*first, *second}) == 20


def test_a_lease_runs_out(database: Database) -> None:
    receive(database, "你好")
    assert claim(database) is not None
    assert claim(database, NOON + LEASE) is None
    assert claim(database, NOON + LEASE + SECOND) is not None


def test_a_late_worker_finds_that_its_lease_is_gone(database: Database) -> None:
    receive(database, "你好")
    late = claim(database)
    current = claim(database, NOON + LEASE + SECOND)
    assert late is not None
    assert current is not None
    with database.begin() as session:
        assert not inbox.still_held(session, late)
        assert inbox.still_held(session, current)
        assert inbox.next_message(session, late, now=NOON) is None


def test_attempts_are_counted_before_each_try(database: Database) -> None:
    receive(database, "你好")
    for attempt in range(3):
        lease = claim(database, NOON + attempt * (LEASE + SECOND))
        assert lease is not None
        with database.begin() as session:
            later = NOON + attempt * (LEASE + SECOND)
            message = inbox.next_message(session, lease, now=later)
            assert message is not None
            assert message.attempts == attempt + 1


def test_what_was_held_goes_out_where_the_resident_writes_next(database: Database) -> None:
    with database.begin() as session:
        chat = a_conversation(session, on="telegram")
        outbox.hold_all(session, chat.account, now=NOON)
        a_dispatched_case(session, chat)
        assert set(session.scalars(select(OutboxMessage.status))) == {Delivery.HELD}
    receive(database, "我回来了", on="telegram")
    with database.begin() as session:
        assert set(session.scalars(select(OutboxMessage.status))) == {Delivery.PENDING}
        assert a_conversation(session, on="telegram").account.blocked_at is None


def test_what_was_held_on_one_channel_goes_out_on_the_other(database: Database) -> None:
    with database.begin() as session:
        old, new = a_conversation(session, on="telegram"), a_conversation(session, on="web")
        new.account.resident_id = old.account.resident_id
        outbox.hold_all(session, old.account, now=NOON)
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
