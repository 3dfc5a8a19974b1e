"""A text in the shape that a channel can carry: cut where a sentence ends, choices as numbers."""

import re
from collections.abc import Callable, Sequence

SENTENCE_ENDS = "。！？!?；;\n"


def split_text(text: str, longest: int) -> list[str]:
    """`text` in parts of at most `longest` characters, cut after a sentence where one ends."""
    return _split(text, lambda rest: longest)


def split_bytes(text: str, most: int) -> list[str]:
    """The same in parts of at most `most` bytes; no character is cut."""
    return _split(text, lambda rest: len(rest.encode()[:most].decode(errors="ignore")))


def _split(text: str, fits: Callable[[str], int]) -> list[str]:
    """`fits(rest)` says how many characters of the rest go into one part."""
    parts = []
    while len(text) > (longest := fits(text)):
        cut = max((match.end() for match in _sentence_ends(text, longest)), default=longest)
        parts.append(text[:cut])
        text = text[cut:]
    return [*parts, text]


def _sentence_ends(text: str, longest: int) -> list[re.Match[str]]:
    return list(re.finditer(f"[{re.escape(SENTENCE_ENDS)}]", text[:longest]))


def with_choices(text: str, titles: Sequence[str]) -> str:
    """`text` with its choices told as numbers to reply with, for a channel without buttons."""
    lines = [f"回 {number} {title}" for number, title in enumerate(titles, 1)]
    return "\n".join([text, "", *lines]) if lines else text
