"""`make calibrate`: weights and curve of `nlu.matters.confidence`, from our own lines.

Each line of `data/appeals` is judged by a model of past cases that has not seen it (five folds by
the line's hash). A second cross-validation over the same folds gives the likelihoods of the curve.
"""

import json
import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

from backend.routing.service import matter_of
from nlu.folders import DATA
from nlu.matters import past_cases
from nlu.matters.confidence import FILE, features
from nlu.matters.past_cases import PastCase

FOLDS = 5
CURVE_STEPS = np.arange(0.05, 1.0, 0.01)
FEWEST = 50  # matters above a bar from which its precision says something

Matrix = NDArray[np.float64]


def main() -> None:
    cases = past_cases.load(DATA / "appeals")
    folds = np.array([zlib.crc32(case.text.encode()) % FOLDS for case in cases])
    names, evidence, right, of_fold = _judged(cases, folds)
    model = _fit(evidence, right)
    likelihoods = np.zeros(len(right))
    for fold in range(FOLDS):
        held_out = of_fold == fold
        fitted = _fit(evidence[~held_out], right[~held_out])
        likelihoods[held_out] = fitted.predict_proba(evidence[held_out])[:, 1]
    content = {
        "made_by": "make calibrate",
        "lines": len(right),
        "weights": dict(zip(names, model.coef_[0].round(4).tolist(), strict=True)),
        "intercept": round(float(model.intercept_[0]), 4),
        "curve": _curve(likelihoods, right),
    }
    FILE.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def _judged(
    cases: Sequence[PastCase], folds: NDArray[np.int64]
) -> tuple[list[str], Matrix, NDArray[np.int64], NDArray[np.int64]]:
    """Names of the evidence, its values line by line, 1 where the first unit type is right."""
    rows: list[dict[str, float]] = []
    right, of_fold = [], []
    for fold in range(FOLDS):
        model = past_cases.train([c for c, f in zip(cases, folds, strict=True) if f != fold])
        for case, own in zip(cases, folds, strict=True):
            matter = matter_of(case.text, model) if own == fold else None
            if matter is not None and matter.unit_types:
                rows.append(features(matter))
                right.append(int(matter.unit_types[0][0] in case.unit_types))
                of_fold.append(fold)
    names = list(rows[0])
    values = np.array([[row[name] for name in names] for row in rows])
    return names, values, np.array(right), np.array(of_fold)


def _fit(evidence: Matrix, right: NDArray[np.int64]) -> LogisticRegression:
    return LogisticRegression(max_iter=1000).fit(evidence, right)


def _curve(likelihoods: Matrix, right: NDArray[np.int64]) -> list[list[float]]:
    """Bar, precision and share of what is above; a higher bar is never less precise."""
    bars = [float(bar) for bar in CURVE_STEPS if (likelihoods >= bar).sum() >= FEWEST]
    shares = [(likelihoods >= bar).mean() for bar in bars]
    precisions = [right[likelihoods >= bar].mean() for bar in bars]
    smooth = IsotonicRegression().fit_transform(bars, precisions, sample_weight=shares)
    points = zip(bars, smooth, shares, strict=True)
    return [[round(float(number), 3) for number in point] for point in points]


if __name__ == "__main__":
    main()
