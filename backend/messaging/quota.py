"""How much a channel lets us say after each contact, and what is worth saying with it.

WeChat's rules (the customer-service table of 2023-06-12): five messages in 48 hours after a
resident's message; three in a minute after a menu click, a follow or a scan.
developers.weixin.qq.com/doc/offiaccount/Customer_Service/Customer_Service_Messages.html

Does a new message renew the five, or add five? The page does not say. The one for mini
programs, with the same table, says that the counts do not add up: each contact sets count and
time to their most. WeCom's says that we may send again once the resident writes again. So a
contact renews its own window. Not said anywhere: whether a minute's three stand beside the
five (assumed), and which of the two is charged first (we charge what ends first, as what is
not spent then is lost). When the service counts otherwise it answers 45047, and its word holds.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from backend.vocabulary.messages import Contact

WECHAT = "wechat"
# A message that we send in a window's last seconds may come too late, and clocks differ.
MARGIN = timedelta(seconds=5)
HEADER = "您有 {count} 条进展："
# A voice only says again what was written: it goes where two messages of progress, and the
# result, may still follow it.
VOICE_LEAVES = 3


@dataclass(frozen=True)
class Rule:
    """So many messages in so long a time after one kind of contact."""

    messages: int
    lasts: timedelta
    keeps_last: bool = False  # the last one is for the result and its rating, not for progress


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
    """What one contact allows. `spent` has, for each message, when it reached the service.

    One that is on its way stands there with the latest moment at which it may arrive.
    """

    contact: Contact
    rule: Rule
    opened_at: datetime
    spent: tuple[datetime, ...] = ()

    @property
    def left(self) -> int:
        return max(0, self.rule.messages - len(self.spent))

    @property
    def ends_at(self) -> datetime:
        return self.opened_at + self.rule.lasts - MARGIN

    def pays(self, now: datetime, *, ordinary: bool) -> bool:
        """Whether it has a message left; `ordinary` progress may not have the last."""
        kept = 1 if ordinary and self.rule.keeps_last else 0
        return now < self.ends_at and self.left > kept

    def charged(self, *, arrives_by: datetime) -> "Window":
        """With one message more, which will have arrived by then if it ever does."""
        return replace(self, spent=(*self.spent, arrives_by))

    def settled(self, *, arrives_by: datetime, arrived_at: datetime | None) -> "Window":
        """The message that was charged so has arrived, or never did: then it is free."""
        spent = list(self.spent)
        if arrives_by in spent:
            spent.remove(arrives_by)
            spent += [arrived_at] if arrived_at else []
        return replace(self, spent=tuple(spent))


def renewed(
    windows: Iterable[Window], channel: str, contact: Contact, *, at: datetime
) -> Window | None:
    """The window that a contact opens; None for one that a later contact has overtaken.

    We hear of a contact after the service does. What went out in between was charged to the
    new window, so it counts.
    """
    rule = QUOTAS[channel][contact]
    windows = list(windows)
    if any(old.contact is contact and old.opened_at > at for old in windows):
        return None
    since = [moment for old in windows for moment in old.spent if moment >= at - MARGIN]
    return Window(contact, rule, at, tuple(sorted(since)))


def paying(windows: Iterable[Window], now: datetime, *, ordinary: bool) -> Window | None:
    """The window that a message would be charged to: of those that can pay, the first to end."""
    able = [window for window in windows if window.pays(now, ordinary=ordinary)]
    return min(able, key=lambda window: window.ends_at, default=None)


def paying_for_voice(windows: Sequence[Window], now: datetime) -> Window | None:
    """The window that a voice beside a text would be charged to, while there is enough."""
    lasting = [it for it in windows if it.rule.keeps_last and it.pays(now, ordinary=True)]
    if not any(window.left > VOICE_LEAVES for window in lasting):
        return None
    return paying(windows, now, ordinary=True)


@dataclass(frozen=True)
class Pending:
    """A message that is owed."""

    id: int
    text: str
    choices: tuple[str, ...] = ()
    of_case: bool = False  # progress, or a result when it has choices; else an answer
    from_staff: bool = False
    was_held: bool = False
    alone: bool = False  # begun already, or refused together with others

    @property
    def is_progress(self) -> bool:
        return self.of_case and not self.choices


# A text with choices, in as many parts as the channel needs messages for it.
Parts = Callable[[str, Sequence[str]], list[str]]


@dataclass(frozen=True)
class Message:
    """One message to be sent now: what it tells, and the contact that pays for it."""

    items: tuple[Pending, ...]
    text: str
    window: Window


@dataclass(frozen=True)
class Plan:
    message: Message | None
    hold: tuple[Pending, ...]  # no window pays for these; they wait for the next contact


def plan(
    pending: Sequence[Pending], windows: Sequence[Window], now: datetime, *, parts: Parts
) -> Plan:
    """The next message, of the oldest that can be paid for, and what must wait."""
    held: list[Pending] = []
    for group in _groups(pending, parts):
        ordinary = all(item.is_progress for item in group)
        window = paying(windows, now, ordinary=ordinary)
        if window:
            return Plan(Message(group, told(group, parts), window), tuple(held))
        held += group
    return Plan(None, tuple(held))


def _groups(pending: Sequence[Pending], parts: Parts) -> list[tuple[Pending, ...]]:
    groups: list[tuple[Pending, ...]] = []
    for item in pending:
        if groups and _may_join(groups[-1], item, parts):
            groups[-1] += (item,)
        else:
            groups.append((item,))
    return groups


def _may_join(group: tuple[Pending, ...], item: Pending, parts: Parts) -> bool:
    """Choices end a message, so that they stand under what they belong to."""
    last = group[-1]
    if last.choices or last.alone or item.alone or last.from_staff != item.from_staff:
        return False
    return len(parts(_joined((*group, item)), item.choices)) == 1


def told(group: Sequence[Pending], parts: Parts) -> str:
    """The words of one message; they begin with the count of what had to wait."""
    text = _joined(group)
    late = sum(item.of_case for item in group)
    if not late or not any(item.was_held for item in group) or group[0].alone:
        return text
    headed = f"{HEADER.format(count=late)}\n\n{text}"
    return headed if len(parts(headed, group[-1].choices)) == 1 else text


def _joined(group: Sequence[Pending]) -> str:
    return "\n\n".join(item.text for item in group)
