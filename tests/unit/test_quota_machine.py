"""No sequence of contacts, pushes, failures, crashes and times exceeds a quota or loses a push."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from backend.messaging.numbered_choices import with_numbers
from backend.messaging.quota import (
    VOICE_LEAVES,
    WECHAT,
    Message,
    Pending,
    Window,
    paying_for_voice,
    plan,
    renewed,
)
from backend.vocabulary.messages import Contact
from bot.channels.splitting import split_text
from tests.support.builders import NOON
from tests.support.counting_service import CountingService

LEASE = timedelta(seconds=60)
LONGEST = 60  # characters in one message
A_WHILE = st.sampled_from([0.2, 1.0, 2.5, 20.0, 58.0, 3600.0, 172_000.0, 172_798.0])
KINDS = st.sampled_from([Contact.MESSAGE, Contact.MENU, Contact.SCAN])


def parts(text: str, titles: tuple[str, ...] | list[str]) -> list[str]:
    return split_text(with_numbers(text, titles), LONGEST)


class OneFollower(RuleBasedStateMachine):
    """The real planner against the service's own count; one sender, as the lease sees to."""

    def __init__(self) -> None:
        super().__init__()
        self.service = CountingService()
        self.now = NOON
        self.unheard: list[tuple[Contact, int]] = []
        self.windows: dict[Contact, Window] = {}
        self.pending: dict[int, Pending] = {}
        self.sent_parts: Counter[int] = Counter()  # parts that are known to have arrived
        self.complete: Counter[int] = Counter()  # whole messages that are known to have arrived
        self.doubtful: Counter[int] = Counter()  # attempts that nobody can say of
        self.numbers = 0
        self.way: tuple[Message, str, bool] | None = None  # what is being sent

    @initialize(skew=st.sampled_from([-2.0, 0.0, 2.0]))
    def set_clocks(self, skew: float) -> None:
        self.skew = timedelta(seconds=skew)

    @property
    def its_now(self):  # type: ignore[no-untyped-def]
        return self.now + self.skew

    @rule(kind=KINDS)
    def make_contact(self, kind: Contact) -> None:
        self.service.contact(kind, self.its_now)
        self.unheard.append((kind, int(self.its_now.timestamp())))

    @precondition(lambda self: self.unheard)
    @rule(data=st.data())
    def hear(self, data: st.DataObject) -> None:
        """Not always in order, and in whole seconds."""
        self._hear(self.unheard.pop(data.draw(st.integers(0, len(self.unheard) - 1))))

    @precondition(lambda self: self.way is None)
    @rule(kind=KINDS, meanwhile=st.integers(0, 3), seconds=st.sampled_from([0.0, 1.5]))
    def make_contact_and_be_heard(self, kind: Contact, meanwhile: int, seconds: float) -> None:
        """After some messages went out that the service charged to the new contact."""
        self.make_contact(kind)
        self.send_several(meanwhile)
        self.time_passes(seconds)
        self._hear(self.unheard.pop())

    def _hear(self, contact: tuple[Contact, int]) -> None:
        kind, second = contact
        at = min(NOON.fromtimestamp(second, NOON.tzinfo), self.now)
        window = renewed(self.windows.values(), WECHAT, kind, at=at)
        if window:
            self.windows[kind] = window

    @rule(
        count=st.integers(1, 6),
        choices=st.booleans(),
        of_case=st.booleans(),
        length=st.sampled_from([8, 25, 130]),
    )
    def owe(self, count: int, choices: bool, of_case: bool, length: int) -> None:
        for _ in range(count):
            self.numbers += 1
            text = f"{self.numbers:03}".ljust(length, "。")
            titles = ("满意", "不满意") if choices else ()
            self.pending[self.numbers] = Pending(self.numbers, text, titles, of_case=of_case)

    @precondition(lambda self: self.way is None)
    @rule()
    def begin_to_send(self) -> None:
        planned = plan(
            list(self.pending.values()), list(self.windows.values()), self.now, parts=parts
        )
        for item in planned.hold:
            self.pending[item.id] = replace(item, was_held=True)
        message = planned.message
        if message is None:
            return
        self.by, self.patience = self.now + LEASE, 2.5
        kind = message.window.contact
        self.windows[kind] = self.windows[kind].charged(arrives_by=self.by)
        last = message.items[-1]
        cut = parts(message.text, last.choices)
        number = self.sent_parts[last.id]
        self.way = (message, cut[number], number + 1 == len(cut))

    @precondition(lambda self: self.way)
    @rule()
    def it_arrives(self) -> None:
        assert self.way
        message, text, is_last = self._off_its_way()
        self.service.take(text, self.its_now)
        self._settle(arrived=True)
        self._note(message, is_last)

    @precondition(lambda self: self.way is None)
    @rule(at_most=st.integers(3, 8))
    def send_several(self, at_most: int) -> None:
        for _ in range(at_most):
            self.begin_to_send()
            if self.way:
                self.it_arrives()

    @precondition(lambda self: self.way)
    @rule(arrives=st.booleans())
    def nobody_knows(self, arrives: bool) -> None:
        """The answer is lost, or the sender dies: after its lease the message is tried again."""
        message, text, _ = self._off_its_way()
        if arrives:
            self.service.take(text, self.its_now)
        for item in message.items:
            self.doubtful[item.id] += 1

    @precondition(lambda self: self.way)
    @rule()
    def it_is_not_taken(self) -> None:
        self._off_its_way()
        self._settle(arrived=False)

    @precondition(lambda self: self.way)
    @rule()
    def the_service_counts_otherwise(self) -> None:
        """45047 where we had something left: the quota log says what the service says."""
        self._off_its_way()
        self.service.forget()
        self.unheard.clear()
        self.windows.clear()

    @precondition(lambda self: self.way is None)
    @rule(arrives=st.booleans())
    def read_aloud(self, arrives: bool) -> None:
        """A voice beside a text takes nothing that news would need."""
        window = paying_for_voice(list(self.windows.values()), self.now)
        if window is None:
            return
        self.by = self.now + LEASE
        self.windows[window.contact] = window.charged(arrives_by=self.by)
        if arrives:
            self.service.take("(voice)", self.its_now)
        self._settle(arrived=arrives)
        assert self.windows[Contact.MESSAGE].remaining >= VOICE_LEAVES

    @rule(seconds=A_WHILE)
    def time_passes(self, seconds: float) -> None:
        if self.way:  # nothing that arrives is longer on its way than MARGIN allows for
            seconds = min(seconds, self.patience)
            self.patience -= seconds
        self.now += timedelta(seconds=seconds)

    @invariant()
    def no_quota_is_exceeded(self) -> None:
        assert self.service.refused == 0

    @invariant()
    def nothing_is_lost_or_told_twice(self) -> None:
        for id in range(1, self.numbers + 1):
            assert self.complete[id] + (id in self.pending) == 1
            count = sum(f"{id:03}" in text for text in self.service.accepted_texts)
            assert count <= 1 + self.doubtful[id]
            assert self.complete[id] <= count

    def teardown(self) -> None:
        """Whoever makes contact often enough is told all of it."""
        if self.way:
            self.it_is_not_taken()
        for _ in range(4 * self.numbers + 1):
            self.now += timedelta(hours=1)
            self.make_contact(Contact.MESSAGE)
            while self.unheard:
                self._hear(self.unheard.pop())
            self.begin_to_send()
            while self.way:
                self.it_arrives()
                self.begin_to_send()
        assert self.pending == {}
        self.nothing_is_lost_or_told_twice()
        self.no_quota_is_exceeded()

    def _off_its_way(self) -> tuple[Message, str, bool]:
        assert self.way
        way, self.way = self.way, None
        return way

    def _settle(self, *, arrived: bool) -> None:
        at = self.now if arrived else None
        self.windows = {
            kind: window.settled(arrives_by=self.by, arrived_at=at)
            for kind, window in self.windows.items()
        }

    def _note(self, message: Message, is_last: bool) -> None:
        for item in message.items:
            self.sent_parts[item.id] += 1
            self.pending[item.id] = replace(self.pending[item.id], alone=True)
            if is_last:
                self.complete[item.id] += 1
                del self.pending[item.id]


