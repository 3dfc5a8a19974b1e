"""Intent classification of a message."""

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from nlu.city.loaded import cutter
from nlu.classifiers.linear import LinearModel
from nlu.language.terms import Terms, terms_of

HEAD = "intent"

Cues = Mapping[str, str]  # name → regular expression of a phrase that indicates an intent


@dataclass(frozen=True)
class IntentModel:
    """Linear model over the terms of a message and the cues that match it."""

    model: LinearModel
    cues: Cues

    def likelihoods(self, text: str) -> dict[str, float]:
        """Probability of every intent for a raw text, highest first; they sum to 1."""
        return self.model.likelihoods(_terms(text, self.cues), HEAD)

    def to_bytes(self) -> bytes:
        """Length of the cues (4 bytes, big-endian), the cues as JSON, then the linear model."""
        cues = json.dumps(self.cues, ensure_ascii=False).encode()
        return len(cues).to_bytes(4, "big") + cues + self.model.to_bytes()

    @classmethod
    def from_bytes(cls, packed: bytes) -> "IntentModel":
        """Model from the bytes of `to_bytes`. Raises ValueError for a broken linear model."""
        end = 4 + int.from_bytes(packed[:4], "big")
        return cls(LinearModel.from_bytes(packed[end:]), json.loads(packed[4:end]))


def train(texts: Sequence[str], intents: Sequence[str], cues: Cues) -> IntentModel:
    """Train on `texts` with the intent of each at the same index."""
    from nlu.classifiers.fitting import (  # scikit-learn, which only training needs
        Example,
        Recipe,
        fit,
    )

    recipe = Recipe(shares=(1.0, 0.3, 1.0, 0.3, 0.7), least_documents=2, penalty=2.0)
    examples = [Example(text, intent) for text, intent in enumerate(intents)]
    return IntentModel(fit([_terms(text, cues) for text in texts], {HEAD: examples}, recipe), cues)


def _terms(text: str, cues: Cues) -> Terms:
    """The terms of the text, with its cues as a fifth feature group."""
    matching = (name for name, pattern in cues.items() if re.search(pattern, text))
    return (*terms_of(text, cutter().lcut), Counter(matching))
