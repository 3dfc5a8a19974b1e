"""Which of the bot's intents a message has, and how likely."""

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from nlu.city.loaded import cutter
from nlu.classifiers.linear import LinearModel
from nlu.language.terms import Terms, terms_of

HEAD = "intent"

Cues = Mapping[str, str]  # name → regular expression: a turn of phrase that gives an intent away


@dataclass(frozen=True)
class IntentModel:
    model: LinearModel
    cues: Cues

    def likelihoods(self, text: str) -> dict[str, float]:
        """Every intent with its likelihood, best first."""
        return self.model.likelihoods(_terms(text, self.cues), HEAD)

    def to_bytes(self) -> bytes:
        cues = json.dumps(self.cues, ensure_ascii=False).encode()
        return len(cues).to_bytes(4, "big") + cues + self.model.to_bytes()

    @classmethod
    def from_bytes(cls, packed: bytes) -> "IntentModel":
        end = 4 + int.from_bytes(packed[:4], "big")
        return cls(LinearModel.from_bytes(packed[end:]), json.loads(packed[4:end]))


def train(texts: Sequence[str], intents: Sequence[str], cues: Cues) -> IntentModel:
    from nlu.classifiers.fitting import (  # scikit-learn, which only training needs
        Example,
        Recipe,
        fit,
    )

    recipe = Recipe(shares=(1.0, 0.3, 1.0, 0.3, 0.7), rarest=2, penalty=2.0)
    examples = [Example(text, intent) for text, intent in enumerate(intents)]
    return IntentModel(fit([_terms(text, cues) for text in texts], {HEAD: examples}, recipe), cues)


def _terms(text: str, cues: Cues) -> Terms:
    """The cues are a fifth way of looking at the text."""
    seen = (name for name, pattern in cues.items() if re.search(pattern, text))
    return (*terms_of(text, cutter().lcut), Counter(seen))
