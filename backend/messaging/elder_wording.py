"""A text of ours in the words for elders; see `elder_wordings`. Pure."""

import re
from functools import cache

from backend.messaging.elder_wording_table import EVERYDAY, WORDINGS

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_WIDE = {  # the others stay within a line
    "text": "(?s:.+?)",
    "state": f"(?:{'|'.join(EVERYDAY)}|[^，]+)",  # some have a comma of their own
}
_CASE_MARK = re.compile(r"【HZ\d+】")  # how pushes say which case they are about


def for_elders(text: str) -> str:
    """Whole, else each paragraph and line that has an elder wording; the rest stays as it is."""
    marked = _CASE_MARK.match(text)
    if marked:
        return f"{marked[0]}\n{for_elders(text[marked.end() :])}"
    whole = _reworded(text)
    if whole is not None:
        return whole
    for border in ("\n\n", "\n"):
        if border in text:
            return border.join(for_elders(part) for part in text.split(border))
    return text


def _reworded(text: str) -> str | None:
    for pattern, elder in _patterns():
        if said := pattern.fullmatch(text):
            told = {name: _put_in(name, value) for name, value in said.groupdict().items()}
            return _PLACEHOLDER.sub(lambda name: told[name[1]], elder)  # noqa: B023
    return None


def _put_in(name: str, value: str) -> str:
    """Nobody's words but ours are reworded: `advice` is a sentence of `dialogue.texts.chat`."""
    return for_elders(value) if name == "advice" else EVERYDAY.get(value, value)


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """The most telling first: `答复：…` is the beginning of several."""
    ordered = sorted(WORDINGS.items(), key=lambda pair: -len(_PLACEHOLDER.sub("", pair[0])))
    return tuple((_pattern(plain), elder) for plain, elder in ordered)


def _pattern(plain: str) -> re.Pattern[str]:
    parts, seen = [], set()
    for index, part in enumerate(_PLACEHOLDER.split(plain)):
        if index % 2 == 0:
            parts.append(re.escape(part))
        elif part in seen:
            parts.append(f"(?P={part})")
        else:
            seen.add(part)
            parts.append(f"(?P<{part}>{_WIDE.get(part, '.+?')})")
    return re.compile("".join(parts))
