"""One person writes hundreds of messages: nothing is lost, nothing grows, others are served."""

import json
import time

import pytest
from sqlalchemy import func, select

from backend.messaging.inbox import MOST_IN_A_ROW
from backend.models.messages import InboxMessage, OutboxMessage
from dialogue.state import Ask
from tests.support.bot_desk import Desk
from tests.support.builders import a_conversation

MANY = 300
LINES = (
    "还有一件事，{}号楼下面的路灯不亮了",
    "第{}遍了，怎么没人管",
    "老人模式",
    "说慢点",
    "查进度",
    "办身份证要带什么",
    "普通模式",
    "{}",
    "在吗",
    "文三路{}号",
)
LARGEST_STATE = 60_000  # characters, as it is kept
LONGEST_REPLY = 4_000


def wrote(desk: Desk, of: str) -> tuple[int, int]:
    """Messages that were kept, and those that were answered."""
    with desk.database.begin() as session:
        chat = a_conversation(session, of=of).id
        rows = session.scalars(select(InboxMessage).where(InboxMessage.conversation_id == chat))
        done = [row.done_at is not None for row in rows]
    return len(done), sum(done)


@pytest.mark.timeout(400)
def test_three_hundred_messages_in_sequence_are_all_answered(alone: Desk) -> None:
    alone.hears("路灯坏了", of="somebody")
    alone.answers()  # what is read once has been read
    for number in range(MANY):
        alone.hears(LINES[number % len(LINES)].format(number), of="flood")
    for name in ("a", "b", "c"):
        alone.hears("路灯坏了", of=name)
    turns = [alone.turns.take_next() for _ in range(4)]  # in each, so many at most of one chat
    assert turns == [True] * 4
    assert wrote(alone, "flood") == (MANY, MOST_IN_A_ROW)
    assert [wrote(alone, name) for name in ("a", "b", "c")] == [(1, 1)] * 3
    started_at, slowest = time.process_time(), 0.0  # not of what else the machine does
    while alone.turns.take_next():
        slowest = max(slowest, time.process_time() - started_at)
        started_at = time.process_time()
    assert wrote(alone, "flood") == (MANY, MANY)
    assert slowest < MOST_IN_A_ROW * 3
    assert len(json.dumps(alone.chat("flood").state, ensure_ascii=False)) < LARGEST_STATE
    assert max(map(len, alone.replies("flood"))) < LONGEST_REPLY
    with alone.database.begin() as session:
        assert session.scalars(select(func.count()).select_from(OutboxMessage)).one() >= MANY


def test_a_hundred_voice_notes_before_the_first_answer(alone: Desk) -> None:
    """What is heard before anything could be seen is one matter, and what waits is bounded."""
    for number in range(100):
        alone.speaks(f"{number}号楼下面的路灯不亮了，天黑了看不见路，老人摔了跤", of="flood")
    alone.answers()
    assert wrote(alone, "flood") == (100, 100)
    question = alone.state("flood").question
    assert question is not None
    assert question.ask is Ask.HEARING
    assert len(json.dumps(alone.chat("flood").state, ensure_ascii=False)) < LARGEST_STATE