OneFollower.TestCase.settings = settings(
    max_examples=settings().max_examples * 3 // 2, stateful_step_count=30, deadline=None
)
TestOneFollower = OneFollower.TestCase


def a_follower(skew: float = 0.0) -> OneFollower:
    follower = OneFollower()
    follower.set_clocks(skew)
    return follower


def test_spending_charged_before_the_contact_was_known() -> None:
    one = a_follower()
    one.make_contact_and_be_heard(Contact.MESSAGE, 0, 0.0)
    one.owe(8, choices=True, of_case=True, length=8)
    one.make_contact_and_be_heard(Contact.MESSAGE, 2, 0.0)
    one.send_several(8)
    assert len(one.service.accepted_texts) == 5
    one.teardown()


def test_messages_leaving_at_minutes_end_expire() -> None:
    one = a_follower()
    one.make_contact_and_be_heard(Contact.MENU, 0, 0.0)
    one.owe(1, choices=True, of_case=True, length=8)
    one.time_passes(58.0)
    one.begin_to_send()
    one.time_passes(2.5)
    if one.way:
        one.it_arrives()
    assert one.service.accepted_texts == []
    one.teardown()


def test_a_clock_that_is_ahead_of_ours() -> None:
    one = a_follower(skew=2.0)
    one.make_contact_and_be_heard(Contact.MESSAGE, 0, 0.0)
    one.owe(8, choices=True, of_case=True, length=8)
    one.make_contact_and_be_heard(Contact.MESSAGE, 2, 1.5)
    one.send_several(8)
    one.teardown()
