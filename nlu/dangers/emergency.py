"""Detection of dangers to life, which belong to 110, 119 or 120 and not into a case.

A linear model, trained on `data/danger.yml`, predicts the kind of danger from the words. The
training data contain calls for help, their misrecognised forms, and harmless texts that resemble
them. Rules (`nlu.dangers.marks`, `nlu.dangers.scope`) decide whether the danger is real and
present. A missed danger may cost a life, a false alarm costs a moment of reading; so the threshold
is low. Between the two thresholds the reply adds the emergency number and the message is handled
as usual.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

from nlu.city.loaded import cutter
from nlu.classifiers.examples import examples_in
from nlu.classifiers.linear import LinearModel
from nlu.dangers.follow_up import is_follow_up
from nlu.dangers.marks import AGAIN, NOW, asks_about_case, despairs, remove_harmless
from nlu.dangers.scope import FEARED_AND_NEAR, ClauseStatus, Scope, scope_of
from nlu.folders import parse_yaml
from nlu.gazetteer.vague import is_vague_answer
from nlu.language.terms import LONGEST, terms_of

__all__ = [
    "NUMBERS",
    "OTHER_NUMBERS",
    "Emergency",
    "Kind",
    "detect",
    "is_follow_up",
    "load",
    "train",
]

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
# 95598: power failures. 12110: police by text message. 12356: psychological help.
OTHER_NUMBERS: Mapping[Kind, tuple[str, ...]] = {
    "wire": ("95598",),
    "violence": ("12110",),
    "threat": ("12110",),
    "self_harm": ("12356", "120"),
}
POSSIBLE, CERTAIN = 0.15, 0.5  # thresholds of the likelihood, from 0 to 1
LONG_TEXT = 120  # characters; the end of a longer text is also examined by itself
_TAIL_LENGTH = 60  # characters
LONGEST_READ = 10_000  # characters
_POSSIBLE_AT_MOST = CERTAIN - 0.01
# Threshold for one sentence of a longer text: each sentence is a further chance of a false alarm.
SURE_OF_SENTENCE = 0.95
LETTER = 300  # characters; a longer text is a letter
SURE_OF_DOUBTFUL = 0.99  # threshold for a sentence of a letter, or a very short one
# For the present clauses alone: a threshold, and two lengths in characters.
SURE_OF_PRESENT, SHORTEST_PRESENT, LONG_PRESENT = 0.9, 8, 16
SHORT_REPLY, SHORT_REPLY_WEIGHT = 6, 5.0  # characters; sample weight
# Places where somebody may be trapped or drown; another place alone is no danger.
_DANGEROUS_PLACE = re.compile("电梯|河|桥|地下")
_SENTENCES = re.compile(r"(?<=[。！？!?\n；;])")
# Who, how old, how many, on which floor, and nothing that happens: 我妈86了, 三个人, 有人 (砍树)
_WHO_AND_COUNT = re.compile(
    "有|[我你您他她谁们人]|小?孩子?|儿子|女儿|老(?:人家?|太婆|太太|头子?|伴|公|婆|妈|爸)|爸爸?|妈妈?|"
    "爷爷|奶奶|外婆|外公|邻居|家里?|今年|已经|一共|总共|大概|差不多|"
    "[和跟就都才快是的了呢啊岁多几个位名次楼幢栋层号两零〇一二三四五六七八九十百0-9]"
    "|周岁|单元|[，,、。 ]"
)
_NO_DANGER = "none"
_HEAD = "danger"


@dataclass(frozen=True)
class Emergency:
    """A detected danger. `other_numbers` are further numbers to call, best first."""

    kind: Kind
    number: Number
    is_certain: bool
    other_numbers: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Prediction:
    """Likeliest kind, and the likelihood of any danger."""

    likelihood: float
    kind: Kind


def detect(text: str, model: LinearModel) -> Emergency | None:
    """The danger that a normalised text reports, or None.

    `model` is made by `train`. `is_certain` tells a likelihood of at least CERTAIN from one of at
    least POSSIBLE.
    """
    text = text[:LONGEST_READ]
    if asks_about_case(text):
        return None
    best = _present_danger(text, model)
    if best.likelihood < CERTAIN:
        best = max(
            [best, *_passing_cries(text, model)], key=lambda prediction: prediction.likelihood
        )
    bare_place = is_vague_answer(text)
    if best.likelihood < POSSIBLE or (bare_place and not _DANGEROUS_PLACE.search(text)):
        return None
    needs_another = bare_place or is_follow_up(text)
    return _emergency(best.kind, best.likelihood >= CERTAIN and not needs_another)


def _emergency(kind: Kind, is_certain: bool) -> Emergency:
    return Emergency(kind, NUMBERS[kind], is_certain, OTHER_NUMBERS.get(kind, ()))


def _present_danger(text: str, model: LinearModel) -> _Prediction:
    """Prediction for a text, reduced to what is present by the rules."""
    serious = remove_harmless(text)
    whole = _predict(serious, model)
    if not _WHO_AND_COUNT.sub("", serious):
        return _Prediction(0.0, whole.kind)
    if serious != text:  # without 砍树 the rest of 有人砍树 may score higher than the whole
        likelihood = min(whole.likelihood, _predict(text, model).likelihood)
        whole = _Prediction(likelihood, whole.kind)
    scope = scope_of(serious, whole.kind)
    if scope.is_all_present:
        return _apply_despair(whole, serious)
    present = _predict(scope.present, model)
    return _apply_despair(_weigh_present(whole, present, scope), scope.present)


def _weigh_present(whole: _Prediction, present: _Prediction, scope: Scope) -> _Prediction:
    """Combine the predictions for the whole text and for its `present` clauses alone."""
    if AGAIN.search(scope.present) and whole.likelihood >= CERTAIN:
        return whole
    if _is_believed(whole, present, scope):
        return present
    if scope.has(ClauseStatus.FEARED):
        is_near = whole.kind in FEARED_AND_NEAR and whole.likelihood >= CERTAIN
        return _cap_at_possible(whole if is_near else present, CERTAIN)
    least = CERTAIN if scope.has(ClauseStatus.OVER) else POSSIBLE
    return _cap_at_possible(
        min(whole, present, key=lambda prediction: prediction.likelihood), least
    )


def _is_believed(whole: _Prediction, present: _Prediction, scope: Scope) -> bool:
    """True if the prediction for the present clauses counts; few words need a higher one."""
    doubtful = whole.likelihood < POSSIBLE or scope.has(ClauseStatus.OVER, ClauseStatus.FEARED)
    is_past = scope.has(ClauseStatus.PAST) and not NOW.search(scope.present)
    if doubtful or is_past:
        return present.likelihood >= SURE_OF_PRESENT and len(scope.present) >= SHORTEST_PRESENT
    is_like_whole = present.kind == whole.kind and whole.likelihood >= CERTAIN
    is_enough = is_like_whole or len(scope.present) >= LONG_PRESENT
    return present.likelihood >= (CERTAIN if is_enough else SURE_OF_PRESENT)


def _cap_at_possible(prediction: _Prediction, least: float) -> _Prediction:
    """Limit the likelihood to below CERTAIN; below `least` it becomes 0."""
    likelihood = (
        min(prediction.likelihood, _POSSIBLE_AT_MOST) if prediction.likelihood >= least else 0.0
    )
    return _Prediction(likelihood, prediction.kind)


def _apply_despair(prediction: _Prediction, text: str) -> _Prediction:
    """Suicidal wording is always certain, whatever else the text is about."""
    is_heard = prediction.kind == "self_harm" and prediction.likelihood >= CERTAIN
    return _Prediction(1.0, "self_harm") if despairs(text) and not is_heard else prediction


def _passing_cries(text: str, model: LinearModel) -> Iterator[_Prediction]:
    """Predictions for single sentences and the end of a text whose whole scores low."""
    parts = [part for part in _SENTENCES.split(text[:LONGEST]) if part.strip()]
    for part in parts if len(parts) > 1 else ():
        prediction = _present_danger(part, model)
        is_doubtful = len(text) > LETTER or len(part) < SHORTEST_PRESENT
        if prediction.likelihood >= (SURE_OF_DOUBTFUL if is_doubtful else SURE_OF_SENTENCE):
            yield prediction
    if len(text) > LONG_TEXT:
        at_end = _present_danger(_tail(text), model)
        if at_end.likelihood >= CERTAIN:
            yield at_end


def _predict(text: str, model: LinearModel) -> _Prediction:
    """Likeliest kind of danger by the words alone; likelihood of any danger, from 0 to 1."""
    likelihoods = model.likelihoods(terms_of(text, cutter().lcut), _HEAD)
    kind = next(kind for kind in likelihoods if kind != _NO_DANGER)
    return _Prediction(1 - likelihoods[_NO_DANGER], cast(Kind, kind))


def _tail(text: str) -> str:
    """The last sentences, or the end of the last one."""
    tail = ""
    for sentence in reversed(_SENTENCES.split(text)):
        if len(sentence) + len(tail) > _TAIL_LENGTH:
            break
        tail = sentence + tail
    return tail.strip() or text[-_TAIL_LENGTH:]


def load(data: Path) -> dict[str, list[str]]:
    """Training texts by kind, with the texts of all other intents as "none".

    `data` is the folder with `danger.yml` and `nlu/`.
    """
    texts: dict[str, list[str]] = parse_yaml((data / "danger.yml").read_text(encoding="utf-8"))
    other_messages = [words for intent, words in examples_in(data / "nlu") if intent != "emergency"]
    return texts | {_NO_DANGER: [*texts[_NO_DANGER], *other_messages]}


def _weight(text: str, kind: str) -> float:
    """Sample weight; larger for harmless short replies, which also occur in calls for help."""
    return SHORT_REPLY_WEIGHT if kind == _NO_DANGER and len(text) <= SHORT_REPLY else 1.0


def train(texts: Mapping[str, Sequence[str]]) -> LinearModel:
    """Train the danger model on the texts of each kind (see `load`)."""
    from nlu.classifiers.fitting import (  # scikit-learn, which only training needs
        Example,
        Recipe,
        fit,
    )

    labelled = [(text, kind) for kind, texts_of_kind in texts.items() for text in texts_of_kind]
    examples = [
        Example(number, kind, _weight(text, kind)) for number, (text, kind) in enumerate(labelled)
    ]
    terms = [terms_of(text, cutter().lcut) for text, _ in labelled]
    return fit(terms, {_HEAD: examples}, Recipe(shares=(1.0, 0.5, 1.0, 0.7), least_documents=2))
