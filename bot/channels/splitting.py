"""Cuts a text that is too long for one message, after a sentence where possible."""

import re
from collections.abc import Callable

SENTENCE_ENDS = "。！？!?；;\n"


def split_text(text: str, longest: int) -> list[str]:
    """`text` in parts of at most `longest` characters, cut after a sentence where possible."""
    return _split(text, lambda rest: longest)


def split_bytes(text: str, most: int) -> list[str]:
    """`text` in parts of at most `most` bytes of UTF-8; no character is cut."""
    return _split(text, lambda rest: len(rest.encode()[:most].decode(errors="ignore")))


def _split(text: str, fits: Callable[[str], int]) -> list[str]:
    """`fits(rest)` is the number of characters of the rest that go into one part."""
    parts = []
    while len(text) > (longest := fits(text)):
        cut = max((match.end() for match in _sentence_ends(text, longest)), default=longest)
        parts.append(text[:cut])
        text = text[cut:]
    return [*parts, text]


def _sentence_ends(text: str, longest: int) -> list[re.Match[str]]:
    return list(re.finditer(f"[{re.escape(SENTENCE_ENDS)}]", text[:longest]))
