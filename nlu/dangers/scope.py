"""Which clauses of a text tell of danger here and now, and which of what was, or may come. Pure.

去年着过火，现在又烧起来了: the first clause is past, the second is not. A voice note has no commas;
so a clause begins at words of time as well.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from nlu.dangers import marks

_CLAUSES = re.compile(
    r"(?<=[。！？!?\n；;，,、：:～~ ])|"
    "(?=现在|今天|今早|今晚|刚才|刚刚|昨天|昨晚|前天|去年|前年|上个?月|上次|上周|上个?礼拜|"
    "上个?星期|以前|后来|"
    "但是|可是|不过|结果|幸好|幸亏|我?想问|能不能|希望|建议|万一|要是|如果|听说|我怕)"
)
_SENTENCE_ENDS = re.compile(r"[。！？!?\n；;]\s?$")
_WORD = re.compile(r"\w")


class Standing(StrEnum):
    """What a clause is, seen from here and now."""

    PRESENT = "present"
    PAST = "past"
    OVER = "over"
    FEARED = "feared"
    ELSEWHERE = "elsewhere"  # heard of others, news, drills, wishes


@dataclass(frozen=True)
class Clause:
    text: str
    standing: Standing


@dataclass(frozen=True)
class Scope:
    clauses: tuple[Clause, ...]

    @property
    def is_all_present(self) -> bool:
        return all(clause.standing is Standing.PRESENT for clause in self.clauses)

    @property
    def present(self) -> str:
        """What is said of here and now, in its order."""
        return "".join(c.text for c in self.clauses if c.standing is Standing.PRESENT)

    def has(self, *standings: Standing) -> bool:
        return any(clause.standing in standings for clause in self.clauses)


# A day old is not past for these: somebody who went out yesterday is still missing.
_LASTING = frozenset({"missing", "self_harm"})
# Whoever fears these says of whom; nobody says 我怕他打死我 of a thing that may happen some day.
FEARED_AND_NEAR = frozenset({"violence", "threat", "self_harm"})


def scope_of(text: str, kind: str) -> Scope:
    """The clauses of a text that sounds like danger of this kind."""
    pieces = [piece for piece in _CLAUSES.split(text) if _WORD.search(piece)]
    return Scope(tuple(_over_from_behind(list(_standings(pieces, kind)), kind)))


def _standings(pieces: list[str], kind: str) -> Iterator[Clause]:
    before = Standing.PRESENT
    for piece in pieces:
        own = _standing(piece, kind)
        if own is Standing.PRESENT and kind != "self_harm" and not marks.goes_on(piece):
            own = before  # 去年着火，烧得很厉害: both clauses are of last year
        yield Clause(piece, own)
        if own is not Standing.OVER:
            before = Standing.PAST if own is Standing.PAST else Standing.PRESENT
        if _SENTENCE_ENDS.search(piece):
            before = Standing.PRESENT


def _standing(clause: str, kind: str) -> Standing:
    if marks.is_over(clause, kind):
        return Standing.OVER
    if _is_past(clause, kind):
        return Standing.PAST
    if any(mark.search(clause) for mark in (marks.NEWS, marks.NOT_REAL, marks.HEARSAY)):
        return Standing.ELSEWHERE
    if kind == "self_harm" or marks.CALLS.search(clause):
        return Standing.PRESENT  # 希望明天不要醒过来 is no wish for a better street
    if marks.FEARED.search(clause) and not _is_told_them(clause, kind):
        return Standing.FEARED
    return Standing.ELSEWHERE if marks.WISHED_FOR.search(clause) else Standing.PRESENT


def _is_told_them(clause: str, kind: str) -> bool:
    return kind in FEARED_AND_NEAR and marks.SAYS_SO.search(clause) is not None


def _is_past(clause: str, kind: str) -> bool:
    if marks.AGAIN.search(clause):
        return False
    if marks.LONG_AGO.search(clause):
        return True
    day_before = marks.DAY_BEFORE.search(clause) and not marks.SINCE_THEN.search(clause)
    return bool(day_before) and kind not in _LASTING


def _over_from_behind(clauses: list[Clause], kind: str) -> Iterator[Clause]:
    """楼上着火了，已经灭了: what is over was over before it was said."""
    last = max((i for i, c in enumerate(clauses) if c.standing is Standing.OVER), default=-1)
    for place, clause in enumerate(clauses):
        is_before = place < last and clause.standing is Standing.PRESENT
        ends = is_before and not marks.goes_on(clause.text)
        yield Clause(clause.text, Standing.OVER) if ends else clause
