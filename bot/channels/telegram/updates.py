"""What Telegram tells us, in our own words. Nothing here calls out."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from telegram import CallbackQuery, Message, PhotoSize, Update
from telegram.constants import ChatMemberStatus, ChatType

from backend.errors import BadInput
from backend.vocabulary.messages import File, Incoming, Pin

CHANNEL = "telegram"
# What we ask Telegram for; it sends nothing else.
KINDS_OF_UPDATE = ("message", "edited_message", "callback_query", "my_chat_member")

COMMAND = re.compile(r"/(start|help)(?:@\w+)?(?:\s+(?P<rest>.*))?", re.DOTALL | re.IGNORECASE)
INTENTS = {"start": "greet", "help": "ask_help"}
DEEP_LINK = re.compile(r"[A-Za-z0-9_-]{1,64}")

# An animation also comes as a document, for old bots: it goes first.
FILE_KINDS = {
    "animation": "video",
    "video": "video",
    "video_note": "video_note",
    "voice": "voice",
    "audio": "voice",
    "document": "document",
}
# Telegram writes these into the chat by itself; nobody said them to us.
NOT_SAID = (
    "pinned_message",
    "message_auto_delete_timer_changed",
    "write_access_allowed",
    "chat_background_set",
    "connected_website",
)


@dataclass(frozen=True)
class Arrival:
    """One update, taken apart: at most one of `message` and `blocked` is there."""

    update_id: int
    message: Incoming | None
    blocked: str | None  # the account that has just stopped the bot
    callback_query_id: str | None  # Telegram waits for it to be answered


def read_update(data: object, *, now: datetime) -> Arrival:
    """Raises BadInput for anything that is not an update."""
    update_id = update_number(data)
    try:
        update = Update.de_json(data, None)  # type: ignore[arg-type]
        query = update.callback_query
        return Arrival(
            update_id,
            message=incoming(update, now=now),
            blocked=blocked_account(update),
            callback_query_id=query.id if query else None,
        )
    except Exception as error:  # the library checks no types: anything may rise
        raise BadInput(f"not an update: {type(error).__name__}") from None


def update_number(data: object) -> int:
    number = data.get("update_id") if isinstance(data, dict) else None
    if not isinstance(number, int) or isinstance(number, bool):
        raise BadInput("not an update: no update_id")
    return number


def incoming(update: Update, *, now: datetime) -> Incoming | None:
    """What a resident said, or None: another kind of chat, or nothing that anybody said."""
    external_id = str(update.update_id)
    if update.callback_query:
        return _from_button(update.callback_query, external_id, now)
    if update.message:
        return _from_message(update.message, external_id)
    if update.edited_message:
        return _from_edit(update.edited_message, external_id)
    return None


def blocked_account(update: Update) -> str | None:
    """The account of a resident who has just stopped the bot."""
    change = update.my_chat_member
    if change is None or change.chat.type != ChatType.PRIVATE:
        return None
    if change.new_chat_member.status != ChatMemberStatus.BANNED:
        return None
    return str(change.chat.id)


def _from_button(query: CallbackQuery, external_id: str, now: datetime) -> Incoming | None:
    chat = query.message.chat if query.message else None
    if query.data is None or (chat and chat.type != ChatType.PRIVATE):
        return None
    return Incoming(
        CHANNEL,
        # A private chat has the number of the person in it; a very old message has no chat.
        account=str(chat.id if chat else query.from_user.id),
        external_id=external_id,
        # Telegram does not say when it was pressed. Whole seconds, as messages have: a press
        # and a text of the same second stay in the order in which they arrived.
        sent_at=now.replace(microsecond=0),
        payload=_clean(query.data),
    )


def _from_edit(message: Message, external_id: str) -> Incoming | None:
    """The new words as a new message. A live location that moves says nothing new."""
    if message.location:
        return None
    said = _from_message(message, external_id)
    if said is None:
        return None
    said = replace(said, sent_at=message.edit_date or message.date)
    # A photo whose caption was corrected is the photo that we have.
    return replace(said, files=()) if said.text else said


def _from_message(message: Message, external_id: str) -> Incoming | None:
    if message.chat.type != ChatType.PRIVATE or any(getattr(message, it) for it in NOT_SAID):
        return None
    said = Incoming(
        CHANNEL,
        account=str(message.chat.id),
        external_id=external_id,
        sent_at=message.date,
        text=_text(message),
        pin=_pin(message),
        files=_files(message),
    )
    command = COMMAND.fullmatch(message.text or "")
    if command:
        return _from_command(said, command)
    # A sticker, a poll, a dice: no words, but a turn, so that they are answered.
    wordless = said.text is None and said.pin is None and not said.files
    return replace(said, text="") if wordless else said


def _from_command(said: Incoming, command: re.Match[str]) -> Incoming:
    name = command[1].lower()
    link = DEEP_LINK.fullmatch((command["rest"] or "").strip())
    scene = link[0] if link and name == "start" else None
    return replace(said, text=None, intent=INTENTS[name], scene=scene)


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
        found = getattr(message, field)
        if found:
            return (File(kind, reference=found.file_id, size_bytes=found.file_size),)
    if not message.photo:
        return ()
    photo = _largest(message.photo)
    return (File("photo", reference=photo.file_id, size_bytes=photo.file_size),)


def _largest(sizes: Sequence[PhotoSize]) -> PhotoSize:
    return max(sizes, key=lambda size: size.width * size.height)


def _clean(text: str) -> str:
    """Without what PostgreSQL cannot store: half a surrogate pair, NUL."""
    return text.encode("utf-8", "ignore").decode().replace("\x00", "")
