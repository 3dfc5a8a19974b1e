"""Corrections: what a resident says is wrong in the read-back, and what is right."""

from dialogue.answers.parts import Part
from dialogue.corrections.applying import Appeal, apply, correct_place, correct_text
from dialogue.corrections.bare import adds_to, find_bare, find_denied, find_stated, without_denied
from dialogue.corrections.reading import find
from dialogue.corrections.words import Correction

__all__ = [
    "Appeal", "Correction", "Part", "adds_to", "apply", "correct_place", "correct_text", "find",
    "find_bare", "find_denied", "find_stated", "without_denied",
]  # fmt: skip
