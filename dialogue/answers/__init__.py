"""What a resident's answer to an open question means."""

from dialogue.answers.reading import (
    Answer,
    is_thanks,
    read,
    says_solved,
    thanks_only,
    urges_only,
    waits_only,
)
from dialogue.answers.single import answers_repeat, is_decline_contact, tells_why, wants_again
from dialogue.answers.words import Polarity

__all__ = [
    "Answer",
    "Polarity",
    "answers_repeat",
    "is_decline_contact",
    "is_thanks",
    "read",
    "says_solved",
    "tells_why",
    "thanks_only",
    "urges_only",
    "waits_only",
    "wants_again",
]  # fmt: skip
