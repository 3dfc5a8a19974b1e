"""Who gets a reply: the request that brought the message, or push."""

import threading
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from backend.database import Database
from backend.messaging import held_messages, inbox, outbox, passive_replies
from backend.messaging.numbered_choices import with_numbers
from backend.models.conversations import Conversation
from backend.models.messages import Delivery, InboxMessage, OutboxMessage
from backend.models.residents import ChannelAccount
from backend.vocabulary.messages import Button
from backend.vocabulary.texts import Text
from bot.channels.splitting import split_bytes
from tests.support.builders import NOON, a_conversation, a_message, a_registered_case

SECOND = timedelta(seconds=1)


def parts(text: str, titles: Sequence[str]) -> list[str]:
    return split_bytes(with_numbers(text, titles), 60)


def a_reply(
    database: Database,
    text: str = "好的。",
    *,
    on: str = "wechat",
    at: datetime = NOON + SECOND,
    buttons: Sequence[Button] = (),
) -> int:
    """The number of a message that came at noon, and was answered a second later."""
    incoming = a_message("你好", on=on, of="oLin")
    with database.begin() as session:
        inbox.receive(session, incoming, now=NOON)
        message = passive_replies.find(session, on, incoming.external_id)
        outbox.reply(
            session,
            message.conversation,
            Text(text),
            now=at,
            buttons=buttons,
            dedupe_key=passive_replies.reply_key(message.id),
            due_at=passive_replies.due_for_push(message, now=at),
        )
        message.done_at = at
        passive_replies.wake_request(session, message, now=at)
        return message.id


def passive_reply(database: Database, message_id: int, *, at: datetime) -> str | None:
    with database.begin() as session:
        row = passive_replies.lock(session, message_id)
        assert row is not None
        return passive_replies.take(session, row, parts, now=at)


def claimed(database: Database, *, at: datetime) -> OutboxMessage | None:
    with database.begin() as session:
        return outbox.claim(session, now=at)


def test_request_takes_the_reply_and_push_skips_it(database: Database) -> None:
    message = a_reply(database)
    assert claimed(database, at=NOON + 4.9 * SECOND) is None
    assert passive_reply(database, message, at=NOON + 2 * SECOND) == "好的。"
    assert claimed(database, at=NOON + 60 * SECOND) is None


def test_a_repetition_is_told_the_same(database: Database) -> None:
    message = a_reply(database)
    answers = {passive_reply(database, message, at=NOON + n * SECOND) for n in (2, 5, 10, 100)}
    assert answers == {"好的。"}
    with database.begin() as session:
        row = passive_replies.lock(session, message)
        assert row is not None
        assert (row.seq, row.taken_at) == (1, NOON + 2 * SECOND)


def test_after_the_five_seconds_it_is_pushs(database: Database) -> None:
    message = a_reply(database)
    row = claimed(database, at=NOON + 5 * SECOND)
    assert row is not None
    assert passive_reply(database, message, at=NOON + 5 * SECOND) is None
    assert row.parts_sent == 0


def test_released_reply_is_due_for_push_immediately(database: Database) -> None:
    message = a_reply(database)
    at = NOON + 4.5 * SECOND
    with database.begin() as session:
        passive_replies.release_to_push(session, message, now=at)
    assert passive_reply(database, message, at=at) is None
    assert claimed(database, at=at) is not None


def test_release_does_not_affect_a_taken_reply(database: Database) -> None:
    message = a_reply(database)
    assert passive_reply(database, message, at=NOON + 4 * SECOND)
    with database.begin() as session:
        passive_replies.release_to_push(session, message, now=NOON + 4.5 * SECOND)
    assert claimed(database, at=NOON + 5 * SECOND) is None


def test_further_parts_are_pushed(database: Database) -> None:
    message = a_reply(database, "第一句话。第二句话。第三句话。第四句话。第五句话。")
    at = NOON + 2 * SECOND
    assert passive_reply(database, message, at=at) == "第一句话。第二句话。第三句话。第四句话。"
    row = claimed(database, at=at)
    assert row is not None
    assert parts(row.text, [])[row.parts_sent :] == ["第五句话。"]
    assert row.status == Delivery.PENDING


def test_a_channel_that_does_not_wait(database: Database) -> None:
    a_reply(database, on="telegram")
    assert claimed(database, at=NOON + SECOND) is not None


