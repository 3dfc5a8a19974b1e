"""Rewords the bot's texts for elders by `elder_wording_table`. Pure."""

import re
from collections.abc import Mapping
from functools import cache

from backend.messaging.elder_wording_table import EVERYDAY, WORDINGS

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_PLACEHOLDER_PATTERNS = {  # other placeholders match within one line
    "text": "(?s:.+?)",
    "state": f"(?:{'|'.join(EVERYDAY)}|[^，]+)",  # some states contain a comma
}
_CASE_MARK = re.compile(r"【HZ\d+】")  # prefix of pushes: the case number


def for_elders(text: str) -> str:
    """The elder wording of the whole text, else of each paragraph, else of each line.

    Parts without an elder wording stay unchanged.
    """
    case_mark = _CASE_MARK.match(text)
    if case_mark:
        return f"{case_mark[0]}\n{for_elders(text[case_mark.end() :])}"
    whole = _reworded(text)
    if whole is not None:
        return whole
    for separator in ("\n\n", "\n"):
        if separator in text:
            return separator.join(for_elders(part) for part in text.split(separator))
    return text


def _reworded(text: str) -> str | None:
    for pattern, elder_wording in _patterns():
        if match := pattern.fullmatch(text):
            return _filled_in(elder_wording, match.groupdict())
    return None


def _filled_in(elder_wording: str, placeholders: Mapping[str, str]) -> str:
    return _PLACEHOLDER.sub(
        lambda match: _reworded_value(match[1], placeholders[match[1]]), elder_wording
    )


def _reworded_value(name: str, value: str) -> str:
    """Only our own texts are reworded: `advice` is a sentence of `dialogue.texts.chat`."""
    return for_elders(value) if name == "advice" else EVERYDAY.get(value, value)


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Longest first: several wordings begin with the short `答复：…`."""
    ordered = sorted(WORDINGS.items(), key=lambda pair: -len(_PLACEHOLDER.sub("", pair[0])))
    return tuple((_pattern(plain), elder) for plain, elder in ordered)


def _pattern(plain: str) -> re.Pattern[str]:
    parts, names = [], set()
    for index, part in enumerate(_PLACEHOLDER.split(plain)):
        if index % 2 == 0:
            parts.append(re.escape(part))
        elif part in names:
            parts.append(f"(?P={part})")
        else:
            names.add(part)
            parts.append(f"(?P<{part}>{_PLACEHOLDER_PATTERNS.get(part, '.+?')})")
    return re.compile("".join(parts))
