"""A linear text classifier: which labels a text has, how likely.

One reading of a text serves several questions ("heads"): its domain, its unit type, its kind.
Training (`nlu.classifiers.fitting`) needs scikit-learn; reading a text needs only numpy, so that a
running server does not carry the trainer's memory.
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

# What reading a file raises that is no model, or was cut short.
_NOT_OURS = (
    zipfile.BadZipFile, zlib.error, EOFError, KeyError, TypeError, AttributeError, ValueError
)  # fmt: skip


@dataclass(frozen=True)
class Sight:
    """One way to read a text (see `nlu.language.terms`): its terms, their rarity, its share."""

    columns: Mapping[str, int]
    rarity: Floats
    share: float

    def weigh(self, counts: Counter[str]) -> tuple[list[int], Floats]:
        """Columns of the known terms, and their TF-IDF of length `share`."""
        known = list(filter(self.columns.__contains__, counts))
        if not known:
            return [], np.zeros(0, np.float32)
        columns = list(map(self.columns.__getitem__, known))
        times = np.array(list(map(counts.__getitem__, known)), np.float32)
        values = (1 + np.log(times)) * self.rarity[columns]
        return columns, values * (self.share / math.sqrt(float(values @ values)))


@dataclass(frozen=True)
class Head:
    """One question: its labels, and what each term says for each of them."""

    labels: tuple[str, ...]
    weights: tuple[Floats, ...]  # for each sight, (terms, labels)
    bias: Floats
    sharpness: float  # makes scores into likelihoods that come true as often as they say
    examples: int  # that it was learnt from


@dataclass(frozen=True)
class LinearModel:
    """`notes` go along with it unread: what it was learnt from, and how well."""

    sights: tuple[Sight, ...]
    heads: Mapping[str, Head]
    notes: Mapping[str, Any] = field(default_factory=dict)

    def likelihoods(self, terms: Terms, head: str) -> dict[str, float]:
        """Each label of a head with its likelihood, best first; together they make one."""
        return self.all_likelihoods(terms, [head])[head]

    def all_likelihoods(
        self, terms: Terms, heads: list[str] | None = None
    ) -> dict[str, dict[str, float]]:
        asked = {name: self.heads[name] for name in heads or self.heads}
        scores = {name: head.bias.copy() for name, head in asked.items()}
        for place, (sight, counts) in enumerate(zip(self.sights, terms, strict=True)):
            columns, values = sight.weigh(counts)
            for name, head in asked.items():
                if columns:
                    scores[name] += values @ head.weights[place][columns]
        return {name: _ranked(head, scores[name]) for name, head in asked.items()}

    def to_bytes(self) -> bytes:
        """A zip of plain arrays and JSON: loading it can run nobody's code."""
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("about.json", json.dumps(self._about(), ensure_ascii=False))
            for name, array in self._arrays().items():
                archive.writestr(f"{name}.npy", _npy(array))
        return packed.getvalue()

    def _about(self) -> dict[str, Any]:
        return {
            "sights": [{"share": s.share, "terms": list(s.columns)} for s in self.sights],
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
        for place, sight in enumerate(self.sights):
            arrays[f"rarity/{place}"] = sight.rarity
        for name, head in self.heads.items():
            arrays[f"bias/{name}"] = head.bias
            for place, weights in enumerate(head.weights):
                arrays[f"weights/{name}/{place}"] = weights.astype(np.float16)
        return arrays

    @classmethod
    def from_bytes(cls, packed: bytes) -> "LinearModel":
        """Raises ValueError when `packed` is not what `to_bytes` made."""
        try:
            with zipfile.ZipFile(io.BytesIO(packed)) as archive:
                return _unpacked(archive)
        except _NOT_OURS as error:
            raise ValueError("not a model made by Minhu") from error


def _unpacked(archive: zipfile.ZipFile) -> LinearModel:
    def array(name: str) -> Floats:
        stored = np.load(io.BytesIO(archive.read(f"{name}.npy")), allow_pickle=False)
        return np.asarray(stored, np.float32)

    about = json.loads(archive.read("about.json"))
    sights = [
        Sight({term: i for i, term in enumerate(s["terms"])}, array(f"rarity/{place}"), s["share"])
        for place, s in enumerate(about["sights"])
    ]
    heads = {
        name: Head(
            tuple(head["labels"]),
            tuple(array(f"weights/{name}/{place}") for place in range(len(sights))),
            array(f"bias/{name}"),
            head["sharpness"],
            head["examples"],
        )
        for name, head in about["heads"].items()
    }
    return LinearModel(tuple(sights), heads, about.get("notes", {}))


def _ranked(head: Head, scores: Floats) -> dict[str, float]:
    values = softmax(scores * head.sharpness).tolist()
    return dict(sorted(zip(head.labels, values, strict=True), key=lambda entry: -entry[1]))


def softmax(scores: Floats) -> Floats:
    raised = np.exp(scores - scores.max())
    return np.asarray(raised / raised.sum(), np.float32)


def _npy(array: NDArray[Any]) -> bytes:
    packed = io.BytesIO()
    np.save(packed, array, allow_pickle=False)
    return packed.getvalue()
