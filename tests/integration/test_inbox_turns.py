"""`take` and `finish`: the turns that workers take, in order, fairly, each by one worker."""

import itertools
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from sqlalchemy import select, text, update

from backend.database import Database
from backend.messaging import inbox, outbox
from backend.messaging.inbox import BUSY_WAITS, LEASE, MOST_IN_A_ROW, ClaimedMessage
from backend.models.conversations import Conversation, Owner
from backend.models.messages import InboxMessage
from backend.vocabulary.messages import Body, File
from backend.vocabulary.texts import Text
from tests.support.builders import NOON, a_message
from tests.support.counting import counting

SECOND = timedelta(seconds=1)
VOICE = File("voice", reference="f1")


def receive(database: Database, text: str, **more: object) -> None:
    with database.begin() as session:
        message = a_message(text, **more)  # type: ignore[arg-type]
        assert inbox.receive(session, message, now=message.sent_at)


def take(database: Database, now: datetime = NOON) -> ClaimedMessage | None:
    with database.begin() as session:
        return inbox.take(session, now=now)


def finish(
    database: Database, claimed: ClaimedMessage, now: datetime = NOON
) -> ClaimedMessage | None:
    with database.begin() as session:
        session.add(claimed.message)
        assert inbox.holds_lease(session, claimed.lease)
        return inbox.finish(session, claimed, handled_by="bot", now=now)


def text_of(claimed: ClaimedMessage) -> str | None:
    return Body.of(claimed.message.body).text


def texts(database: Database, now: datetime = NOON) -> list[str | None]:
    """All that waits, in the order in which one worker answers it."""
    answered = []
    while claimed := take(database, now):
        while claimed:
            answered.append(text_of(claimed))
            claimed = finish(database, claimed, now)
            now += SECOND
    return answered


def test_messages_are_taken_in_sending_order(database: Database) -> None:
    receive(database, "三", at=NOON + 2 * SECOND)
    receive(database, "一", at=NOON)
    receive(database, "二", at=NOON + SECOND)
    assert texts(database, NOON + 3 * SECOND) == ["一", "二", "三"]


def test_message_comes_with_everything_its_turn_needs(database: Database) -> None:
    receive(database, "你好")
    with counting(database) as counted:
        claimed = take(database)
    assert len(counted.statements) == 1
    assert claimed is not None
    with counting(database) as counted:
        assert claimed.message.conversation.account.resident.id
        assert claimed.message.attempts == 1
    assert counted.statements == []


def test_nobody_waits(database: Database) -> None:
    with counting(database) as counted:
        assert take(database) is None
    assert len(counted.statements) == 1


def test_danger_is_taken_first(database: Database) -> None:
    receive(database, "第一句")
    receive(database, "第二句")
    receive(database, "", files=(VOICE,))
    receive(database, "着火了，快来人，楼道里都是烟")
    assert texts(database)[0] == "着火了，快来人，楼道里都是烟"


def test_earlier_file_blocks_later_messages(database: Database) -> None:
    receive(database, "看这个", files=(File("photo", reference="f1"),))
    receive(database, "就是这里", at=NOON + SECOND)
    assert take(database, NOON + SECOND) is None
    assert texts(database, NOON + timedelta(minutes=2)) == ["看这个", "就是这里"]


def test_urgent_message_releases_those_behind_it(
    database: Database,
) -> None:
    receive(database, "着火了，快来人", files=(File("photo", reference="f1"),))
    receive(database, "在三楼", at=NOON + SECOND)
    assert texts(database, NOON + 2 * SECOND) == ["着火了，快来人", "在三楼"]


def test_the_lease_is_given_back_with_the_answer(database: Database) -> None:
    receive(database, "你好")
    claimed = take(database)
    assert claimed is not None
    with database.begin() as session, counting(database) as counted:
        session.add(claimed.message)
        assert inbox.holds_lease(session, claimed.lease)
        chat = claimed.message.conversation
        chat.state = {"version": 1}
        outbox.reply(session, chat, Text("您好"), now=NOON)
        assert inbox.finish(session, claimed, handled_by="bot", now=NOON) is None
        session.flush()
    # The lock, the reply, and "done" with the state, the lease and the look for a next message.
    assert len(counted.statements) == 3
    with database.begin() as session:
        chat = session.scalars(select(Conversation)).one()
        message = session.scalars(select(InboxMessage)).one()
        assert (chat.turn_leased_until, chat.state) == (None, {"version": 1})
        assert (chat.last_seq, message.handled_by, message.done_at) == (1, "bot", NOON)


def test_the_lease_is_renewed_for_the_next_message(database: Database) -> None:
    receive(database, "一")
    receive(database, "二")
    claimed = take(database)
    assert claimed is not None
    later = NOON + 10 * SECOND
    following = finish(database, claimed, later)
    assert following is not None
    assert following.message.attempts == 1
    assert following.message.conversation.turn_leased_until == later + LEASE
    assert take(database, later + LEASE) is None
    assert take(database, later + LEASE + SECOND) is not None


def test_expired_lease_is_reported_to_its_worker(database: Database) -> None:
    receive(database, "你好")
    late = take(database)
    assert late is not None
    assert take(database, NOON + LEASE) is None
    current = take(database, NOON + LEASE + SECOND)
    assert current is not None
    assert current.message.attempts == 2
    with database.begin() as session:
        assert not inbox.holds_lease(session, late.lease)
        assert inbox.holds_lease(session, current.lease)


