"""What a clause of an answer to an open question means: yes, no, never mind, later, or content.

A linear model of character n-grams, trained on the clauses of `data/answers.yml` and on those of
`data/nlu` that tell of a matter, a place or a number. It reads the manners that no list holds.
"""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from nlu.classifiers import clauses
from nlu.classifiers.examples import examples_in
from nlu.classifiers.linear import LinearModel
from nlu.folders import MODELS, existing, parse_yaml
from nlu.language.text import normalise

FILE = MODELS / "answers.zip"
CONTENT, MANNER, SOLVED = "content", "manner", "solved"
BAR = 0.7  # likelihood from which a clause is no content
LONGEST_CLAUSE = 20

_HAN = re.compile("[\u4e00-\u9fff]")
_CLAUSE = re.compile(r"[^，。！？；、,!?;\n ]+")
_TELLING = frozenset({"lodge_appeal", "inform_location", "add_detail", "inform_contact"})
_TELLING_WEIGHT = 0.3  # some of their clauses are greetings or thanks
_TELLING_STEP = 4  # every fourth is enough; more only takes longer


def meaning_of(clause: str) -> str:
    """A label of `data/answers.yml` for a normalised clause; `content` unless the model is sure."""
    if not 1 < len(clause) <= LONGEST_CLAUSE or not _HAN.search(clause):
        return CONTENT
    label, likelihood = next(iter(clauses.likelihoods(model(), clause).items()))
    return label if likelihood >= BAR else CONTENT


def train(folder: Path) -> LinearModel:
    """Train the model from the data folder; needs scikit-learn."""
    return clauses.train(_examples(folder))


def _examples(folder: Path) -> Iterator[clauses.Row]:
    content = parse_yaml((folder / "answers.yml").read_text(encoding="utf-8"))
    for label, groups in content.items():
        for group in groups.values():
            yield from ((normalise(str(clause)), label, 1.0) for clause in group)
    telling = dict.fromkeys(_telling_clauses(folder))
    for clause in list(telling)[::_TELLING_STEP]:
        yield clause, CONTENT, _TELLING_WEIGHT


def _telling_clauses(folder: Path) -> Iterator[str]:
    for intent, text in examples_in(folder / "nlu"):
        for clause in _CLAUSE.findall(normalise(text)) if intent in _TELLING else ():
            if 1 < len(clause) <= LONGEST_CLAUSE:
                yield clause


@cache
def model() -> LinearModel:
    return LinearModel.from_bytes(existing(FILE).read_bytes())