def test_what_is_held_is_not_taken(database: Database) -> None:
    """They left while we were thinking."""
    message = a_reply(database)
    with database.begin() as session:
        account = session.get_one(InboxMessage, message).conversation.account
        held_messages.hold_all(session, account, now=NOON)
    assert passive_reply(database, message, at=NOON + 2 * SECOND) is None


def test_a_turn_that_ends_in_silence(database: Database) -> None:
    incoming = a_message("你好", on="wechat", of="oLin")
    with database.begin() as session:
        inbox.receive(session, incoming, now=NOON)
        message = passive_replies.find(session, "wechat", incoming.external_id)
        assert passive_replies.lock(session, message.id) is None
        assert not passive_replies.is_answered(session, message.id)
        message.done_at = NOON
        session.flush()
        assert passive_replies.is_answered(session, message.id)


def a_case_told(database: Database, text: str = "登记好了。", *, is_reply: bool = True) -> None:
    """In the turn of a message that came at noon."""
    with database.begin() as session:
        chat = a_conversation(session, of="oLin", on="wechat")
        case = a_registered_case(session, a_conversation(session, of="other", on="web"))
        outbox.push(
            session,
            chat,
            Text(text),
            now=NOON,
            case_id=case.id,
            case_no=case.case_no,
            dedupe_key=f"told:{case.id}",
            is_reply=is_reply,
        )


def statuses(database: Database) -> list[str]:
    with database.begin() as session:
        records = select(OutboxMessage).join(Conversation).join(ChannelAccount)
        rows = session.scalars(records.where(ChannelAccount.channel == "wechat"))
        return sorted(row.status for row in rows)


def test_case_notification_travels_with_the_reply(database: Database) -> None:
    a_case_told(database)
    message = a_reply(database, buttons=[Button("好", "好")])
    assert claimed(database, at=NOON + 2 * SECOND) is None
    for at in (2, 6):
        messages = passive_reply(database, message, at=NOON + at * SECOND)
        assert messages == "登记好了。\n\n好的。\n回 1 好"
    assert statuses(database) == [Delivery.SENT] * 2
    assert claimed(database, at=NOON + 60 * SECOND) is None


def test_overflow_beside_the_reply_is_pushed(database: Database) -> None:
    a_case_told(database, "这件事已经登记好了，编号一二三四五。")
    message = a_reply(database)
    assert passive_reply(database, message, at=NOON + 2 * SECOND) == "好的。"
    row = claimed(database, at=NOON + 2 * SECOND)
    assert row is not None
    assert row.text.startswith("这件事")
    assert row.parts_sent == 0


def test_late_reply_keeps_the_order(database: Database) -> None:
    a_case_told(database)
    late = NOON + 6 * SECOND
    a_reply(database, at=late)
    row = claimed(database, at=late)
    assert row is not None
    assert row.text == "登记好了。"


def test_release_includes_the_updates_of_the_turn(database: Database) -> None:
    a_case_told(database)
    message = a_reply(database)
    at = NOON + 4.5 * SECOND
    with database.begin() as session:
        passive_replies.release_to_push(session, message, now=at)
    row = claimed(database, at=at)
    assert row is not None
    assert row.text == "登记好了。"


def test_other_news_does_not_wait_for_anybody(database: Database) -> None:
    a_case_told(database, "签收了。", is_reply=False)
    message = a_reply(database)
    assert passive_reply(database, message, at=NOON + 2 * SECOND) == "好的。"
    row = claimed(database, at=NOON + 2 * SECOND)
    assert row is not None
    assert row.text == "签收了。"


@pytest.mark.parametrize("attempt", range(8))
def test_both_at_the_same_moment(database: Database, attempt: int) -> None:
    """At the stroke of five: the request's clock is a little behind, push's is not."""
    message = a_reply(database)
    due = NOON + 5 * SECOND
    barrier, got = threading.Barrier(2), []

    def request() -> None:
        barrier.wait()
        if passive_reply(database, message, at=due - SECOND / 10):
            got.append("request")

    def push() -> None:
        barrier.wait()
        if claimed(database, at=due):
            got.append("push")

    both = [threading.Thread(target=request), threading.Thread(target=push)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert len(got) <= 1
    if not got:  # each gave way to the other: push comes again
        assert claimed(database, at=due + SECOND) is not None
