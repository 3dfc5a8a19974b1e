"""The place that a message means, of those it mentions."""

import re
from collections.abc import Sequence

# Between two mentions of one place: 翠苑一区，就是文三路那个口子; 从文三路到古翠路.
_SAME_PLACE = re.compile(
    r"[，,、。\s]*(?:(?:也?就)?[是在]|靠近?|挨着|紧挨|和|跟|与|到|往)?[，,\s]*"
)


def place_meant(text: str, spans: Sequence[tuple[int, int]]) -> str | None:
    """The longest mention; `spans` are in order, and those of one place are one mention."""
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and _SAME_PLACE.fullmatch(text, joined[-1][1], start):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return max((text[start:end] for start, end in joined), key=len, default=None)
