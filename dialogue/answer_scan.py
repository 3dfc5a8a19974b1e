"""Splits a message into clauses and reads the expressions at the start of each.

The longest expression wins at every position.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from dialogue.answer_fillers import DONT_KNOW, FILLERS, LATER, NEVER_MIND
from dialogue.answer_words import NO, YES, Expression, Polarity

LONGEST_ANSWER = 60  # characters of a clause; what stands behind them is content
EXPRESSIONS = (*YES, *NO, *NEVER_MIND, *DONT_KNOW, *LATER, *FILLERS)


@dataclass(frozen=True)
class Clause:
    """A part of a message between two marks."""

    text: str  # with dialect's 弗 and 勿 as 不; every position stays
    start: int
    end: int
    is_question: bool = False


@dataclass(frozen=True)
class Scan:
    """What a clause says at its start, and where its content begins."""

    expressions: tuple[Expression, ...]
    end: int


_DIALECT = str.maketrans("弗勿哉覅嫑", "不不了别别") | {
    upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)
}
_MARKS = re.compile(r"[^，,。.！!？?；;、：:…~～\s\ufe0f\u200d]+")
_TONES = re.compile("[\U0001f3fb-\U0001f3ff]")


def clauses(words: str) -> Iterator[Clause]:
    """The parts of a message between marks and spaces."""
    plain = _TONES.sub(" ", words.translate(_DIALECT))
    for match in _MARKS.finditer(plain):
        after = plain[match.end() : match.end() + 2]
        yield Clause(match[0], match.start(), match.end(), after[:1] in ("？", "?") and after != "")


def scan(text: str) -> Scan:
    """Read expressions from the start of a clause until something else is said."""
    at, seen = 0, list[Expression]()
    while at < min(len(text), LONGEST_ANSWER):
        best, end = None, at
        for expression in EXPRESSIONS:
            match = expression.pattern.match(text, at)
            if match is None or match.end() < max(end, at + 1):
                continue
            if match.end() > end or expression.strength >= 3:  # 报吧 is more than 好吧
                best, end = expression, match.end()
        if best is None:
            break
        seen.append(best)
        at = end
    return Scan(tuple(seen), at)


def without_sounds(scanned: Scan) -> Scan:
    kept = tuple(one for one in scanned.expressions if isinstance(one.meaning, Polarity))
    return replace(scanned, expressions=kept)
