"""What a resident has said yes to, who takes a step, and what is said of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from backend.cases.step import Details
from backend.models.cases import Case
from backend.vocabulary.actors import Actor
from backend.vocabulary.messages import Button, Pin


@dataclass(frozen=True)
class Notice:
    """What the resident hears of a step, for a reply that says it together with other things."""

    case: Case
    text: str
    buttons: list[Button]


Notices = list[Notice]


@dataclass(frozen=True)
class Appeal:
    """What a resident has said yes to: `text` as it was read back, `wording` as it was said."""

    text: str
    location: str | None
    pin: Pin | None = None
    kind: str | None = None  # as a person judged it who took it down; else the router says
    channel: str | None = None  # how it was made, where that is not the conversation's channel
    since: datetime | None = None  # when it was made, where that was before it reached us
    by: Actor | None = None  # who took it down for the resident, or sent it on
    anonymous: bool | None = None  # their wish in so many words; else the text and the kind say
    answer: Details | None = None  # what it was answered with at once: words, an article
    wording: str | None = None  # all of it, as it was said; else the text is that
    parts: dict[str, Any] | None = None  # matter, location, since, wish, contact (S10)

    @property
    def said(self) -> str:
        return self.wording or self.text
