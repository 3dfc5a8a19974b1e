"""Quota rules: how many messages a channel allows after each contact, and which go first. Pure.

WeChat's rules (the customer-service table of 2023-06-12): five messages in 48 hours after a
resident's message; three in a minute after a menu click, a follow or a scan.
developers.weixin.qq.com/doc/offiaccount/Customer_Service/Customer_Service_Messages.html

The page does not say whether a new message renews the five or adds five. The page for mini
programs, with the same table, says that the counts do not add up: each contact resets count and
time. WeCom's page says that we may send again once the resident writes again. So a contact renews
its own window. Undocumented: whether the three of a minute are counted separately from the five
(assumed), and which window is charged first (we charge the one that ends first, because its rest
would be lost). If the service counts differently, it answers 45047, and we close the windows.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from backend.texts.cases import UPDATES
from backend.vocabulary.messages import Contact

WECHAT = "wechat"
# A message sent in a window's last seconds may arrive too late, and clocks differ.
MARGIN = timedelta(seconds=5)
# A voice only repeats a text. It is sent if afterwards two updates and the result still fit.
VOICE_LEAVES = 3


@dataclass(frozen=True)
class Rule:
    """The number of messages allowed within a time after one kind of contact."""

    messages: int
    lasts: timedelta
    keeps_last: bool = False  # the last message is reserved for the result and its rating


MINUTE = Rule(3, timedelta(minutes=1))
QUOTAS: Mapping[str, Mapping[Contact, Rule]] = {
    WECHAT: {
        Contact.MESSAGE: Rule(5, timedelta(hours=48), keeps_last=True),
        Contact.MENU: MINUTE,
        Contact.FOLLOW: MINUTE,
        Contact.SCAN: MINUTE,
    }
}


@dataclass(frozen=True)
class Window:
    """The messages that one contact allows.

    `spent` holds the arrival time of each charged message; for a message in flight, its latest
    possible arrival.
    """

    contact: Contact
    rule: Rule
    opened_at: datetime
    spent: tuple[datetime, ...] = ()

    @property
    def remaining(self) -> int:
        return max(0, self.rule.messages - len(self.spent))

    @property
    def ends_at(self) -> datetime:
        return self.opened_at + self.rule.lasts - MARGIN

    def pays(self, now: datetime, *, ordinary: bool) -> bool:
        """True if a message is left; `ordinary` updates may not use a reserved last message."""
        reserved = 1 if ordinary and self.rule.keeps_last else 0
        return now < self.ends_at and self.remaining > reserved

    def charged(self, *, arrives_by: datetime) -> "Window":
        """The window with one more message in flight, which arrives by `arrives_by` or never."""
        return replace(self, spent=(*self.spent, arrives_by))

    def settled(self, *, arrives_by: datetime, arrived_at: datetime | None) -> "Window":
        """The window after that message arrived; None means never, and frees the charge."""
        spent = list(self.spent)
        if arrives_by in spent:
            spent.remove(arrives_by)
            spent += [arrived_at] if arrived_at else []
        return replace(self, spent=tuple(spent))


def renewed(
    windows: Iterable[Window], channel: str, contact: Contact, *, at: datetime
) -> Window | None:
    """The window that a contact opens; None if a later contact of its kind is known already.

    The service learns of a contact before we do. It charges messages sent in between to the new
    window, so we do, too.
    """
    rule = QUOTAS[channel][contact]
    windows = list(windows)
    if any(old.contact is contact and old.opened_at > at for old in windows):
        return None
    spent = [moment for old in windows for moment in old.spent if moment >= at - MARGIN]
    return Window(contact, rule, at, tuple(sorted(spent)))


def paying(windows: Iterable[Window], now: datetime, *, ordinary: bool) -> Window | None:
    """The window to charge a message to: among those with a message left, the first to end."""
    with_rest = [window for window in windows if window.pays(now, ordinary=ordinary)]
    return min(with_rest, key=lambda window: window.ends_at, default=None)


def paying_for_voice(windows: Sequence[Window], now: datetime) -> Window | None:
    """The window to charge a voice to; None unless VOICE_LEAVES messages remain after it."""
    long_windows = [
        window for window in windows if window.rule.keeps_last and window.pays(now, ordinary=True)
    ]
    if not any(window.remaining > VOICE_LEAVES for window in long_windows):
        return None
    return paying(windows, now, ordinary=True)


@dataclass(frozen=True)
class Pending:
    """A message waiting to be sent."""

    id: int
    text: str
    choices: tuple[str, ...] = ()
    of_case: bool = False  # an update, or a result if it has choices; else an answer
    from_staff: bool = False
    was_held: bool = False
    alone: bool = False  # partly sent already, or refused when joined with others

    @property
    def is_progress(self) -> bool:
        return self.of_case and not self.choices


# Splits a text with its choices into one part per message of the channel.
Parts = Callable[[str, Sequence[str]], list[str]]


@dataclass(frozen=True)
class Message:
    """One message to be sent now, and the window that it is charged to."""

    items: tuple[Pending, ...]
    text: str
    window: Window


@dataclass(frozen=True)
class Plan:
    message: Message | None
    hold: tuple[Pending, ...]  # no window has a message left for these


def plan(
    pending: Sequence[Pending], windows: Sequence[Window], now: datetime, *, parts: Parts
) -> Plan:
    """The oldest message that a window pays for, and the older ones that must be held."""
    unpaid: list[Pending] = []
    for group in _groups(pending, parts):
        ordinary = all(item.is_progress for item in group)
        window = paying(windows, now, ordinary=ordinary)
        if window:
            return Plan(Message(group, message_text(group, parts), window), tuple(unpaid))
        unpaid += group
    return Plan(None, tuple(unpaid))


def _groups(pending: Sequence[Pending], parts: Parts) -> list[tuple[Pending, ...]]:
    """Joins consecutive messages that fit into one."""
    groups: list[tuple[Pending, ...]] = []
    for item in pending:
        if groups and _may_join(groups[-1], item, parts):
            groups[-1] += (item,)
        else:
            groups.append((item,))
    return groups


def _may_join(group: tuple[Pending, ...], item: Pending, parts: Parts) -> bool:
    """Choices end a message, so that they follow the text that they belong to."""
    last = group[-1]
    if last.choices or last.alone or item.alone or last.from_staff != item.from_staff:
        return False
    return len(parts(_joined((*group, item)), item.choices)) == 1


def message_text(group: Sequence[Pending], parts: Parts) -> str:
    """The text of one message; begins with the number of updates if any was held."""
    text = _joined(group)
    updates = sum(item.of_case for item in group)
    if not updates or not any(item.was_held for item in group) or group[0].alone:
        return text
    with_header = f"{UPDATES.format(count=updates).plain}\n\n{text}"
    return with_header if len(parts(with_header, group[-1].choices)) == 1 else text


def _joined(group: Sequence[Pending]) -> str:
    return "\n\n".join(item.text for item in group)
