"""Status of each clause of a text about a danger: present, past, over, feared or elsewhere. Pure.

去年着过火，现在又烧起来了: the first clause is past, the second is present. Voice notes have no
commas, so a clause also begins at words of time.
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


class ClauseStatus(StrEnum):
    """Time and reality of a clause, relative to the moment of the message."""

    PRESENT = "present"
    PAST = "past"
    OVER = "over"  # the danger has ended
    FEARED = "feared"  # may come
    ELSEWHERE = "elsewhere"  # hearsay, news, drills, wishes


@dataclass(frozen=True)
class Clause:
    """A clause of a message about a danger."""

    text: str
    status: ClauseStatus


@dataclass(frozen=True)
class Scope:
    """All clauses of a message, in order."""

    clauses: tuple[Clause, ...]

    @property
    def is_all_present(self) -> bool:
        """True if every clause is present."""
        return all(clause.status is ClauseStatus.PRESENT for clause in self.clauses)

    @property
    def present(self) -> str:
        """Text of the present clauses, joined in their order."""
        return "".join(c.text for c in self.clauses if c.status is ClauseStatus.PRESENT)

    def has(self, *statuses: ClauseStatus) -> bool:
        """True if a clause has one of these statuses."""
        return any(clause.status in statuses for clause in self.clauses)


# Kinds that are still present a day later: somebody who left yesterday is still missing.
_LASTING = frozenset({"missing", "self_harm"})
# Kinds whose fear is itself an emergency: 我怕他打死我 names a person and is not hypothetical.
FEARED_AND_NEAR = frozenset({"violence", "threat", "self_harm"})


def scope_of(text: str, kind: str) -> Scope:
    """Clauses of a normalised text and their status, given the predicted kind of danger."""
    pieces = [piece for piece in _CLAUSES.split(text) if _WORD.search(piece)]
    return Scope(tuple(_propagate_over(list(_statuses(pieces, kind)), kind)))


def _statuses(pieces: list[str], kind: str) -> Iterator[Clause]:
    before = ClauseStatus.PRESENT
    for piece in pieces:
        status = _status_of(piece, kind)
        if status is ClauseStatus.PRESENT and kind != "self_harm" and not marks.goes_on(piece):
            status = before  # 去年着火，烧得很厉害: the second clause inherits the past
        yield Clause(piece, status)
        if status is not ClauseStatus.OVER:
            before = ClauseStatus.PAST if status is ClauseStatus.PAST else ClauseStatus.PRESENT
        if _SENTENCE_ENDS.search(piece):
            before = ClauseStatus.PRESENT


def _status_of(clause: str, kind: str) -> ClauseStatus:
    if marks.is_over(clause, kind):
        return ClauseStatus.OVER
    if _is_past(clause, kind):
        return ClauseStatus.PAST
    if any(mark.search(clause) for mark in (marks.NEWS, marks.NOT_REAL, marks.HEARSAY)):
        return ClauseStatus.ELSEWHERE
    if kind == "self_harm" or marks.CALLS.search(clause):
        return ClauseStatus.PRESENT  # 希望明天不要醒过来 is no wish to the city
    if marks.FEARED.search(clause) and not _is_threat(clause, kind):
        return ClauseStatus.FEARED
    return ClauseStatus.ELSEWHERE if marks.WISHED_FOR.search(clause) else ClauseStatus.PRESENT


def _is_threat(clause: str, kind: str) -> bool:
    return kind in FEARED_AND_NEAR and marks.SAYS_SO.search(clause) is not None


def _is_past(clause: str, kind: str) -> bool:
    if marks.AGAIN.search(clause):
        return False
    if marks.LONG_AGO.search(clause):
        return True
    day_before = marks.DAY_BEFORE.search(clause) and not marks.SINCE_THEN.search(clause)
    return bool(day_before) and kind not in _LASTING


def _propagate_over(clauses: list[Clause], kind: str) -> Iterator[Clause]:
    """Mark earlier present clauses as over when a later one ends the danger: 着火了，已经灭了."""
    last = max((i for i, c in enumerate(clauses) if c.status is ClauseStatus.OVER), default=-1)
    for index, clause in enumerate(clauses):
        is_before = index < last and clause.status is ClauseStatus.PRESENT
        ends = is_before and not marks.goes_on(clause.text)
        yield Clause(clause.text, ClauseStatus.OVER) if ends else clause
