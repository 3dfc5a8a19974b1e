"""Reads a Telegram update into an `Incoming` message; sends no request."""

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from telegram import CallbackQuery, Message, PhotoSize, Update
from telegram.constants import ChatMemberStatus, ChatType

from backend.errors import BadInput
from backend.vocabulary.messages import File, Incoming, Pin

log = logging.getLogger(__name__)

CHANNEL = "telegram"
# Telegram sends only the kinds asked for.
KINDS_OF_UPDATE = ("message", "edited_message", "callback_query", "my_chat_member")

INTENTS = {"start": "greet", "help": "ask_help"}
# Commands that count as words typed.
WORDS = {"status": "查进度", "settings": "我的资料", "privacy": "隐私", "cancel": "取消"}
COMMAND = re.compile(
    rf"/({'|'.join((*INTENTS, *WORDS))})(?:@\w+)?(?:\s+(?P<rest>.*))?", re.DOTALL | re.IGNORECASE
)
DEEP_LINK = re.compile(r"[A-Za-z0-9_-]{1,64}")

# Order matters: an animation also has a `document`, for old bots.
FILE_KINDS = {
    "animation": "video",
    "video": "video",
    "video_note": "video_note",
    "voice": "voice",
    "audio": "voice",
    "document": "document",
}
# Service messages that Telegram writes into the chat by itself.
SERVICE_FIELDS = (
    "pinned_message",
    "message_auto_delete_timer_changed",
    "write_access_allowed",
    "chat_background_set",
    "connected_website",
)


@dataclass(frozen=True)
class Arrival:
    """The content of one update; at most one of `message` and `blocked` is set."""

    update_id: int
    message: Incoming | None
    blocked: str | None  # the account that has just blocked the bot
    callback_query_id: str | None
    pressed_message: int | None = None  # the message whose button was pressed


def read_update(data: object, *, now: datetime) -> Arrival:
    """Raises BadInput for anything that is not an update.

    Of an update that the library cannot read, chat and words are read alone: Telegram would
    deliver a refused one again and again, and hold back those behind it.
    """
    update_id = update_number(data)
    try:
        return _by_library(data, update_id, now)
    except Exception as error:  # the library checks no types: any error may rise
        log.warning("an update is read without the library: %s", type(error).__name__)
        return Arrival(update_id, _words_alone(data, update_id, now), None, None)


def _by_library(data: object, update_id: int, now: datetime) -> Arrival:
    update = Update.de_json(data, None)  # type: ignore[arg-type]
    query = update.callback_query
    return Arrival(
        update_id,
        message=incoming(update, now=now),
        blocked=blocked_account(update),
        callback_query_id=query.id if query else None,
        pressed_message=query.message.message_id if query and query.message else None,
    )


def _words_alone(data: Any, update_id: int, now: datetime) -> Incoming | None:
    """The words of a private chat; "" when there are none, so that a turn answers."""
    match data:
        case {"message": {"chat": {"id": int(chat), "type": "private"}, **message}}:
            words = message.get("text") or message.get("caption")
            text = _clean(words) if isinstance(words, str) else ""
            return Incoming(CHANNEL, str(chat), _key(chat, update_id), now, text=text)
    return None


def _key(chat: int, update_id: int) -> str:
    """Equal for each delivery; an id alone was seen from two chats."""
    return f"{chat}:{update_id}"


def update_number(data: object) -> int:
    """The update's `update_id`. Raises BadInput."""
    number = data.get("update_id") if isinstance(data, dict) else None
    if not isinstance(number, int) or isinstance(number, bool):
        raise BadInput("not an update: no update_id")
    return number


def incoming(update: Update, *, now: datetime) -> Incoming | None:
    """The resident's message; None for a group chat or an update without a message."""
    if update.callback_query:
        return _from_button(update.callback_query, update.update_id, now)
    if update.message:
        return _from_message(update.message, update.update_id)
    if update.edited_message:
        return _from_edit(update.edited_message, update.update_id)
    return None


def blocked_account(update: Update) -> str | None:
    """The account of a resident who has just blocked the bot."""
    change = update.my_chat_member
    if change is None or change.chat.type != ChatType.PRIVATE:
        return None
    if change.new_chat_member.status != ChatMemberStatus.BANNED:
        return None
    return str(change.chat.id)


def _from_button(query: CallbackQuery, update_id: int, now: datetime) -> Incoming | None:
    chat = query.message.chat if query.message else None
    if query.data is None or (chat and chat.type != ChatType.PRIVATE):
        return None
    # A private chat has the id of its person; a press on a very old message has no chat.
    account = chat.id if chat else query.from_user.id
    return Incoming(
        CHANNEL,
        account=str(account),
        external_id=_key(account, update_id),
        # Telegram gives no time of the press. Whole seconds, as messages have, keep a press and
        # a text of the same second in the order of arrival.
        sent_at=now.replace(microsecond=0),
        payload=_clean(query.data),
    )


def _from_edit(message: Message, update_id: int) -> Incoming | None:
    """The edited text as a new message. None for a live location, which is edited by itself."""
    if message.location:
        return None
    incoming = _from_message(message, update_id)
    if incoming is None:
        return None
    incoming = replace(incoming, sent_at=message.edit_date or message.date)
    # An edit of a caption repeats a photo that was stored with the first message.
    return replace(incoming, files=()) if incoming.text else incoming


def _from_message(message: Message, update_id: int) -> Incoming | None:
    if message.chat.type != ChatType.PRIVATE or _is_service(message):
        return None
    incoming = Incoming(
        CHANNEL,
        account=str(message.chat.id),
        external_id=_key(message.chat.id, update_id),
        sent_at=message.date,
        text=_text(message),
        pin=_pin(message),
        files=_files(message),
    )
    command = COMMAND.fullmatch(message.text or "")
    if command:
        return _from_command(incoming, command)
    # A sticker, a poll or a dice gets an empty text, so that a turn answers it.
    is_empty = incoming.text is None and incoming.pin is None and not incoming.files
    return replace(incoming, text="") if is_empty else incoming


def _is_service(message: Message) -> bool:
    return any(getattr(message, field) for field in SERVICE_FIELDS)


def _from_command(incoming: Incoming, command: re.Match[str]) -> Incoming:
    name = command[1].lower()
    if name in WORDS:
        return replace(incoming, text=WORDS[name])
    link = DEEP_LINK.fullmatch((command["rest"] or "").strip())
    scene = link[0] if link and name == "start" else None
    return replace(incoming, text=None, intent=INTENTS[name], scene=scene)


def _text(message: Message) -> str | None:
    words = message.text or message.caption
    if words is None and message.contact:
        words = message.contact.phone_number
    return None if words is None else _clean(words)


def _pin(message: Message) -> Pin | None:
    place = message.location
    if place is None:
        return None
    venue = message.venue
    label = _clean(f"{venue.title} {venue.address}".strip()) if venue else None
    return Pin(float(place.latitude), float(place.longitude), label)


def _files(message: Message) -> tuple[File, ...]:
    for field, kind in FILE_KINDS.items():
        media = getattr(message, field)
        if media:
            return (File(kind, reference=media.file_id, size_bytes=media.file_size),)
    if not message.photo:
        return ()
    photo = _largest(message.photo)
    return (File("photo", reference=photo.file_id, size_bytes=photo.file_size),)


def _largest(sizes: Sequence[PhotoSize]) -> PhotoSize:
    return max(sizes, key=lambda size: size.width * size.height)


def _clean(text: str) -> str:
    """`text` without what PostgreSQL cannot store: half a surrogate pair, NUL."""
    return text.encode("utf-8", "ignore").decode().replace("\x00", "")
