"""The content of an appeal before it is registered as a case."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from backend.vocabulary.actors import Actor
from backend.vocabulary.messages import Pin
from backend.vocabulary.step_details import Answer


@dataclass(frozen=True)
class Appeal:
    """An appeal as the resident has confirmed it."""

    text: str  # the summary that was read back
    location: str | None
    pin: Pin | None = None
    kind: str | None = None  # as a member of staff judged it; None leaves it to the router
    channel: str | None = None  # where it differs from the conversation's channel
    since: datetime | None = None  # when it was made, if that was before it reached us
    by: Actor | None = None  # who recorded or forwarded it for the resident
    anonymous: bool | None = None  # the resident's explicit wish; None: text and kind decide
    answer: Answer | None = None  # the answer given at once: a text, an article
    wording: str | None = None  # the resident's own words; None: `text` is all of them
    parts: dict[str, Any] | None = None  # matter, location, since, wish, contact (S10)

    @property
    def full_text(self) -> str:
        return self.wording or self.text
