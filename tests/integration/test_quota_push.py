"""Pushes on a channel that counts our messages: nothing too much, nothing lost, nothing twice."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, text

from backend.clock import now
from backend.database import Database
from backend.messaging import held_messages, inbox, outbox, quota_log
from backend.models.messages import Delivery, OutboxMessage, ReplyWindow, Source
from backend.vocabulary.messages import Button, Contact
from backend.vocabulary.texts import Text
from bot.channels.base import Blocked, NotTaken, OutOfWindow, Refused, RetryAfter, Unreachable
from bot.workers.push import Push
from tests.support.builders import NOON, Line, a_conversation, a_message, a_registered_case
from tests.support.counting_service import CountingService, TooMuch

SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
GRADES = [Button("满意", "/rate_case", {"score": 4}), Button("不满意", "/rate_case", {"score": 2})]


@dataclass
class WeChatLine(Line):
    """Counts as WeChat does; one follower."""

    name: str = "wechat"
    shows_buttons: bool = False
    service: CountingService = field(default_factory=CountingService)

    def send(self, account: str, text: str, buttons: Sequence[tuple[str, str]]) -> None:
        super().send(account, text, buttons)
        try:
            self.service.take(text, now())
        except TooMuch:
            self.sent.pop()
            raise OutOfWindow("45047") from None


@dataclass
class NoticeLine(WeChatLine):
    template_id: str | None = "approved"
    notices: list[str] = field(default_factory=list)

    def send_template(self, account: str, text: str) -> str | None:
        self.notices.append(text)
        return None


class Follower:
    """A resident on WeChat, a case of theirs, and what the city tells of it."""

    def __init__(self, database: Database, line: WeChatLine, **more: Line) -> None:
        self.database, self.line = database, line
        self.channels = {"wechat": line, **more}
        self.at = NOON
        self._steps = 0
        with database.begin() as session:
            self.chat = a_conversation(session, on="wechat")
            self.case_id = a_registered_case(session, self.chat).id
            session.execute(delete(OutboxMessage))

    def contacts(self, kind: Contact = Contact.MESSAGE, *, on: str = "wechat") -> None:
        if on == "wechat":
            self.line.service.contact(kind, self.at)
        with self.database.begin() as session:
            message = a_message("你好", on=on, at=self.at, contact=kind)
            inbox.receive(session, message, now=self.at)

    def owed(self, *texts: str, buttons: Sequence[Button] = ()) -> None:
        with self.database.begin() as session:
            chat = a_conversation(session, on="wechat")
            for words in texts:
                self._steps += 1
                outbox.push(
                    session,
                    chat,
                    Text(words),
                    now=self.at,
                    case_id=self.case_id,
                    case_no="HZ1",
                    dedupe_key=f"step:{self._steps}",
                    buttons=buttons,
                )

    def answered(self, words: str, source: Source = Source.BOT) -> None:
        with self.database.begin() as session:
            chat = a_conversation(session, on="wechat")
            outbox.reply(session, chat, Text(words), now=self.at, source=source)

    def push(self) -> None:
        with time_machine.travel(self.at, tick=False):
            push = Push(self.database, self.channels)
            while push.send_next():
                pass

    def pushed(self, *texts: str, buttons: Sequence[Button] = ()) -> None:
        self.owed(*texts, buttons=buttons)
        self.push()

    def rows(self) -> list[OutboxMessage]:
        with self.database.begin() as session:
            return list(session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))

    def states(self) -> list[str]:
        return [row.status for row in self.rows()]

    def remaining(self) -> int:
        with self.database.begin() as session:
            account = a_conversation(session, on="wechat").account
            return sum(window.remaining for window in quota_log.of_account(session, account))


@pytest.fixture
def line() -> WeChatLine:
    return WeChatLine()


@pytest.fixture
def one(database: Database, line: WeChatLine) -> Follower:
    follower = Follower(database, line)
    follower.contacts()
    return follower


def test_five_steps_and_a_result_in_one_window(one: Follower, line: WeChatLine) -> None:
    for step in ("派单", "签收", "延期", "挂起", "恢复"):
        one.at += HOUR
        one.pushed(step)
    assert line.texts == ["派单", "签收", "延期", "挂起"]
    assert one.states() == [*["sent"] * 4, "held"]
    one.at += HOUR
    one.pushed("办好了", buttons=GRADES)
    (*_, last) = line.texts
    assert last == "您有 2 条进展：\n\n恢复\n\n办好了\n回 1 满意\n回 2 不满意"
    assert set(one.states()) == {Delivery.SENT}
    assert line.service.refused == 0


def test_what_waits_together_is_one_message(one: Follower, line: WeChatLine) -> None:
    one.pushed("派单", "签收", "延期")
    assert line.texts == ["派单\n\n签收\n\n延期"]
    assert [row.seq for row in one.rows()] == [1, 2, 3]
    assert one.remaining() == 4


def test_held_messages_go_out_at_next_contact(one: Follower, line: WeChatLine) -> None:
    one.at += 49 * HOUR
    one.pushed("签收")
    one.pushed("延期")
    assert (line.texts, one.states()) == ([], ["held", "held"])
    assert {row.problem for row in one.rows()} == {held_messages.UNTIL_CONTACT}
    one.contacts(Contact.MENU)
    one.push()
    assert line.texts == ["您有 2 条进展：\n\n签收\n\n延期"]


def test_45047_in_the_middle_of_a_series(database: Database) -> None:
    line = WeChatLine(longest_text=4)
    one = Follower(database, line)
    one.contacts()
    one.owed("第一句。第二句。第三句。")
    line.failures.append(RetryAfter(5))  # and the charge is given back
    one.push()
    one.at += 5 * SECOND
    with time_machine.travel(one.at, tick=False):
        Push(database, one.channels).send_next()
    line.service.forget()
    one.push()
    assert (line.texts, one.states(), one.remaining()) == (["第一句。"], ["held"], 0)
    one.at += HOUR
    one.contacts()
    one.push()
    assert line.texts == ["第一句。", "第二句。", "第三句。"]
    assert one.states() == ["sent"]


def test_a_contact_while_the_service_says_no(one: Follower, line: WeChatLine) -> None:
    """It is tried again at once: the no was of the time before."""

    class BusyLine(WeChatLine):
        def send(self, account: str, text: str, buttons: Sequence[tuple[str, str]]) -> None:
            one.channels["wechat"] = line
            one.at += SECOND
            one.contacts()
            clock.move_to(one.at, tick=False)
            raise OutOfWindow("45047")

    one.owed("签收")
    one.channels["wechat"] = BusyLine()
    with time_machine.travel(one.at, tick=False) as clock:
        Push(one.database, one.channels).send_next()
    one.push()
    assert (line.texts, one.states()) == (["签收"], ["sent"])


@pytest.mark.parametrize(
    ("problem", "remaining"),
    [(NotTaken("refused"), 5), (RetryAfter(1), 5), (Refused("bad"), 5), (Unreachable("?"), 4)],
    ids=lambda value: str(value),
)
def test_what_an_attempt_costs(
    one: Follower, line: WeChatLine, problem: Exception, remaining: int
) -> None:
    one.owed("签收")
    line.failures.append(problem)  # type: ignore[arg-type]
    with time_machine.travel(one.at, tick=False):
        Push(one.database, one.channels).send_next()
    assert one.remaining() == remaining


def test_a_crash_costs_one_and_loses_nothing(one: Follower, line: WeChatLine) -> None:
    class Killed(BaseException):
        pass

    one.owed("签收")
    line.failures.append(Killed())  # type: ignore[arg-type]
    with time_machine.travel(one.at, tick=False), pytest.raises(Killed):
        Push(one.database, one.channels).send_next()
    assert one.remaining() == 4
    one.push()
    assert line.texts == []
    one.at += outbox.LEASE
    one.push()
    assert (line.texts, one.remaining()) == (["签收"], 3)


def test_one_bad_text_does_not_spoil_the_others(one: Follower, line: WeChatLine) -> None:
    one.owed("签收", "坏的", "延期")
    line.failures += [Refused("risky")]
    with time_machine.travel(one.at, tick=False):
        push = Push(one.database, one.channels)
        push.send_next()
        push.send_next()
        line.failures.append(Refused("risky"))
        push.send_next()
        push.send_next()
    assert line.texts == ["签收", "延期"]
    assert one.states() == ["sent", "gave_up", "sent"]


def test_staff_are_not_mixed_with_progress(one: Follower, line: WeChatLine) -> None:
    one.owed("签收")
    one.answered("我是赵姐", Source.STAFF)
    one.push()
    assert line.texts == ["签收", "我是赵姐"]


def test_several_senders_never_overspend(database: Database) -> None:
    """A lease that ran out lets two send to one resident; the quota log still counts for both."""
    line = WeChatLine(longest_text=10)
    one = Follower(database, line)
    one.contacts()
    for number in range(12):
        one.owed(f"{number:02}".ljust(9, "。"), buttons=GRADES[:0])
    start = threading.Barrier(4)

    def work(_: int) -> None:
        push = Push(database, one.channels)
        start.wait()
        for _ in range(8):
            with database.begin() as session:
                session.execute(text("UPDATE conversations SET push_leased_until = NULL"))
            push.send_next()

    with time_machine.travel(one.at, tick=False), ThreadPoolExecutor(4) as threads:
        list(threads.map(work, range(4)))
    assert line.service.refused == 0
    assert len(line.service.accepted_texts) <= 5


def test_a_template_says_that_something_waits(database: Database) -> None:
    line = NoticeLine()
    one = Follower(database, line)
    one.pushed("签收", "延期")
    one.push()
    assert line.notices == ["您有2条进展，回复任意字查看"]
    one.pushed("办好了", buttons=GRADES)
    assert line.notices[1:] == ["您有3条进展，回复任意字查看"]
    assert line.texts == []
    one.contacts()
    one.push()
    (messages,) = line.texts
    assert messages.startswith("您有 3 条进展：\n\n签收\n\n延期\n\n办好了")


def test_no_notice_without_a_template(database: Database) -> None:
    line = NoticeLine(template_id=None)
    one = Follower(database, line)
    one.pushed("签收")
    assert (line.notices, one.states()) == ([], ["held"])


def test_telegram_keeps_no_quota_log(database: Database) -> None:
    with database.begin() as session:
        inbox.receive(session, a_message("你好", on="telegram"), now=NOON)
        assert session.scalars(select(ReplyWindow)).all() == []


def test_blocked_is_as_before(one: Follower, line: WeChatLine) -> None:
    line.failures.append(Blocked("43004"))
    one.pushed("签收")
    assert one.states() == ["held"]
    one.contacts()
    one.push()
    assert line.texts == ["您有 1 条进展：\n\n签收"]


EVENT = st.sampled_from(
    "message menu step step result answer lost refused crash hour two_days half_minute push".split()
)


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(events=st.lists(EVENT, min_size=5, max_size=30))
def test_whatever_happens(database: Database, events: list[str]) -> None:
    """The machine of tests/unit/test_quota_machine.py, over the database."""
    with database.begin() as session:
        for table in ("reply_windows", "outbox", "case_events", "inbox", "cases"):
            session.execute(text(f"DELETE FROM {table}"))
        session.execute(text("UPDATE conversations SET push_leased_until = NULL"))
    line = WeChatLine(longest_text=60)
    one = Follower(database, line)
    doubtful = 0
    for number, event in enumerate(events):
        doubtful += event == "lost"
        _happens(one, event, f"{number:03}")
        assert line.service.refused == 0
    for _ in range(2 + len(events)):
        one.at += HOUR
        one.contacts()
        line.failures.clear()
        one.push()
    assert set(one.states()) <= {Delivery.SENT}
    assert line.service.refused == 0
    for row in one.rows():
        count = sum(row.text in reply for reply in line.texts)
        assert 1 <= count <= 1 + doubtful


def _happens(one: Follower, event: str, words: str) -> None:
    match event:
        case "message" | "menu":
            one.at += SECOND
            one.contacts(Contact(event))
        case "step":
            one.owed(words)
        case "result":
            one.owed(words, buttons=GRADES)
        case "answer":
            one.answered(words)
        case "lost":
            one.line.failures.append(Unreachable("no answer"))
        case "refused":
            one.line.failures.append(NotTaken("busy"))
        case "crash":
            with one.database.begin() as session:
                outbox.claim(session, now=one.at)
        case "push":
            one.push()
        case _:
            waits: dict[str, timedelta] = {"hour": HOUR, "two_days": 48 * HOUR}
            one.at += waits.get(event, 30 * SECOND)
