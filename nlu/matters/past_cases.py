"""What was decided about appeals before: learning from it, and asking what it says of a new one.

The first past cases are the hand-written ones of `data/appeals`; a city's own are added by
`minhu learn`.
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
BUILT_IN = "built-in"  # the model that Minhu comes with, where models are named

_AS_MUCH_AS_WORDS = 170  # cases a label from which likeness counts for as much as words do
_SURE = 0.6
_LATER_UNIT_TYPE = 0.5
# A history may come cut into words: "小区 物业 乱 收费". One space in four is not people's writing.
_CUT = re.compile(r"(?<=[\u4e00-\u9fff，。！？、]) +(?=[\u4e00-\u9fff，。！？、])")
_CUT_SHARE = 0.15


@dataclass(frozen=True)
class PastCase:
    """Its words, and what is known of how it was judged."""

    text: str
    domain: str | None = None
    unit_types: tuple[str, ...] = ()  # best first
    kind: str | None = None
    weight: float = 1.0  # what it counts for among the others


@dataclass(frozen=True)
class Opinion:
    """What like cases were judged to be; `share` is what that counts for, from 0 to 1."""

    likelihoods: Mapping[str, float]
    share: float

    @property
    def best(self) -> str:
        return max(self.likelihoods, key=lambda label: self.likelihoods[label])

    @property
    def is_sure(self) -> bool:
        return max(self.likelihoods.values(), default=0.0) >= _SURE


def load(folder: Path) -> list[PastCase]:
    """The cases of every JSON Lines file in `folder`."""
    return [case for path in sorted(folder.glob("*.jsonl")) for case in _read(path)]


def _read(path: Path) -> Iterator[PastCase]:
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        yield PastCase(row["text"], row["domain"], tuple(row["unit_types"]), row["kind"])


def train(cases: Sequence[PastCase], *, balanced: bool = True) -> LinearModel:
    """A model with a head for whatever at least two different judgements are known of.

    `balanced` is for written examples; of a city's own cases also their number says something, and
    so does how much oftener a word stands in one judgement than in the others.
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
    known = {head: kept for head, kept in heads.items() if len({e.label for e in kept}) > 1}
    return fit([_terms(case.text) for case in cases], known, recipe)


def _judgements(case: PastCase) -> Iterable[tuple[str, str, float]]:
    if case.domain:
        yield DOMAIN, case.domain, case.weight
    if case.kind:
        yield KIND, case.kind, case.weight
    for rank, unit_type in enumerate(case.unit_types):
        yield UNIT_TYPE, unit_type, case.weight * _LATER_UNIT_TYPE**rank


def from_bytes(packed: bytes) -> LinearModel:
    """Raises ValueError when it is no model of past cases."""
    model = LinearModel.from_bytes(packed)
    if not set(HEADS) <= set(model.heads):
        raise ValueError("a model, but not one of past cases")
    return model


def opinions(model: LinearModel, text: str) -> dict[str, Opinion]:
    """What `model` says of `text`, for every head; an empty opinion where it has none."""
    found = model.all_likelihoods(_terms(text))
    return {
        head: Opinion(found[head], _share(model.heads[head])) if head in found else Opinion({}, 0.0)
        for head in HEADS
    }


def _share(head: Head) -> float:
    of_each = head.examples / len(head.labels)
    return of_each / (of_each + _AS_MUCH_AS_WORDS)


def _terms(text: str) -> Terms:
    return terms_of(uncut(text), words_of)


@lru_cache(maxsize=2)
def words_of(text: str) -> tuple[str, ...]:
    """`text` cut into words; whoever reads the same text next has them for nothing."""
    cut: Cut = cutter().lcut
    return tuple(cut(text))


def uncut(text: str) -> str:
    """`text` in one piece, when it came cut into words."""
    if text.count(" ") < len(text) * _CUT_SHARE:
        return text
    return _CUT.sub("", text)
