"""Model of past cases: domain, unit type and kind of an appeal, predicted from its words.

The built-in model is trained on the hand-written cases of `data/appeals`; `minhu learn` adds a
city's own history.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from nlu.city.loaded import cutter
from nlu.classifiers.linear import Head, LinearModel
from nlu.language.terms import Cut, Terms, terms_of

DOMAIN, UNIT_TYPE, KIND = "domain", "unit_type", "kind"
HEADS = (DOMAIN, UNIT_TYPE, KIND)
BUILT_IN = "built-in"  # name of the model that Minhu ships

_HALF_WEIGHT_CASES = 170  # cases per label at which the model has half of the weight
_SURE = 0.6  # likelihood
_LATER_UNIT_TYPE = 0.5  # sample weight of each further unit type, relative to the one before
# Some histories are segmented into words: "小区 物业 乱 收费". Residents write fewer spaces.
_SEGMENT_SPACE = re.compile(r"(?<=[\u4e00-\u9fff，。！？、]) +(?=[\u4e00-\u9fff，。！？、])")
_MOST_SPACES = 0.15


@dataclass(frozen=True)
class PastCase:
    """Text of a case and its labels, as far as known."""

    text: str
    domain: str | None = None
    unit_types: tuple[str, ...] = ()  # best first
    kind: str | None = None
    weight: float = 1.0  # sample weight


@dataclass(frozen=True)
class Prediction:
    """Label probabilities of one head; `share` is the weight of this evidence, from 0 to 1."""

    likelihoods: Mapping[str, float]
    share: float

    @property
    def best(self) -> str:
        """The likeliest label."""
        return max(self.likelihoods, key=lambda label: self.likelihoods[label])

    @property
    def is_sure(self) -> bool:
        """True if the likeliest label reaches `_SURE`."""
        return max(self.likelihoods.values(), default=0.0) >= _SURE


def load(folder: Path) -> list[PastCase]:
    """The cases of every JSON Lines file in `folder`."""
    return [case for path in sorted(folder.glob("*.jsonl")) for case in _read(path)]


def _read(path: Path) -> Iterator[PastCase]:
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        yield PastCase(row["text"], row["domain"], tuple(row["unit_types"]), row["kind"])


def train(cases: Sequence[PastCase], *, balanced: bool = True) -> LinearModel:
    """Train a model with a head for each property that has at least two different labels.

    `balanced` is for hand-written examples, whose label frequencies mean nothing. For a city's own
    cases the frequencies count, and terms are weighted by their log-count ratio.
    """
    from nlu.classifiers.fitting import (  # scikit-learn, which only training needs
        Example,
        Recipe,
        fit,
    )

    heads: dict[str, list[Example]] = {head: [] for head in HEADS}
    for number, case in enumerate(cases):
        for head, label, weight in _judgements(case):
            heads[head].append(Example(number, label, weight))
    recipe = Recipe(
        shares=(1.0, 0.7, 1.0, 0.3),
        least_documents=2,
        penalty=0.5,
        balanced=balanced,
        ratio=0.0 if balanced else 1.0,
    )
    trainable = {
        head: examples
        for head, examples in heads.items()
        if len({example.label for example in examples}) > 1
    }
    return fit([_terms(case.text) for case in cases], trainable, recipe)


def _judgements(case: PastCase) -> Iterable[tuple[str, str, float]]:
    if case.domain:
        yield DOMAIN, case.domain, case.weight
    if case.kind:
        yield KIND, case.kind, case.weight
    for rank, unit_type in enumerate(case.unit_types):
        yield UNIT_TYPE, unit_type, case.weight * _LATER_UNIT_TYPE**rank


def from_bytes(packed: bytes) -> LinearModel:
    """Model from `LinearModel.to_bytes`. Raises ValueError when it is no model of past cases."""
    model = LinearModel.from_bytes(packed)
    if not set(HEADS) <= set(model.heads):
        raise ValueError("a model, but not one of past cases")
    return model


def predict(model: LinearModel, text: str) -> dict[str, Prediction]:
    """Prediction of each head for a raw text; an empty one for a head that the model lacks."""
    likelihoods = model.all_likelihoods(_terms(text))
    return {
        head: Prediction(likelihoods[head], _share(model.heads[head]))
        if head in likelihoods
        else Prediction({}, 0.0)
        for head in HEADS
    }


def _share(head: Head) -> float:
    of_each = head.examples / len(head.labels)
    return of_each / (of_each + _HALF_WEIGHT_CASES)


def _terms(text: str) -> Terms:
    return terms_of(unsegment(text), words_of)


@lru_cache(maxsize=2)
def words_of(text: str) -> tuple[str, ...]:
    """Words of a text. The cache serves the callers that read the same text in turn."""
    cut: Cut = cutter().lcut
    return tuple(cut(text))


def unsegment(text: str) -> str:
    """The text without the spaces of a word segmentation; other texts stay as they are."""
    if text.count(" ") < len(text) * _MOST_SPACES:
        return text
    return _SEGMENT_SPACE.sub("", text)
