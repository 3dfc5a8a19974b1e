import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from backend.database import Database
from backend.messaging import held_messages, inbox, outbox
from backend.models.conversations import Conversation
from backend.models.messages import Delivery, OutboxMessage
from backend.vocabulary.messages import Button
from backend.vocabulary.texts import Text
from bot.channels.base import Blocked, Refused, RetryAfter, Unreachable
from bot.workers.push import Push
from tests.e2e.whole import wait_for
from tests.support.builders import NOON, Line, a_conversation, a_message, somebody_waits

NIGHT = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)  # 23:00 in Shanghai
MORNING = datetime(2026, 11, 23, 23, 0, tzinfo=UTC)  # 07:00 there, the next day
SECOND = timedelta(seconds=1)


def owe(database: Database, *texts: str, to: str = "lin", on: str = "line", **more: object) -> None:
    with database.begin() as session:
        chat = a_conversation(session, of=to, on=on)
        for text in texts:
            outbox.reply(session, chat, Text(text), now=NOON, **more)  # type: ignore[arg-type]


def push_once(database: Database, line: Line, at: datetime = NOON) -> bool:
    with time_machine.travel(at, tick=False):
        return Push(database, {"line": line}).send_next()


def push_all(database: Database, line: Line, at: datetime = NOON) -> None:
    while push_once(database, line, at):
        pass


def rows(database: Database) -> list[OutboxMessage]:
    with database.begin() as session:
        return list(session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))


def row(database: Database) -> OutboxMessage:
    (only,) = rows(database)
    return only


def test_two_senders_send_once_and_in_order(database: Database) -> None:
    for number in range(10):
        owe(database, *(f"{number}-{n}" for n in range(5)), to=f"resident-{number}")
    line, start = Line(), threading.Barrier(2)

    def work(_: int) -> None:
        push = Push(database, {"line": line})
        start.wait()
        while any(message.status == Delivery.PENDING for message in rows(database)):
            push.send_next()

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(work, range(2)))
    for number in range(10):
        texts = [text for account, text, _ in line.sent if account == f"resident-{number}"]
        assert texts == [f"{number}-{n}" for n in range(5)]


def test_message_in_flight_at_blocking_is_not_repeated(database: Database) -> None:
    owe(database, "你好")

    def block() -> None:
        with database.begin() as session:
            held_messages.hold_all(session, a_conversation(session, on="line").account, now=NOON)

    with ThreadPoolExecutor(1) as threads:
        with database.begin() as session:
            message = session.scalars(select(OutboxMessage)).one()
            outbox.mark_sent(session, message.id, message.conversation_id, now=NOON)
            blocked = threads.submit(block)
            wait_for("the block to wait for it", lambda: somebody_waits(database))
        blocked.result(60)
    assert row(database).status == Delivery.SENT


def test_a_message_is_leased_before_it_is_sent(database: Database) -> None:
    owe(database, "你好")
    with database.begin() as session:
        assert outbox.claim(session, now=NOON) is not None
    line = Line()
    assert not push_once(database, line, NOON + outbox.LEASE - SECOND)
    push_once(database, line, NOON + outbox.LEASE)  # the sender died: it is tried again
    assert line.texts == ["你好"]


def test_a_failure_is_tried_again_later_each_time(database: Database) -> None:
    owe(database, "你好")
    line = Line()
    at = NOON
    for attempt in range(1, 5):
        line.failures.append(Unreachable("away"))
        assert push_once(database, line, at)
        wait = outbox.backoff(attempt)
        assert not push_once(database, line, at + wait / 2 - SECOND / 100)
        at += wait
    assert (row(database).attempts, row(database).problem) == (4, "away")
    push_all(database, line, at)
    assert line.texts == ["你好"]


def test_retry_delay_grows_up_to_an_hour() -> None:
    waits = [outbox.backoff(attempts) for attempts in range(1, 100)]
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (2 * SECOND, timedelta(hours=1))


def test_retries_are_spread_over_half_their_delay() -> None:
    waits = {outbox.jittered(10 * SECOND) for _ in range(200)}
    assert min(waits) >= 5 * SECOND
    assert max(waits) <= 10 * SECOND
    assert len(waits) > 50


def test_the_channels_own_wait_is_obeyed(database: Database) -> None:
    owe(database, "一", "二")
    line = Line()
    line.failures.append(RetryAfter(37))
    push_all(database, line, NOON)
    push_all(database, line, NOON + 36 * SECOND)
    assert line.texts == []
    push_all(database, line, NOON + 37 * SECOND)
    assert line.texts == ["一", "二"]


def test_the_gap_between_two_messages_is_kept(database: Database) -> None:
    owe(database, "一", "二")
    line = Line(gap_seconds=1.0)
    push_all(database, line, NOON)
    assert line.texts == ["一"]
    push_all(database, line, NOON + SECOND)
    assert line.texts == ["一", "二"]


