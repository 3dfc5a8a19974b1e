"""Danger to life that must go to 110, 119 or 120 at once, not into a case.

Which danger a text sounds like is learnt from `data/danger.yml`: each kind as people cry it out,
also as a speech recogniser hears it, and what only sounds like it. When it is, and whether it is
one, are rules (`nlu.dangers.marks`, `nlu.dangers.scope`): only what is said of here and now is
believed. A missed danger costs a life and a false one a moment's reading; so the bar is low, and
between the two bars the numbers are told and the message goes its way.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

import yaml

from nlu.city.loaded import cutter
from nlu.classifiers.examples import examples_in
from nlu.classifiers.linear import LinearModel
from nlu.dangers.follow_up import is_follow_up
from nlu.dangers.marks import AGAIN, NOW, asks_about_case, despairs, without_harmless
from nlu.dangers.scope import FEARED_AND_NEAR, Scope, Standing, scope_of
from nlu.gazetteer.vague import only_says_where
from nlu.language.terms import LONGEST, terms_of

__all__ = ["ALSO", "NUMBERS", "Emergency", "Kind", "detect", "is_follow_up", "load", "train"]

Kind = Literal[
    "fire",
    "gas",
    "wire",
    "drowning",
    "violence",
    "threat",
    "self_harm",
    "collapse",
    "lift",
    "medical",
    "missing",
]
Number = Literal["110", "119", "120"]

NUMBERS: Mapping[Kind, Number] = {
    "fire": "119",
    "gas": "119",
    "wire": "119",
    "drowning": "119",
    "violence": "110",
    "threat": "110",
    "self_harm": "110",
    "collapse": "119",
    "lift": "119",
    "medical": "120",
    "missing": "110",
}
# The power company's fault line, the police by text message, the line for who cannot go on.
ALSO: Mapping[Kind, tuple[str, ...]] = {
    "wire": ("95598",),
    "violence": ("12110",),
    "threat": ("12110",),
    "self_harm": ("12356", "120"),
}
POSSIBLE, CERTAIN = 0.15, 0.5  # likelihoods from which danger is reckoned with, and believed
LONG_TEXT = 120  # characters; a longer one may tell of other things first, and cry out at its end
_TAIL = 60  # characters
LONGEST_READ = 10_000  # characters
_POSSIBLE_AT_MOST = CERTAIN - 0.01
# A letter has many sentences, and each is a chance to be wrong: one by itself must be surer.
SURE_OF_ONE = 0.95
LETTER = 300  # characters; somebody who writes so many tells a story
SURE_OF_DOUBTFUL = 0.99  # one sentence of a letter, or of a few characters
# Likelihood and characters of what is left without the past.
SURE_OF_REST, LEAST_REST, MUCH_REST = 0.9, 8, 16
SHORT_REPLY, SHORT_REPLY_WEIGHT = 6, 5.0  # characters; times that one is learnt from
# Where somebody may be caught or drown; any other place by itself cries out nothing.
_DANGEROUS_PLACE = re.compile("电梯|河|桥|地下")
_SENTENCES = re.compile(r"(?<=[。！？!?\n；;])")
_SOMEBODY = frozenset(["", "有人", "他", "他们", "她", "我", "谁", "小孩", "孩子", "老人", "人"])
_NONE = "none"
_HEAD = "danger"


@dataclass(frozen=True)
class Emergency:
    """`also` are further numbers to ring or to write to, the likeliest first."""

    kind: Kind
    number: Number
    is_certain: bool
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Heard:
    likelihood: float
    kind: Kind


def detect(text: str, model: LinearModel) -> Emergency | None:
    """The danger that `text` (normalised) cries out, or nothing."""
    text = text[:LONGEST_READ]
    if asks_about_case(text):
        return None
    best = _heard(text, model)
    if best.likelihood < CERTAIN:
        best = max([best, *_in_passing(text, model)], key=lambda heard: heard.likelihood)
    bare_place = only_says_where(text)
    if best.likelihood < POSSIBLE or (bare_place and not _DANGEROUS_PLACE.search(text)):
        return None
    needs_another = bare_place or is_follow_up(text)
    return _emergency(best.kind, best.likelihood >= CERTAIN and not needs_another)


def _emergency(kind: Kind, is_certain: bool) -> Emergency:
    return Emergency(kind, NUMBERS[kind], is_certain, ALSO.get(kind, ()))


def _heard(text: str, model: LinearModel) -> _Heard:
    """The danger that a text tells of here and now."""
    told = without_harmless(text)
    whole = _sounds_like(told, model)
    if told != text:  # what is left of 有人砍树 sounds worse than the whole
        said = 0.0 if told in _SOMEBODY else _sounds_like(text, model).likelihood
        whole = _Heard(min(whole.likelihood, said), whole.kind)
    scope = scope_of(told, whole.kind)
    if scope.is_all_present:
        return _with_despair(whole, told)
    rest = _sounds_like(scope.present, model)
    return _with_despair(_here_and_now(whole, rest, scope), scope.present)


def _here_and_now(whole: _Heard, rest: _Heard, scope: Scope) -> _Heard:
    """What to believe of a text of which only the `rest` tells of here and now."""
    if AGAIN.search(scope.present) and whole.likelihood >= CERTAIN:
        return whole
    if _is_believed(whole, rest, scope):
        return rest
    if scope.has(Standing.FEARED):
        is_near = whole.kind in FEARED_AND_NEAR and whole.likelihood >= CERTAIN
        return _no_more_than_possible(whole if is_near else rest, CERTAIN)
    least = CERTAIN if scope.has(Standing.OVER) else POSSIBLE
    return _no_more_than_possible(min(whole, rest, key=lambda heard: heard.likelihood), least)


def _is_believed(whole: _Heard, rest: _Heard, scope: Scope) -> bool:
    """A few words out of their sentence may sound like anything: they must be surer."""
    doubtful = whole.likelihood < POSSIBLE or scope.has(Standing.OVER, Standing.FEARED)
    is_past = scope.has(Standing.PAST) and not NOW.search(scope.present)
    if doubtful or is_past:
        return rest.likelihood >= SURE_OF_REST and len(scope.present) >= LEAST_REST
    is_like_whole = rest.kind == whole.kind and whole.likelihood >= CERTAIN
    is_enough = is_like_whole or len(scope.present) >= MUCH_REST
    return rest.likelihood >= (CERTAIN if is_enough else SURE_OF_REST)


def _no_more_than_possible(heard: _Heard, least: float) -> _Heard:
    """Reckoned with from `least` on, and not believed."""
    likelihood = min(heard.likelihood, _POSSIBLE_AT_MOST) if heard.likelihood >= least else 0.0
    return _Heard(likelihood, heard.kind)


def _with_despair(heard: _Heard, text: str) -> _Heard:
    """Who says that they would rather be dead is believed, whatever else the text is about."""
    is_heard = heard.kind == "self_harm" and heard.likelihood >= CERTAIN
    return _Heard(1.0, "self_harm") if despairs(text) and not is_heard else heard


def _in_passing(text: str, model: LinearModel) -> Iterator[_Heard]:
    """Cries within a text that tells of other things, which taken as a whole drown them."""
    parts = [part for part in _SENTENCES.split(text[:LONGEST]) if part.strip()]
    for part in parts if len(parts) > 1 else ():
        heard = _heard(part, model)
        is_doubtful = len(text) > LETTER or len(part) < LEAST_REST
        if heard.likelihood >= (SURE_OF_DOUBTFUL if is_doubtful else SURE_OF_ONE):
            yield heard
    if len(text) > LONG_TEXT:
        at_end = _heard(_tail(text), model)
        if at_end.likelihood >= CERTAIN:
            yield at_end


def _sounds_like(text: str, model: LinearModel) -> _Heard:
    """The danger that the words are most like, whenever it was."""
    likely = model.likelihoods(terms_of(text, cutter().lcut), _HEAD)
    kind = next(kind for kind in likely if kind != _NONE)
    return _Heard(1 - likely[_NONE], cast(Kind, kind))


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
    from nlu.classifiers.fitting import (  # scikit-learn, which only training needs
        Example,
        Recipe,
        fit,
    )

    said = [(text, kind) for kind, of_kind in texts.items() for text in of_kind]
    examples = [
        Example(number, kind, _weight(text, kind)) for number, (text, kind) in enumerate(said)
    ]
    terms = [terms_of(text, cutter().lcut) for text, _ in said]
    return fit(terms, {_HEAD: examples}, Recipe(shares=(1.0, 0.5, 1.0, 0.7), rarest=2))
