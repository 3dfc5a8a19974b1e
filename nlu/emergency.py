"""Danger to life that must go to 110, 119 or 120 at once, not into a case.

Learnt from `data/danger.yml`: each kind of danger as people cry it out, also as a speech recogniser
hears it, and what only sounds like it (last year's fire, a drill, 气死了). A missed danger costs a
life and a false one a moment's reading; so the bar is low, and between the two bars the numbers
are told and the message goes its way.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

import yaml

from nlu.city import cutter
from nlu.examples import examples_in
from nlu.linear import LinearModel
from nlu.terms import LONGEST, terms_of
from nlu.vague import only_says_where

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
POSSIBLE, CERTAIN = 0.15, 0.5  # likelihoods from which danger is reckoned with, and believed
LONG_TEXT = 120  # characters; a longer one may tell of other things first, and cry out at its end
_TAIL = 60  # characters
# A letter has many sentences, and each is a chance to be wrong: one by itself must be surer.
SURE_OF_ONE = 0.95
SHORT_REPLY, SHORT_REPLY_WEIGHT = 6, 5.0  # characters; times that one is learnt from
# Where somebody may be caught or drown; any other place by itself cries out nothing.
_DANGEROUS_PLACE = re.compile("电梯|河|桥|地下")
_SENTENCES = re.compile(r"(?<=[。！？!?\n；;])")
_NONE = "none"
_HEAD = "danger"


@dataclass(frozen=True)
class Emergency:
    kind: Kind
    number: Number
    is_certain: bool


def detect(text: str, model: LinearModel) -> Emergency | None:
    """The danger that `text` (normalised) cries out, or nothing."""
    danger, kind = _danger(text, model)
    if danger < CERTAIN:
        danger, kind = max([(danger, kind), *_in_passing(text, model)])
    bare_place = only_says_where(text)
    if danger < POSSIBLE or (bare_place and not _DANGEROUS_PLACE.search(text)):
        return None
    return Emergency(kind, NUMBERS[kind], is_certain=danger >= CERTAIN and not bare_place)


def _in_passing(text: str, model: LinearModel) -> Iterator[tuple[float, Kind]]:
    """Cries within a text that tells of other things, which taken as a whole drown them."""
    parts = [part for part in _SENTENCES.split(text[:LONGEST]) if part.strip()]
    for part in parts if len(parts) > 1 else ():
        danger, kind = _danger(part, model)
        if danger >= SURE_OF_ONE:
            yield danger, kind
    if len(text) > LONG_TEXT:
        at_end, kind_at_end = _danger(_tail(text), model)
        if at_end >= CERTAIN:
            yield at_end, kind_at_end


def _danger(text: str, model: LinearModel) -> tuple[float, Kind]:
    likely = model.likelihoods(terms_of(text, cutter().lcut), _HEAD)
    return 1 - likely[_NONE], cast(Kind, next(kind for kind in likely if kind != _NONE))


def _tail(text: str) -> str:
    """The last sentences, or the end of the last one."""
    tail = ""
    for sentence in reversed(_SENTENCES.split(text)):
        if len(sentence) + len(tail) > _TAIL:
            break
        tail = sentence + tail
    return tail.strip() or text[-_TAIL:]


def load(data: Path) -> dict[str, list[str]]:
    """Texts of each kind of danger, and of none: whatever else residents say to the bot."""
    texts: dict[str, list[str]] = yaml.safe_load((data / "danger.yml").read_text(encoding="utf-8"))
    said = [words for intent, words in examples_in(data / "nlu") if intent != "emergency"]
    return texts | {_NONE: [*texts[_NONE], *said]}


def _weight(text: str, kind: str) -> float:
    """In a short reply each word counts for much, and 在门口 is a part of many a cry."""
    return SHORT_REPLY_WEIGHT if kind == _NONE and len(text) <= SHORT_REPLY else 1.0


def train(texts: Mapping[str, Sequence[str]]) -> LinearModel:
    from nlu.fitting import Example, Recipe, fit  # scikit-learn, which only training needs

    said = [(text, kind) for kind, of_kind in texts.items() for text in of_kind]
    examples = [
        Example(number, kind, _weight(text, kind)) for number, (text, kind) in enumerate(said)
    ]
    terms = [terms_of(text, cutter().lcut) for text, _ in said]
    return fit(terms, {_HEAD: examples}, Recipe(shares=(1.0, 0.5, 1.0, 0.7), rarest=2))