def test_unblocking_resident_gets_all_held_messages(database: Database) -> None:
    owe(database, "一", "二")
    line = Line()
    line.failures.append(Blocked("blocked"))
    push_all(database, line)
    owe(database, "三")
    assert {message.status for message in rows(database)} == {Delivery.HELD}
    with database.begin() as session:
        inbox.receive(session, a_message("我回来了", on="line"), now=NOON)
    push_all(database, line)
    assert line.texts == ["一", "二", "三"]


def test_refused_message_is_dropped_with_its_reason(database: Database) -> None:
    owe(database, "坏的", "好的")
    line = Line()
    line.failures.append(Refused("text must be valid"))
    push_all(database, line)
    bad, good = rows(database)
    assert (bad.status, bad.problem) == (Delivery.GAVE_UP, "text must be valid")
    assert (good.status, line.texts) == (Delivery.SENT, ["好的"])


def test_a_channel_that_is_switched_off_loses_nothing(database: Database) -> None:
    owe(database, "你好")
    with time_machine.travel(NOON, tick=False):
        Push(database, {}).send_next()
    assert row(database).status == Delivery.PENDING
    line = Line()
    push_all(database, line, NOON + outbox.backoff(1))
    assert line.texts == ["你好"]


def test_long_text_is_split_with_buttons_last(database: Database) -> None:
    owe(database, "第一句。第二句。第三句。", buttons=[Button("好", "/affirm")])
    line = Line(longest_text=4)
    push_all(database, line)
    payload = f"b{row(database).id}.0"
    assert line.sent == [
        ("lin", "第一句。", []),
        ("lin", "第二句。", []),
        ("lin", "第三句。", [("好", payload)]),
    ]
    assert (row(database).parts_sent, row(database).seq) == (3, 1)


def test_a_crash_between_two_parts_repeats_neither(database: Database) -> None:
    owe(database, "第一句。第二句。")
    line = Line(longest_text=4)
    push_once(database, line)
    with database.begin() as session:
        assert outbox.claim(session, now=NOON) is not None  # and the sender dies
    push_all(database, line, NOON + outbox.LEASE)
    assert line.texts == ["第一句。", "第二句。"]


def a_push(database: Database, key: str = "event:1", *, now: datetime, on: str = "line") -> None:
    with database.begin() as session:
        chat = a_conversation(session, on=on)
        text = Text("已签收")
        outbox.push(session, chat, text, now=now, case_id=None, case_no="HZ1", dedupe_key=key)  # type: ignore[arg-type]


def test_a_push_at_night_waits_for_the_morning(database: Database) -> None:
    a_push(database, now=NIGHT)
    line = Line()
    push_all(database, line, MORNING - SECOND)
    assert line.texts == []
    push_all(database, line, MORNING)
    assert line.texts == ["已签收"]


def test_night_push_is_hidden_on_the_page_too(database: Database) -> None:
    a_push(database, now=NIGHT, on="web")
    assert (row(database).status, row(database).seq) == (Delivery.PENDING, None)


def test_an_answer_at_night_is_sent_at_once(database: Database) -> None:
    with database.begin() as session:
        outbox.reply(session, a_conversation(session, on="line"), Text("在的"), now=NIGHT)
    line = Line()
    push_all(database, line, NIGHT)
    assert line.texts == ["在的"]


def test_one_key_is_sent_once(database: Database) -> None:
    for _ in range(2):
        a_push(database, "event:1", now=NOON)
    a_push(database, "event:2", now=NOON)
    assert len(rows(database)) == 2


@pytest.mark.parametrize("on", ["web", "line"])
def test_concurrent_writers_leave_no_position_gaps(database: Database, on: str) -> None:
    owe(database, on=on)
    start = threading.Barrier(2)

    def write(writer: int) -> None:
        start.wait()
        for number in range(15):
            owe(database, f"{writer}-{number}", on=on)

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(write, range(2)))
    push_all(database, Line())
    assert sorted(message.seq or 0 for message in rows(database)) == list(range(1, 31))


def test_a_reader_never_sees_a_lower_place_later(database: Database) -> None:
    """While one writer has not committed, the next waits for it; so no reader runs ahead."""
    owe(database, on="web")
    entered = threading.Event()
    slow = database.begin()
    session = slow.__enter__()
    outbox.reply(session, a_conversation(session), Text("先"), now=NOON)
    writer = threading.Thread(target=lambda: (entered.set(), owe(database, "后", on="web")))
    writer.start()
    entered.wait()
    writer.join(0.2)
    assert writer.is_alive()
    assert rows(database) == []
    slow.__exit__(None, None, None)
    writer.join()
    assert [(message.text, message.seq) for message in rows(database)] == [("先", 1), ("后", 2)]


def test_racing_senders_leave_no_leases(database: Database) -> None:
    for number in range(20):
        owe(database, "你好", to=f"resident-{number}")
    line = Line()
    with time_machine.travel(NOON, tick=False), ThreadPoolExecutor(6) as threads:
        push = Push(database, {"line": line})
        list(threads.map(lambda _: [push.send_next() for _ in range(20)], range(6)))
    assert len(line.sent) == 20
    with database.begin() as session:
        leased = select(Conversation.id).where(Conversation.push_leased_until.is_not(None))
        assert session.scalars(leased).all() == []
