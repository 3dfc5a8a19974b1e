"""A message that is about to be sent: its outbox rows, cut and charged as its channel needs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from backend.database import Session
from backend.messaging import charging, notices, outbox
from backend.messaging.numbered_choices import with_numbers
from backend.messaging.quota import QUOTAS, Parts
from backend.models.conversations import Conversation, Owner
from backend.models.messages import OutboxMessage
from backend.vocabulary.messages import button_payload
from bot.channels.base import AsksPlaces, Channel, SendsMenus, SendsTemplates, Unreachable
from dialogue.state import Ask

NOTICE_TEXT = "您有{count}条进展，回复任意字查看"  # a template's field holds twenty characters


@dataclass(frozen=True)
class Parcel:
    """Outbox rows that go out as one message; several only when the text has a single part."""

    channel: Channel | None
    account: str
    rows: tuple[OutboxMessage, ...]
    text: str
    arrives_by: datetime | None  # the latest arrival its charge covers; None without quotas
    asks_place: bool = False

    def send(self) -> bool:
        """Send the first unsent part; True when it was the last, which carries the buttons.

        Raises ChannelError.
        """
        if self.channel is None:
            raise Unreachable("这个渠道现在没有开通")
        last_row = self.rows[-1]
        parts = parts_of(self.channel)(self.text, charging.titles(last_row))
        number = last_row.parts_sent
        is_last = number + 1 >= len(parts)
        buttons = _buttons(last_row) if is_last and self.channel.shows_buttons else []
        if is_last and self.asks_place and not buttons and isinstance(self.channel, AsksPlaces):
            self.channel.ask_place(self.account, parts[number])
            return True
        if not self._sent_as_menu(last_row, len(parts)):
            self.channel.send(self.account, parts[number], buttons)
        return is_last

    def _sent_as_menu(self, row: OutboxMessage, parts: int) -> bool:
        """Send choices to tap, where the channel can and all of it is one message."""
        channel = self.channel
        if parts > 1 or not row.buttons or not isinstance(channel, SendsMenus):
            return False
        return channel.sends_menus and channel.send_menu(self.account, self.text, _buttons(row))


@dataclass(frozen=True)
class Notice:
    """A template message that says only how many updates wait in the chat."""

    id: int
    channel: SendsTemplates
    account: str
    text: str

    def send(self) -> str | None:
        """The service's id of the message, if it gives one. Raises ChannelError."""
        return self.channel.send_template(self.account, self.text)


def pack(
    session: Session, row: OutboxMessage, channel: Channel | None, *, now: datetime
) -> Parcel | Notice | None:
    """The message that begins with the claimed `row`.

    A Notice when the quota is spent and a template may be sent; None when nothing may be sent now.
    """
    chat = row.conversation
    account = chat.account
    if channel is None or account.channel not in QUOTAS:
        return Parcel(channel, account.external_id, (row,), row.text, None, _asks_place(chat))
    arrives_by = now + outbox.LEASE
    next_message = charging.next_message(
        session, chat, parts=parts_of(channel), now=now, arrives_by=arrives_by
    )
    if isinstance(next_message, charging.ChargedMessage):
        rows, text = next_message.rows, next_message.text
        return Parcel(channel, account.external_id, rows, text, arrives_by)
    outbox.hold_conversation(session, chat.id, until=None)
    if next_message.is_news and isinstance(channel, SendsTemplates) and channel.template_id:
        notice_id = notices.create(session, chat, now=now)
        return Notice(
            notice_id, channel, account.external_id, NOTICE_TEXT.format(count=next_message.count)
        )
    return None


def parts_of(channel: Channel) -> Parts:
    """A function that cuts a text for `channel`, with numbered choices where it has no buttons."""

    def parts(text: str, titles: Sequence[str]) -> list[str]:
        return channel.split(text if channel.shows_buttons else with_numbers(text, titles))

    return parts


def _asks_place(chat: Conversation) -> bool:
    """True while the bot's open question is where something is."""
    question = (chat.state or {}).get("question") or {}
    return chat.owner != Owner.STAFF and question.get("ask") == Ask.PLACE


def _buttons(row: OutboxMessage) -> list[tuple[str, str]]:
    return [
        (str(button["title"]), button_payload(row.id, index))
        for index, button in enumerate(row.buttons)
    ]
