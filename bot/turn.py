"""What passes between the steps of one turn."""

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from backend.messaging.messages import Button


class HandledBy(StrEnum):
    BOT = "bot"
    RULES = "rules"
    QUEUE = "queue"
    STAFF = "staff"


@dataclass(frozen=True)
class Reply:
    """What the resident is told; without `text` the bot is silent."""

    handled_by: HandledBy
    text: str | None = None
    buttons: list[Button] = field(default_factory=list)

    def after(self, first: str) -> "Reply":
        """The same reply, with something to be told before it."""
        return replace(self, text=f"{first}\n\n{self.text}" if self.text else first)


@dataclass(frozen=True)
class ForRasa:
    """A message that goes to Rasa: words, or the intent that a button or menu stands for."""

    words: str
    button: dict[str, Any] = field(default_factory=dict)
    first: str | None = None  # what the resident is told before anything else
