"""Training of `nlu.classifiers.linear`: linear support-vector machines over TF-IDF, then
calibration.

Needs scikit-learn. A term may count by how well it tells a label apart, which is the logarithm of
its share inside the label over that outside (Wang and Manning 2012, "Baselines and Bigrams").
Sharpness is temperature scaling (Guo et al. 2017, "On Calibration of Modern Neural Networks"): one
factor for all scores of a head, chosen on examples held out in turn.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix, hstack
from sklearn.model_selection import StratifiedKFold
from sklearn.svm import LinearSVC

from nlu.classifiers.linear import Floats, Head, LinearModel, Sight
from nlu.language.terms import Terms

SEED = 12345
FOLDS = 3
MILDEST, SHARPEST = 0.5, 20.0

Array = NDArray[Any]


@dataclass(frozen=True)
class Recipe:
    """How much each way of looking counts, how rare a term may be, how strict the fit is."""

    shares: tuple[float, ...]
    rarest: int = 1  # texts that a run of characters or syllables must stand in
    penalty: float = 1.0  # C of the support-vector machine: more trusts the examples more
    balanced: bool = True  # whether a label counts the same however few examples it has
    ratio: float = 0.0  # how much of a term's weight is how it tells the label apart, from 0 to 1


@dataclass(frozen=True)
class Example:
    """Text number `text` has `label`, and counts for `weight`."""

    text: int
    label: str
    weight: float = 1.0


def fit(
    texts: Sequence[Terms], heads: Mapping[str, Sequence[Example]], recipe: Recipe
) -> LinearModel:
    """A model with a head for each question. Raises ValueError where one has a single label."""
    sights = _sights(texts, recipe)
    matrix = hstack([_part(texts, place, sight) for place, sight in enumerate(sights)]).tocsr()
    edges = np.cumsum([0, *(len(sight.columns) for sight in sights)])
    return LinearModel(
        sights, {name: _head(matrix, edges, examples, recipe) for name, examples in heads.items()}
    )


def _sights(texts: Sequence[Terms], recipe: Recipe) -> tuple[Sight, ...]:
    sights = []
    for place, share in enumerate(recipe.shares):
        holding = Counter(term for terms in texts for term in terms[place])
        rarest = recipe.rarest if place > 1 else 1
        kept = sorted(term for term, n in holding.items() if n >= rarest) if share else []
        rarity = [np.log((1 + len(texts)) / (1 + holding[term])) + 1 for term in kept]
        columns = {term: column for column, term in enumerate(kept)}
        sights.append(Sight(columns, np.array(rarity, np.float32), share))
    return tuple(sights)


def _part(texts: Sequence[Terms], place: int, sight: Sight) -> Any:
    columns: list[int] = []
    values: list[Floats] = []
    ends = [0]
    for terms in texts:
        found, weighed = sight.weigh(terms[place])
        columns += found
        values.append(weighed)
        ends.append(len(columns))
    shape = (len(texts), len(sight.columns))
    return csr_matrix((np.concatenate(values), columns, ends), shape=shape)


def _head(matrix: Any, edges: Array, examples: Sequence[Example], recipe: Recipe) -> Head:
    labels = sorted({example.label for example in examples})
    if len(labels) < 2:
        raise ValueError("at least two different labels are needed to learn from")
    data = _Data(
        matrix[[example.text for example in examples]],
        np.array([labels.index(example.label) for example in examples]),
        np.array([example.weight for example in examples]),
    )
    coefficients, bias = _learn(data, recipe)
    return Head(
        tuple(labels),
        tuple(
            np.asarray(coefficients[:, start:end].T, np.float32) for start, end in pairwise(edges)
        ),
        np.asarray(bias, np.float32),
        _sharpness(data, recipe),
        len(examples),
    )


@dataclass(frozen=True)
class _Data:
    matrix: Any
    labels: Array
    weights: Array

    def at(self, rows: Array) -> "_Data":
        return _Data(self.matrix[rows], self.labels[rows], self.weights[rows])


def _learn(data: _Data, recipe: Recipe) -> tuple[Array, Array]:
    """Coefficients (labels, terms) and bias: each label against all others."""
    return _one_by_one(data, recipe) if recipe.ratio else _at_once(data, recipe)


def _at_once(data: _Data, recipe: Recipe) -> tuple[Array, Array]:
    """Of two labels the machine keeps only one side."""
    machine = LinearSVC(
        C=recipe.penalty,
        class_weight="balanced" if recipe.balanced else None,
        random_state=SEED,
    ).fit(data.matrix, data.labels, sample_weight=data.weights)
    coefficients, bias = machine.coef_, machine.intercept_
    if len(machine.classes_) == 2:
        return np.vstack([-coefficients, coefficients]) / 2, np.concatenate([-bias, bias]) / 2
    return coefficients, bias


def _one_by_one(data: _Data, recipe: Recipe) -> tuple[Array, Array]:
    """Each label sees the terms weighed for it: Wang and Manning 2012, "Baselines and Bigrams"."""
    labels = np.unique(data.labels)
    apart = _tells_apart(data, labels, recipe.ratio)
    learnt = [
        _against_others(data, data.labels == label, weights, recipe)
        for label, weights in zip(labels, apart, strict=True)
    ]
    coefficients, bias = zip(*learnt, strict=True)
    return np.vstack(coefficients), np.array(bias)


def _against_others(data: _Data, is_it: Array, apart: Array, recipe: Recipe) -> tuple[Array, float]:
    weighed = data.matrix.copy()
    weighed.data *= apart[weighed.indices]
    machine = LinearSVC(
        C=recipe.penalty,
        class_weight="balanced" if recipe.balanced else None,
        random_state=SEED,
    ).fit(weighed, is_it, sample_weight=data.weights)
    return machine.coef_[0] * apart, float(machine.intercept_[0])


def _tells_apart(data: _Data, labels: Array, ratio: float) -> Array:
    """What each term counts for, by label: one, mixed with the logarithm of how much oftener it
    stands in the label's texts than in others; one on average."""
    present = data.matrix.astype(bool).astype(np.float32)
    inside = np.asarray((csr_matrix(data.labels == labels[:, None]) @ present).todense()) + 1
    outside = np.asarray(present.sum(axis=0)) + 2 - inside
    apart = np.abs(np.log(inside / outside) - np.log(inside.sum(1) / outside.sum(1))[:, None])
    return np.asarray(1 - ratio + ratio * apart / apart.mean(axis=1, keepdims=True), np.float32)


def _sharpness(data: _Data, recipe: Recipe) -> float:
    """Labels with too few examples to be held out are left aside."""
    times = Counter(data.labels.tolist())
    common = sorted(label for label, n in times.items() if n >= FOLDS)
    if len(common) < 2:
        return MILDEST
    data = data.at(np.flatnonzero(np.isin(data.labels, common)))
    numbers = np.searchsorted(common, data.labels)
    scores = np.zeros((len(numbers), len(common)))
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=SEED)
    for learnt, held_out in folds.split(data.matrix, numbers):
        coefficients, bias = _learn(data.at(learnt), recipe)
        scores[held_out] = data.matrix[held_out] @ coefficients.T + bias
    found = minimize_scalar(
        lambda sharpness: _surprise(scores * sharpness, numbers),
        bounds=(MILDEST, SHARPEST),
        method="bounded",
    )
    return float(found.x)


def _surprise(scores: Array, labels: Array) -> float:
    """Mean negative log-likelihood of the true labels."""
    shifted = scores - scores.max(axis=1, keepdims=True)
    likely = shifted[np.arange(len(labels)), labels] - np.log(np.exp(shifted).sum(axis=1))
    return float(-likely.mean())
