"""Training of `nlu.classifiers.linear`: linear support-vector machines over TF-IDF, calibrated.

Needs scikit-learn. Terms may be weighted by their log-count ratio, the logarithm of a term's share
inside a label over its share outside (Wang and Manning 2012, "Baselines and Bigrams").
Calibration is temperature scaling (Guo et al. 2017, "On Calibration of Modern Neural Networks"):
one factor, `sharpness`, for all scores of a head, fitted by cross-validation.
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

from nlu.classifiers.linear import FeatureGroup, Floats, Head, LinearModel
from nlu.language.terms import Terms

SEED = 12345
FOLDS = 3
MILDEST, SHARPEST = 0.5, 20.0

Array = NDArray[Any]


@dataclass(frozen=True)
class Recipe:
    """Hyperparameters of one training."""

    shares: tuple[float, ...]  # norm of each feature group's vector; 0 leaves the group out
    least_documents: int = 1  # minimum document frequency of a character or syllable n-gram
    penalty: float = 1.0  # C of the support-vector machine: a larger C fits the examples closer
    balanced: bool = True  # weight labels inversely to their number of examples
    ratio: float = 0.0  # share of the log-count ratio in a term's weight, from 0 to 1


@dataclass(frozen=True)
class Example:
    """Text number `text` of the training set has `label`; `weight` is its sample weight."""

    text: int
    label: str
    weight: float = 1.0


def fit(
    texts: Sequence[Terms], heads: Mapping[str, Sequence[Example]], recipe: Recipe
) -> LinearModel:
    """Train a model with one head for each entry of `heads`.

    `texts` are the terms of the training texts; examples refer to them by index. Raises ValueError
    for a head with a single label.
    """
    groups = _feature_groups(texts, recipe)
    matrix = hstack(
        [_group_matrix(texts, index, group) for index, group in enumerate(groups)]
    ).tocsr()
    matrix.sort_indices()  # once; else scikit-learn does it for each label and fold
    edges = np.cumsum([0, *(len(group.columns) for group in groups)])
    return LinearModel(
        groups, {name: _head(matrix, edges, examples, recipe) for name, examples in heads.items()}
    )


def _feature_groups(texts: Sequence[Terms], recipe: Recipe) -> tuple[FeatureGroup, ...]:
    groups = []
    for index, share in enumerate(recipe.shares):
        document_counts = Counter(term for terms in texts for term in terms[index])
        least = recipe.least_documents if index > 1 else 1
        vocabulary = (
            sorted(term for term, n in document_counts.items() if n >= least) if share else []
        )
        idf = [np.log((1 + len(texts)) / (1 + document_counts[term])) + 1 for term in vocabulary]
        columns = {term: column for column, term in enumerate(vocabulary)}
        groups.append(FeatureGroup(columns, np.array(idf, np.float32), share))
    return tuple(groups)


def _group_matrix(texts: Sequence[Terms], index: int, group: FeatureGroup) -> Any:
    columns: list[int] = []
    values: list[Floats] = []
    ends = [0]
    for terms in texts:
        group_columns, weights = group.weigh(terms[index])
        columns += group_columns
        values.append(weights)
        ends.append(len(columns))
    shape = (len(texts), len(group.columns))
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
        _calibrate(data, recipe),
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
    """Coefficients of shape (labels, terms) and biases, each label against the rest."""
    return _learn_by_label(data, recipe) if recipe.ratio else _learn_jointly(data, recipe)


def _learn_jointly(data: _Data, recipe: Recipe) -> tuple[Array, Array]:
    """One machine for all labels; LinearSVC returns one row for two labels, so that is split."""
    machine = LinearSVC(
        C=recipe.penalty,
        class_weight="balanced" if recipe.balanced else None,
        random_state=SEED,
    ).fit(data.matrix, data.labels, sample_weight=data.weights)
    coefficients, bias = machine.coef_, machine.intercept_
    if len(machine.classes_) == 2:
        return np.vstack([-coefficients, coefficients]) / 2, np.concatenate([-bias, bias]) / 2
    return coefficients, bias


def _learn_by_label(data: _Data, recipe: Recipe) -> tuple[Array, Array]:
    """One machine for each label, over terms weighted by that label's log-count ratio."""
    labels = np.unique(data.labels)
    ratios = _count_ratios(data, labels, recipe.ratio)
    machines = [
        _one_against_rest(data, data.labels == label, weights, recipe)
        for label, weights in zip(labels, ratios, strict=True)
    ]
    coefficients, bias = zip(*machines, strict=True)
    return np.vstack(coefficients), np.array(bias)


def _one_against_rest(
    data: _Data, is_label: Array, ratios: Array, recipe: Recipe
) -> tuple[Array, float]:
    weighted = data.matrix.copy()
    weighted.data *= ratios[weighted.indices]
    machine = LinearSVC(
        C=recipe.penalty,
        class_weight="balanced" if recipe.balanced else None,
        random_state=SEED,
    ).fit(weighted, is_label, sample_weight=data.weights)
    return machine.coef_[0] * ratios, float(machine.intercept_[0])


def _count_ratios(data: _Data, labels: Array, ratio: float) -> Array:
    """Weight of each term for each label, of mean 1: 1 − ratio + ratio · |log-count ratio|.

    The log-count ratio is normalised to mean 1 for each label. Wang and Manning 2012.
    """
    present = data.matrix.astype(bool).astype(np.float32)
    inside = np.asarray((csr_matrix(data.labels == labels[:, None]) @ present).todense()) + 1
    outside = np.asarray(present.sum(axis=0)) + 2 - inside
    log_ratios = np.abs(np.log(inside / outside) - np.log(inside.sum(1) / outside.sum(1))[:, None])
    return np.asarray(
        1 - ratio + ratio * log_ratios / log_ratios.mean(axis=1, keepdims=True), np.float32
    )


def _calibrate(data: _Data, recipe: Recipe) -> float:
    """Sharpness that minimises the cross-validated log loss; labels below `FOLDS` are skipped."""
    counts = Counter(data.labels.tolist())
    frequent = sorted(label for label, n in counts.items() if n >= FOLDS)
    if len(frequent) < 2:
        return MILDEST
    data = data.at(np.flatnonzero(np.isin(data.labels, frequent)))
    numbers = np.searchsorted(frequent, data.labels)
    scores = np.zeros((len(numbers), len(frequent)))
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=SEED)
    for training, held_out in folds.split(data.matrix, numbers):
        coefficients, bias = _learn(data.at(training), recipe)
        scores[held_out] = data.matrix[held_out] @ coefficients.T + bias
    optimum = minimize_scalar(
        lambda sharpness: _log_loss(scores * sharpness, numbers),
        bounds=(MILDEST, SHARPEST),
        method="bounded",
    )
    return float(optimum.x)


def _log_loss(scores: Array, labels: Array) -> float:
    """Mean negative log-likelihood of the true labels."""
    shifted = scores - scores.max(axis=1, keepdims=True)
    log_likelihoods = shifted[np.arange(len(labels)), labels] - np.log(np.exp(shifted).sum(axis=1))
    return float(-log_likelihoods.mean())
