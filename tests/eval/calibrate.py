"""`make calibrate`: weights and curve of `nlu.matters.confidence`, from our own lines.

Each line of `data/appeals` is judged by a model of past cases that has not seen it (five folds by
the line's hash). The second opinion and the likelihoods of the curve come from a second
cross-validation over the same folds.
"""

import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

from backend.routing.service import matter_of
from nlu.folders import DATA
from nlu.matters import past_cases
from nlu.matters.confidence import FILE, features
from nlu.matters.matter import Matter
from nlu.matters.opinion import NAMES, evidence_table, opinion
from nlu.matters.past_cases import PastCase

FOLDS = 5
CURVE_STEPS = np.arange(0.05, 1.0, 0.01)
FEWEST = 50  # matters above a bar from which its precision says something
# Strong, since our lines share words with the power list that a city's letters will not have.
OPINION_PENALTY = 200.0
ONE_SIDED_90 = 1.282  # standard deviations
BINS = np.arange(0.0, 1.0, 0.1)  # of the reliability table

Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class Judged:
    """A line's matter by a model that has not seen the line."""

    matter: Matter
    unit_types: tuple[str, ...]  # the right ones
    fold: int

    @property
    def is_right(self) -> bool:
        return self.matter.unit_types[0][0] in self.unit_types


def main() -> None:
    lines = _judge(past_cases.load(DATA / "appeals"))
    evidence, right = _held_out_features(lines), np.array([line.is_right for line in lines], int)
    of_fold = np.array([line.fold for line in lines])
    likelihoods = np.zeros(len(right))
    for fold in range(FOLDS):
        held_out = of_fold == fold
        fitted = _logistic(evidence[~held_out], right[~held_out])
        likelihoods[held_out] = fitted.predict_proba(evidence[held_out])[:, 1]
    model = _logistic(evidence, right)
    names = list(features(lines[0].matter, {}))
    content = {
        "made_by": "make calibrate",
        "lines": len(right),
        "opinion": _rounded(NAMES, _fit_opinion(lines)),
        "weights": _rounded(names, model.coef_[0]),
        "intercept": round(float(model.intercept_[0]), 4),
        "curve": _curve(likelihoods, right),
        "reliability": _reliability(likelihoods, right),
    }
    FILE.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def _judge(cases: Sequence[PastCase]) -> list[Judged]:
    folds = [zlib.crc32(case.text.encode()) % FOLDS for case in cases]
    lines: list[Judged] = []
    for fold in range(FOLDS):
        model = past_cases.train([c for c, f in zip(cases, folds, strict=True) if f != fold])
        for case, own in zip(cases, folds, strict=True):
            matter = matter_of(case.text, model) if own == fold else None
            if matter is not None and matter.unit_types:
                lines.append(Judged(matter, case.unit_types, fold))
    return lines


def _held_out_features(lines: Sequence[Judged]) -> Matrix:
    rows: list[list[float]] = [[] for _ in lines]
    for fold in range(FOLDS):
        fitted = _fit_opinion([line for line in lines if line.fold != fold])
        weights = dict(zip(NAMES, fitted.tolist(), strict=True))
        for number, line in enumerate(lines):
            if line.fold == fold:
                values = features(line.matter, opinion(line.matter, weights))
                rows[number] = list(values.values())
    return np.array(rows)


def _fit_opinion(lines: Sequence[Judged]) -> Matrix:
    """Weights that maximise the likelihood that one of the right unit types is drawn."""
    tables = []
    for line in lines:
        unit_types, table = evidence_table(line.matter)
        is_right = np.array([it in line.unit_types for it in unit_types])
        if is_right.any():
            tables.append((table.astype(float), is_right))

    def loss(weights: Matrix) -> tuple[float, Matrix]:
        total = OPINION_PENALTY * float(weights @ weights) / 2
        gradient = OPINION_PENALTY * weights
        for table, is_right in tables:
            sums = table @ weights
            raised = np.exp(sums - sums.max())
            among_right = raised * is_right
            total += float(np.log(raised.sum()) - np.log(among_right.sum()))
            gradient += table.T @ (raised / raised.sum() - among_right / among_right.sum())
        return total, gradient

    start = np.zeros(len(NAMES))
    return np.asarray(minimize(loss, start, jac=True, method="L-BFGS-B").x)


def _logistic(evidence: Matrix, right: NDArray[np.int64]) -> LogisticRegression:
    return LogisticRegression(max_iter=1000).fit(evidence, right)


def _curve(likelihoods: Matrix, right: NDArray[np.int64]) -> list[list[float]]:
    """Bar, precision, its lower end and share of what is above; a higher bar is never less
    precise.
    """
    bars = [float(bar) for bar in CURVE_STEPS if (likelihoods >= bar).sum() >= FEWEST]
    counts = np.array([(likelihoods >= bar).sum() for bar in bars])
    precisions = np.array([right[likelihoods >= bar].mean() for bar in bars])
    lower = [_lower_end(share, count) for share, count in zip(precisions, counts, strict=True)]
    shares = counts / len(right)
    smooth, smooth_lower = (
        IsotonicRegression().fit_transform(bars, values, sample_weight=shares)
        for values in (precisions, lower)
    )
    points = zip(bars, smooth, smooth_lower, shares, strict=True)
    return [[round(float(number), 3) for number in point] for point in points]


def _lower_end(share: float, count: int) -> float:
    """Lower end of Wilson's interval."""
    z = ONE_SIDED_90
    middle = share + z * z / (2 * count)
    spread = z * np.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return float((middle - spread) / (1 + z * z / count))


def _reliability(likelihoods: Matrix, right: NDArray[np.int64]) -> list[list[float]]:
    """For each bin of likelihoods: mean likelihood, share that is right, number of lines."""
    table = []
    for start in BINS:
        inside = (likelihoods >= start) & (likelihoods < start + 0.1)
        if inside.any():
            row = (likelihoods[inside].mean(), right[inside].mean())
            table.append([*(round(float(number), 3) for number in row), int(inside.sum())])
    return table


def _rounded(names: Sequence[str], values: Matrix) -> dict[str, float]:
    return dict(zip(names, values.round(4).tolist(), strict=True))


if __name__ == "__main__":
    main()
