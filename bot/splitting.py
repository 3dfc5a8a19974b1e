"""Texts that are too long for one message, cut where a sentence ends."""

import re

SENTENCE_ENDS = "。！？!?；;\n"


def split_text(text: str, longest: int) -> list[str]:
    """`text` in parts of at most `longest` characters, cut after a sentence where one ends."""
    parts = []
    while len(text) > longest:
        cut = max((match.end() for match in _sentence_ends(text, longest)), default=longest)
        parts.append(text[:cut])
        text = text[cut:]
    return [*parts, text]


def _sentence_ends(text: str, longest: int) -> list[re.Match[str]]:
    return list(re.finditer(f"[{re.escape(SENTENCE_ENDS)}]", text[:longest]))
