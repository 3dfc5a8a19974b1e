"""A resident's message as the clustering reads it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Message:
    """A message with its author and its support; `at` None means that the time is unknown."""

    id: str
    user: str  # one author is one voice, however many messages
    text: str
    title: str = ""
    at: datetime | None = None  # aware
    up: int = 0
    down: int = 0
    place: str | None = None  # where known apart from the text
