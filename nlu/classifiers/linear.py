"""Linear text classifier with several heads over one TF-IDF vector.

A head predicts one property of a text, such as its domain, its unit type or its kind. Training
(`nlu.classifiers.fitting`) needs scikit-learn. Prediction needs only numpy, so a running server
does not load scikit-learn.
"""

import io
import json
import math
import zipfile
import zlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlu.language.terms import Terms

Floats = NDArray[np.float32]

# Raised when a file is no model, or a truncated one.
_UNREADABLE = (
    zipfile.BadZipFile, zlib.error, EOFError, KeyError, TypeError, AttributeError, ValueError
)  # fmt: skip


@dataclass(frozen=True)
class FeatureGroup:
    """TF-IDF vocabulary of one feature group of `nlu.language.terms`."""

    columns: Mapping[str, int]  # column of each term
    rarity: Floats  # inverse document frequency of each column
    share: float  # Euclidean norm of the group's vector

    def weigh(self, counts: Counter[str]) -> tuple[list[int], Floats]:
        """Columns of the terms in the vocabulary, and their TF-IDF values of norm `share`."""
        terms = list(filter(self.columns.__contains__, counts))
        if not terms:
            return [], np.zeros(0, np.float32)
        columns = list(map(self.columns.__getitem__, terms))
        times = np.array(list(map(counts.__getitem__, terms)), np.float32)
        values = (1 + np.log(times)) * self.rarity[columns]
        return columns, values * (self.share / math.sqrt(float(values @ values)))


@dataclass(frozen=True)
class Head:
    """Classifier of one property of a text."""

    labels: tuple[str, ...]
    weights: tuple[Floats, ...]  # one array for each feature group, of shape (terms, labels)
    bias: Floats
    sharpness: float  # inverse temperature: calibrates the softmax of the scores
    examples: int  # number of training examples


@dataclass(frozen=True, eq=False)
class LinearModel:
    """A trained model, compared by identity.

    `notes` are metadata for people: training data, measured quality.
    """

    groups: tuple[FeatureGroup, ...]
    heads: Mapping[str, Head]
    notes: Mapping[str, Any] = field(default_factory=dict)

    def likelihoods(self, terms: Terms, head: str) -> dict[str, float]:
        """Probability of each label of `head`, highest first; they sum to 1."""
        return self.all_likelihoods(terms, [head])[head]

    def all_likelihoods(
        self, terms: Terms, heads: list[str] | None = None
    ) -> dict[str, dict[str, float]]:
        """The same for each of `heads`; None means all heads of the model."""
        selected = {name: self.heads[name] for name in heads or self.heads}
        scores = {name: head.bias.copy() for name, head in selected.items()}
        for place, (group, counts) in enumerate(zip(self.groups, terms, strict=True)):
            columns, values = group.weigh(counts)
            for name, head in selected.items():
                if columns:
                    scores[name] += values @ head.weights[place][columns]
        return {name: _rank_labels(head, scores[name]) for name, head in selected.items()}

    def to_bytes(self) -> bytes:
        """Zip archive of plain arrays and JSON; unlike a pickle it cannot carry code."""
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("about.json", json.dumps(self._metadata(), ensure_ascii=False))
            for name, array in self._arrays().items():
                archive.writestr(f"{name}.npy", _npy(array))
        return packed.getvalue()

    def _metadata(self) -> dict[str, Any]:
        return {
            # The key "sights" is part of the file format.
            "sights": [{"share": s.share, "terms": list(s.columns)} for s in self.groups],
            "heads": {
                name: {
                    "labels": head.labels,
                    "sharpness": head.sharpness,
                    "examples": head.examples,
                }
                for name, head in self.heads.items()
            },
            "notes": self.notes,
        }

    def _arrays(self) -> dict[str, NDArray[Any]]:
        arrays: dict[str, NDArray[Any]] = {}
        for place, group in enumerate(self.groups):
            arrays[f"rarity/{place}"] = group.rarity
        for name, head in self.heads.items():
            arrays[f"bias/{name}"] = head.bias
            for place, weights in enumerate(head.weights):
                arrays[f"weights/{name}/{place}"] = weights.astype(np.float16)
        return arrays

    @classmethod
    def from_bytes(cls, packed: bytes) -> "LinearModel":
        """Model from the bytes of `to_bytes`. Raises ValueError for anything else."""
        try:
            with zipfile.ZipFile(io.BytesIO(packed)) as archive:
                return _unpack(archive)
        except _UNREADABLE as error:
            raise ValueError("not a model made by Minhu") from error


def _unpack(archive: zipfile.ZipFile) -> LinearModel:
    def array(name: str) -> Floats:
        stored = np.load(io.BytesIO(archive.read(f"{name}.npy")), allow_pickle=False)
        return np.asarray(stored, np.float32)

    about = json.loads(archive.read("about.json"))
    groups = [
        FeatureGroup(
            {term: i for i, term in enumerate(s["terms"])}, array(f"rarity/{place}"), s["share"]
        )
        for place, s in enumerate(about["sights"])
    ]
    heads = {
        name: Head(
            tuple(head["labels"]),
            tuple(array(f"weights/{name}/{place}") for place in range(len(groups))),
            array(f"bias/{name}"),
            head["sharpness"],
            head["examples"],
        )
        for name, head in about["heads"].items()
    }
    return LinearModel(tuple(groups), heads, about.get("notes", {}))


def _rank_labels(head: Head, scores: Floats) -> dict[str, float]:
    values = softmax(scores * head.sharpness).tolist()
    return dict(sorted(zip(head.labels, values, strict=True), key=lambda entry: -entry[1]))


def softmax(scores: Floats) -> Floats:
    """Softmax of a vector, shifted by its maximum against overflow."""
    raised = np.exp(scores - scores.max())
    return np.asarray(raised / raised.sum(), np.float32)


def _npy(array: NDArray[Any]) -> bytes:
    packed = io.BytesIO()
    np.save(packed, array, allow_pickle=False)
    return packed.getvalue()
