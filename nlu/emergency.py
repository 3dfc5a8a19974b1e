"""Danger to life that must go to 110, 119 or 120 at once, not into a case.

Learnt from `data/danger.yml`: each kind of danger as people cry it out, also as a speech recogniser
hears it, and what only sounds like it (last year's fire, a drill, 气死了). A missed danger costs a
life and a false one a moment's reading; so the bar is low, and between the two bars the numbers
are told and the message goes its way.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

import yaml

from nlu.city import cutter
from nlu.linear import LinearModel
from nlu.terms import terms_of

Kind = Literal[
    "fire", "gas", "drowning", "violence", "self_harm", "collapse", "lift", "medical", "missing"
]
Number = Literal["110", "119", "120"]

NUMBERS: Mapping[Kind, Number] = {
    "fire": "119",
    "gas": "119",
    "drowning": "119",
    "violence": "110",
    "self_harm": "110",
    "collapse": "119",
    "lift": "119",
    "medical": "120",
    "missing": "110",
}
POSSIBLE, CERTAIN = 0.2, 0.6  # likelihoods from which danger is reckoned with, and believed
LONG_TEXT = 120  # characters; a letter tells of dangers past, so there only CERTAIN counts
_NONE = "none"
_HEAD = "danger"


@dataclass(frozen=True)
class Emergency:
    kind: Kind
    number: Number
    is_certain: bool


def detect(text: str, model: LinearModel) -> Emergency | None:
    """The danger that `text` (normalised) cries out, or nothing."""
    likely = model.likelihoods(terms_of(text, cutter().lcut), _HEAD)
    danger = 1 - likely[_NONE]
    if danger < (POSSIBLE if len(text) <= LONG_TEXT else CERTAIN):
        return None
    kind = cast(Kind, next(kind for kind in likely if kind != _NONE))
    return Emergency(kind, NUMBERS[kind], is_certain=danger >= CERTAIN)


def load(path: Path) -> dict[str, list[str]]:
    """Texts of each kind of danger, and of none."""
    texts: dict[str, list[str]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return texts


def train(texts: Mapping[str, Sequence[str]]) -> LinearModel:
    from nlu.fitting import Example, Recipe, fit  # scikit-learn, which only training needs

    said = [(text, kind) for kind, of_kind in texts.items() for text in of_kind]
    examples = [Example(number, kind) for number, (_, kind) in enumerate(said)]
    terms = [terms_of(text, cutter().lcut) for text, _ in said]
    return fit(terms, {_HEAD: examples}, Recipe(shares=(1.0, 0.5, 1.0, 0.7)))
