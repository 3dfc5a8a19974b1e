"""The clauses of a message, seen from one of them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice, takewhile

from dialogue.answers.clauses import Clause, clauses, scan
from dialogue.answers.words import Filler, Polarity
from dialogue.corrections.words import EVERYTHING_WRONG, NO_BEFORE, REMOVALS, WRONG_PART

LONGEST_ECHO = 8  # characters of 文三路？, which is a no before what is right
MOST_CLAUSES = 12  # a correction stands at the start of a message
_BESIDE = (Polarity.NO, Polarity.YES, Polarity.LATER, *Filler)


@dataclass(frozen=True)
class Clauses:
    """The clause at `number`, with those before and behind it; mere sounds are left out."""

    words: str
    parts: tuple[Clause, ...]
    number: int = 0
    says_no_first: bool = False
    is_cut: bool = False  # more clauses follow than are read

    @property
    def text(self) -> str:
        return self.parts[self.number].text if self.number < len(self.parts) else ""

    @property
    def is_question(self) -> bool:
        return self.number < len(self.parts) and self.parts[self.number].is_question

    def ahead(self, clauses: int = 1) -> "Clauses":
        """Seen from a later clause; its text is empty behind the last one."""
        return replace(self, number=self.number + clauses)

    def rest(self, after: int = 1) -> str:
        """Text of the clauses from `after` on, without yes, thanks and urging."""
        remaining = self.parts[self.number + after :]
        if not remaining:
            return ""
        end = len(self.words) if self.is_cut else remaining[-1].end
        return self.words[remaining[0].start : end].strip(" ，,。")

    def rest_behind(self, position: int) -> str:
        """Text of the clauses that begin at or behind a position of the words."""
        behind = sum(clause.start < position for clause in self.parts)
        return replace(self, number=behind).rest(0)


def clauses_of(words: str) -> Clauses:
    """The clauses of the words without those that are only a yes, a no or a filler."""
    read = list(islice(clauses(words), MOST_CLAUSES))
    parts = [part for clause in read for part in _split_no(clause)]
    before = list(takewhile(_is_sound, parts))
    echoes = bool(parts) and parts[0].is_question and len(parts[0].text) <= LONGEST_ECHO
    says_no_first = echoes or any(map(_says_no, before))
    tell = tuple(part for part in parts if not _is_sound(part))
    return Clauses(words, tell, says_no_first=says_no_first, is_cut=len(read) == MOST_CLAUSES)


def _says_no(clause: Clause) -> bool:
    expressions = scan(clause.text).expressions
    return any(expression.meaning is Polarity.NO for expression in expressions)


def _split_no(clause: Clause) -> Iterator[Clause]:
    """Split a voice note after its no, where a text has a comma: 门牌写错了是462号."""
    match = NO_BEFORE.match(clause.text)
    if match is None:
        yield clause
        return
    middle = clause.start + match.end()
    yield replace(clause, text=match[0], end=middle, is_question=False)
    yield replace(clause, text=clause.text[match.end() :], start=middle)


def _is_sound(clause: Clause) -> bool:
    """True if a clause is only a yes, a no, thanks or a filler: what is right comes behind it."""
    scanned = scan(clause.text)
    return (
        scanned.end == len(clause.text)
        and all(expression.meaning in _BESIDE for expression in scanned.expressions)
        and not any(
            pattern.fullmatch(clause.text) for pattern in (WRONG_PART, EVERYTHING_WRONG, *REMOVALS)
        )
    )
