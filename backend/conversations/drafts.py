"""The appeal in the making that a chat holds, as the dialogue's state stores it.

`dialogue.state` writes the record; a test compares the names read here with those it writes.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from backend.models.conversations import Conversation
from backend.vocabulary.messages import Button
from backend.vocabulary.texts import Text


@dataclass(frozen=True)
class StoredDraft:
    text: str
    wording: str
    place: str | None
    kind: str | None


def first_draft(conversation: Conversation) -> StoredDraft | None:
    """The draft that the bot asks about."""
    drafts = _record(conversation).get("drafts") or []
    draft = drafts[0] if drafts else {}
    if not draft.get("text"):
        return None
    wording = "\n".join(draft.get("wording") or ())
    return StoredDraft(draft["text"], wording, draft.get("place") or None, draft.get("kind"))


@dataclass(frozen=True)
class OpenQuestion:
    """Name of the open question about the first draft."""

    matter: str
    text: Text
    buttons: tuple[Button, ...]


def open_question(conversation: Conversation) -> OpenQuestion | None:
    """The question of the first draft that waits for its answer."""
    draft, question = first_draft(conversation), _record(conversation).get("question")
    if draft is None or not question or not question.get("text"):
        return None
    buttons = tuple(Button(**button) for button in question.get("buttons") or ())
    return OpenQuestion(draft.text, Text(**question["text"]), buttons)


def last_turn_at(conversation: Conversation) -> datetime | None:
    """When the bot last answered: what was said before is in the draft."""
    at = _record(conversation).get("at")
    return datetime.fromisoformat(at) if at else None


def drop_first(conversation: Conversation) -> None:
    """Forget the first draft and what was asked about it, as it has become a case."""
    record = _record(conversation)
    question_keys = {"question", "behind", "puzzled"}
    rest = {name: value for name, value in record.items() if name not in question_keys}
    conversation.state = rest | {"drafts": (record.get("drafts") or [])[1:]} if record else None


def _record(conversation: Conversation) -> dict[str, Any]:
    return conversation.state or {}
