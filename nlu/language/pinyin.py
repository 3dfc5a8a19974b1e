"""Phonetic form of Chinese words, to match misheard names (蓬布 for 彭埠).

Each character becomes one code for its syllable, so positions stay. Tones are dropped, and sounds
that southern speech merges have one code: zh/z, ch/c, sh/s, n/l/r, -ng/-n, hu/fu.
"""

import os
import re
from functools import cache

# The phrase dictionary takes 30 MB; the first reading of each character is enough here.
os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")

from pypinyin import Style, pinyin

_FIRST, _LAST = 0x4E00, 0x9FFF  # the common hanzi
_PRIVATE_USE = 0xE000  # first code point of the private-use area, absent from residents' texts
# zh → z, n and r → l, ng → n, hu → fu
_FOLDS = (
    (re.compile(r"^([zcs])h"), r"\1"),
    (re.compile(r"^[nr](?=[a-zü])"), "l"),
    (re.compile(r"ng$"), "n"),
    (re.compile(r"^hu(?=[^aio]|$)"), "fu"),
)


def sounds(text: str) -> str:
    """`text` with each hanzi replaced by the code of its syllable; other characters stay."""
    return text.translate(_syllable_codes())


def syllable(character: str) -> str:
    """Folded syllable of one hanzi: 彭 → pen. Empty for any other character."""
    if not _FIRST <= ord(character) <= _LAST:
        return ""
    folded = pinyin(character, style=Style.NORMAL)[0][0]
    for pattern, replacement in _FOLDS:
        folded = pattern.sub(replacement, folded)
    return folded


@cache
def _syllable_codes() -> dict[int, int]:
    syllables = {code: syllable(chr(code)) for code in range(_FIRST, _LAST + 1)}
    codes = {s: _PRIVATE_USE + index for index, s in enumerate(sorted(set(syllables.values())))}
    return {code: codes[s] for code, s in syllables.items() if s.isascii() and s.isalpha()}
