"""The clauses of a correction: a bare yes or no, and what is said beside it."""

from collections.abc import Iterator
from dataclasses import replace

from dialogue.answer_scan import Clause, scan
from dialogue.answer_words import Filler, Polarity
from dialogue.correction_words import MOST_CLAUSES, NO_BEFORE, REMOVED, WRONG_PART


def split_no(clause: Clause) -> Iterator[Clause]:
    """In a voice note no comma stands between the no and what is right: 门牌写错了是462号."""
    match = NO_BEFORE.match(clause.text)
    if match is None:
        yield clause
        return
    middle = clause.start + match.end()
    yield replace(clause, text=match[0], end=middle, is_question=False)
    yield replace(clause, text=clause.text[match.end() :], start=middle)


def is_no(clause: Clause) -> bool:
    return any(one.meaning is Polarity.NO for one in scan(clause.text).expressions)


def is_sound(clause: Clause) -> bool:
    """Whether a clause is only a yes, a no, thanks or a filler: what is right comes behind it."""
    scanned = scan(clause.text)
    return (
        scanned.end == len(clause.text)
        and all(
            isinstance(one.meaning, Filler)
            or one.meaning in (Polarity.NO, Polarity.YES, Polarity.LATER)
            for one in scanned.expressions
        )
        and not WRONG_PART.fullmatch(clause.text)
        and not REMOVED.fullmatch(clause.text)
    )


def rest_behind(at: int, parts: list[Clause], words: str) -> str:
    after = next((n for n, one in enumerate(parts) if one.start >= at), len(parts))
    return rest_of(parts, after, words)


def rest_of(parts: list[Clause], after: int, words: str) -> str:
    """What is said from that clause on, but for yes, thanks and urging."""
    left = [one for one in parts[after:] if not is_sound(one)]
    if not left:
        return ""
    end = len(words) if len(parts) >= MOST_CLAUSES else left[-1].end
    return words[left[0].start : end].strip(" ，,。")
