"""A correction as the resident says it."""

from dataclasses import dataclass

from dialogue.correction_words import Part as Part


@dataclass(frozen=True)
class Correction:
    """`wrong` and `right` as the resident says them; a kind's `right` is its code."""

    wrong: str | None
    right: str | None
    part: Part | None
    removes: bool = False
    rest: str = ""  # what else is said beside it