def test_locking_rereads_the_conversation(database: Database) -> None:
    receive(database, "你好")
    claimed = take(database)
    assert claimed is not None
    with database.begin() as session:
        session.execute(update(Conversation).values(owner=Owner.STAFF))
    with database.begin() as session:
        session.add(claimed.message)
        with counting(database) as counted:
            assert inbox.holds_lease(session, claimed.lease)
            assert claimed.message.conversation.owner == Owner.STAFF
        assert len(counted.statements) == 1


def test_two_workers_never_hold_one_conversation(database: Database) -> None:
    for number in range(40):
        receive(database, "你好", of=f"resident-{number % 20}")
    start = threading.Barrier(2)

    def take_all(_: int) -> list[int]:
        start.wait()
        messages = (take(database) for _ in range(40))
        return [claimed.lease.conversation_id for claimed in messages if claimed]

    with ThreadPoolExecutor(2) as threads:
        first, second = threads.map(take_all, range(2))
    assert len(first) + len(second) == len({*first, *second}) == 20


def test_message_answered_meanwhile_is_not_taken(database: Database) -> None:
    """It is done by the time its row can be locked: the worker takes the next one."""
    receive(database, "一")
    receive(database, "二")
    answered = update(InboxMessage).where(InboxMessage.body["text"].astext == "一")
    with ThreadPoolExecutor(1) as threads:
        with database.begin() as session:
            session.execute(answered.values(done_at=NOON))
            waiting_take = threads.submit(take, database)
            assert is_blocked(database)
        claimed = waiting_take.result()
    assert claimed is not None
    assert (text_of(claimed), claimed.message.attempts) == ("二", 1)


def is_blocked(database: Database) -> bool:
    """True if a statement comes to wait for a lock."""
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    for _ in range(200):
        with database.begin() as session:
            if session.scalar(waiting):
                return True
        time.sleep(0.01)
    return False


def test_two_workers_answer_each_message_once(database: Database) -> None:
    for number in range(60):
        receive(database, str(number), of=f"resident-{number % 3}")
    start = threading.Barrier(2)

    def answer_all(_: int) -> list[str | None]:
        start.wait()
        return texts(database)

    with ThreadPoolExecutor(2) as threads:
        first, second = threads.map(answer_all, range(2))
    # A worker may find nothing free while the other works: the rest is found by the next look.
    answered = [*first, *second, *texts(database, NOON + timedelta(hours=1))]
    assert sorted(map(int, filter(None, answered))) == list(range(60))


def test_eight_busy_chats_delay_a_ninth_only_briefly(database: Database) -> None:
    for busy in range(8):
        for _ in range(20):
            receive(database, f"busy-{busy}", of=f"busy-{busy}")
    receive(database, "ninth", of="ninth", at=NOON + SECOND)
    order = texts(database, NOON + 2 * SECOND)
    assert len(order) == 161
    assert order.index("ninth") == 8 * MOST_IN_A_ROW
    runs = [len(list(turns)) for _, turns in itertools.groupby(order)]
    assert max(runs) == MOST_IN_A_ROW


def test_busy_chat_continues_after_the_others(database: Database) -> None:
    for number in range(MOST_IN_A_ROW + 2):
        receive(database, f"a{number}", of="a")
    receive(database, "b0", of="b", at=NOON + SECOND)
    order = texts(database, NOON + 2 * SECOND)
    mine = [f"a{number}" for number in range(MOST_IN_A_ROW + 2)]
    assert order == [*mine[:MOST_IN_A_ROW], "b0", *mine[MOST_IN_A_ROW:]]


def test_a_new_message_goes_before_busy_chats(database: Database) -> None:
    """A busy chat waits since its last turn, which may lie before the other's message."""
    for busy in range(8):
        for _ in range(MOST_IN_A_ROW * 2):
            receive(database, "busy", of=f"busy-{busy}")
    now = NOON + SECOND
    for _ in range(8):
        claimed = take(database, now)
        while claimed:
            claimed = finish(database, claimed, now)
        now += SECOND
    receive(database, "quiet", of="quiet", at=now)
    assert texts(database, now)[0] == "quiet"


def test_busy_chats_are_not_passed_over_for_ever(database: Database) -> None:
    for _ in range(MOST_IN_A_ROW + 1):
        receive(database, "busy", of="busy")
    claimed = take(database)
    while claimed:
        claimed = finish(database, claimed)
    late = NOON + BUSY_WAITS + SECOND
    receive(database, "quiet", of="quiet", at=late)
    assert texts(database, late) == ["busy", "quiet"]


def test_early_release_of_a_chat_is_announced(database: Database) -> None:
    for number in range(MOST_IN_A_ROW + 1):
        receive(database, f"a{number}")
    claimed = take(database)
    for _ in range(MOST_IN_A_ROW - 1):
        assert claimed is not None
        claimed = finish(database, claimed)
    assert claimed is not None
    with counting(database) as counted:
        assert finish(database, claimed) is None
    assert any("pg_notify" in statement for statement in counted.statements)
    assert len(counted.statements) == 3  # the lock among them
    last = take(database)
    assert last is not None
    assert text_of(last) == f"a{MOST_IN_A_ROW}"
    assert finish(database, last) is None
    assert take(database) is None
