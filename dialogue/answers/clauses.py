"""Splits a message into clauses and reads the expressions at the start of each."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from dialogue.answers.words import EXPRESSIONS, Expression

LONGEST_ANSWER = 60  # characters of a clause; what stands behind them is content
# 弗 and 勿 of the dialects; every position stays.
_PLAIN = str.maketrans("弗勿哉覅嫑", "不不了别别")
_CLAUSE = re.compile(r"[^，,。.！!？?；;、：:…~～\s\ufe0f\u200d]+")
_SKIN_TONES = re.compile("[\U0001f3fb-\U0001f3ff]")


@dataclass(frozen=True)
class Clause:
    """A part of a message between two marks; `start` and `end` are positions in the message."""

    text: str
    start: int
    end: int
    is_question: bool = False


@dataclass(frozen=True)
class Scan:
    """The expressions at the start of a clause, and the position where its content begins."""

    expressions: tuple[Expression, ...]
    end: int


def clauses(words: str) -> Iterator[Clause]:
    """The parts of a message between marks and spaces."""
    plain = _SKIN_TONES.sub(" ", words.translate(_PLAIN))
    for match in _CLAUSE.finditer(plain):
        is_question = plain[match.end() : match.end() + 1] in ("？", "?")
        yield Clause(match[0], match.start(), match.end(), is_question)


def scan(text: str) -> Scan:
    """The longest expression at each position, until something else is said."""
    position, expressions = 0, list[Expression]()
    while position < min(len(text), LONGEST_ANSWER):
        longest, end = None, position
        for expression in EXPRESSIONS:
            match = expression.pattern.match(text, position)
            if match is None or match.end() < max(end, position + 1):
                continue
            if match.end() > end or expression.strength >= 3:  # 报吧 is more than 好吧
                longest, end = expression, match.end()
        if longest is None:
            break
        expressions.append(longest)
        position = end
    return Scan(tuple(expressions), position)
