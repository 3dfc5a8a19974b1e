"""One message that is about to be sent: what it tells, cut and charged as its channel needs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from backend.database import Session
from backend.messaging import charging, notices, outbox
from backend.messaging.numbered_choices import with_numbers
from backend.messaging.quota import QUOTAS, Parts
from backend.models.messages import OutboxMessage
from backend.vocabulary.messages import button_payload
from bot.channels.base import Channel, SendsTemplates, Unreachable

NOTICE = "您有{count}条进展，回复任意字查看"  # a template's field holds twenty characters


@dataclass(frozen=True)
class Parcel:
    """The rows that one message tells; several only where it has a single part."""

    channel: Channel | None
    account: str
    rows: tuple[OutboxMessage, ...]
    text: str
    arrives_by: datetime | None  # what it was charged with on a channel with quotas

    def send(self) -> bool:
        """Send the first unsent part; True when it was the last. Buttons go with the last."""
        if self.channel is None:
            raise Unreachable("这个渠道现在没有开通")
        last_row = self.rows[-1]
        parts = parts_of(self.channel)(self.text, charging.titles(last_row))
        number = last_row.parts_sent
        is_last = number + 1 >= len(parts)
        shown = is_last and self.channel.shows_buttons
        self.channel.send(self.account, parts[number], _buttons(last_row) if shown else [])
        return is_last


@dataclass(frozen=True)
class Notice:
    """A template message: it says only that there is something to come and see."""

    id: int
    channel: SendsTemplates
    account: str
    text: str

    def send(self) -> str | None:
        return self.channel.send_template(self.account, self.text)


def pack(
    session: Session, row: OutboxMessage, channel: Channel | None, *, now: datetime
) -> Parcel | Notice | None:
    """The message that begins with the claimed `row`; None when nothing may be sent now."""
    chat = row.conversation
    account = chat.account
    if channel is None or account.channel not in QUOTAS:
        return Parcel(channel, account.external_id, (row,), row.text, None)
    by = now + outbox.LEASE
    next_one = charging.next_message(session, chat, parts=parts_of(channel), now=now, arrives_by=by)
    if isinstance(next_one, charging.ChargedMessage):
        return Parcel(channel, account.external_id, next_one.rows, next_one.text, by)
    outbox.hold_conversation(session, chat.id, until=None)
    if next_one.is_news and isinstance(channel, SendsTemplates) and channel.template_id:
        number = notices.create(session, chat, now=now)
        return Notice(number, channel, account.external_id, NOTICE.format(count=next_one.count))
    return None


def parts_of(channel: Channel) -> Parts:
    def parts(text: str, titles: Sequence[str]) -> list[str]:
        return channel.split(text if channel.shows_buttons else with_numbers(text, titles))

    return parts


def _buttons(row: OutboxMessage) -> list[tuple[str, str]]:
    return [
        (str(button["title"]), button_payload(row.id, index))
        for index, button in enumerate(row.buttons)
    ]
