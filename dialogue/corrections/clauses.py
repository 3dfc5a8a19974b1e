"""The clauses of a message, seen from one of them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from dialogue.answers.clauses import Clause, clauses, scan
from dialogue.answers.words import Filler, Polarity
from dialogue.corrections.words import NO_BEFORE, REMOVALS, WRONG_PART

MOST_CLAUSES = 12  # a correction stands at the start of a message
_BESIDE = (Polarity.NO, Polarity.YES, Polarity.LATER, *Filler)


@dataclass(frozen=True)
class Clauses:
    """The clause at `number`, with those before and behind it."""

    words: str
    parts: tuple[Clause, ...]
    number: int = 0

    @property
    def text(self) -> str:
        return self.parts[self.number].text if self.number < len(self.parts) else ""

    @property
    def is_question(self) -> bool:
        return self.number < len(self.parts) and self.parts[self.number].is_question

    def ahead(self, clauses: int = 1) -> "Clauses":
        """Seen from a later clause; its text is empty behind the last one."""
        return replace(self, number=self.number + clauses)

    def says_no_first(self) -> bool:
        first = scan(self.parts[0].text).expressions
        return self.number > 0 and any(expression.meaning is Polarity.NO for expression in first)

    def rest(self, after: int = 1) -> str:
        """What the clauses from `after` on say, but for yes, thanks and urging."""
        remaining = [clause for clause in self.parts[self.number + after :] if not is_sound(clause)]
        if not remaining:
            return ""
        end = len(self.words) if len(self.parts) >= MOST_CLAUSES else remaining[-1].end
        return self.words[remaining[0].start : end].strip(" ，,。")

    def rest_behind(self, position: int) -> str:
        """What the clauses say that begin at a position of the words, or behind it."""
        behind = sum(clause.start < position for clause in self.parts)
        return replace(self, number=behind).rest(0)


def clauses_of(words: str) -> Clauses:
    parts = (part for clause in islice(clauses(words), MOST_CLAUSES) for part in _split_no(clause))
    return Clauses(words, tuple(parts))


def _split_no(clause: Clause) -> Iterator[Clause]:
    """In a voice note no comma stands between the no and what is right: 门牌写错了是462号."""
    match = NO_BEFORE.match(clause.text)
    if match is None:
        yield clause
        return
    middle = clause.start + match.end()
    yield replace(clause, text=match[0], end=middle, is_question=False)
    yield replace(clause, text=clause.text[match.end() :], start=middle)


def is_sound(clause: Clause) -> bool:
    """Whether a clause is only a yes, a no, thanks or a filler: what is right comes behind it."""
    scanned = scan(clause.text)
    return (
        scanned.end == len(clause.text)
        and all(expression.meaning in _BESIDE for expression in scanned.expressions)
        and not any(pattern.fullmatch(clause.text) for pattern in (WRONG_PART, *REMOVALS))
    )
