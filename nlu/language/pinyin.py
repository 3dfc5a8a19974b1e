"""How words sound, coarsely: for what a speech recogniser or an ear mixed up (蓬布 for 彭埠).

Each character becomes one mark for its syllable, so positions stay. Tones are dropped, and sounds
that southern speech does not tell apart fall together: zh/z, ch/c, sh/s, n/l/r, -ng/-n.
"""

import os
import re
from functools import cache

# The dictionary of phrases costs 30 MB; the first reading of each character is enough here.
os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")

from pypinyin import Style, pinyin

_FIRST, _LAST = 0x4E00, 0x9FFF  # the common hanzi
_MARKS = 0xE000  # the private-use area: no text of a resident has these
_FOLDS = (
    (re.compile(r"^([zcs])h"), r"\1"),
    (re.compile(r"^[nr](?=[a-zü])"), "l"),
    (re.compile(r"ng$"), "n"),
    (re.compile(r"^hu(?=[^aio]|$)"), "fu"),
)


def sounds(text: str) -> str:
    """`text` with a mark for each hanzi's syllable; all else, and every position, stays."""
    return text.translate(_marks())


def syllable(character: str) -> str:
    """The folded syllable of one hanzi: 彭 → pen; other characters have none."""
    if not _FIRST <= ord(character) <= _LAST:
        return ""
    folded = pinyin(character, style=Style.NORMAL)[0][0]
    for pattern, replacement in _FOLDS:
        folded = pattern.sub(replacement, folded)
    return folded


@cache
def _marks() -> dict[int, int]:
    read = {code: syllable(chr(code)) for code in range(_FIRST, _LAST + 1)}
    number = {s: _MARKS + place for place, s in enumerate(sorted(set(read.values())))}
    return {code: number[s] for code, s in read.items() if s.isascii() and s.isalpha()}
