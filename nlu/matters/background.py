"""Blanking of clauses that are background only: earlier calls, ways, places nearby, the speaker.

我从医院配药出来 and 打了三次12345 say nothing about who must act; 医院多收检查费 does. A linear
model of character n-grams tells them apart, trained on the clauses of `data/background.yml` and of
the appeals in `data/nlu`. The blanks have the length of the words, so every position stays.
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

FILE = MODELS / "background.zip"
BACKGROUND, MATTER = "background", "matter"
BAR = 0.7  # likelihood from which a clause is background
MOST_CLAUSES = 60  # of one text that are looked at
LONGEST_CLAUSE = 26

_CLAUSE = re.compile(r"[^，。！？；、,!?;\n ]+")
_APPEALS = "lodge_appeal"
_APPEAL_WEIGHT = 0.3  # their clauses tell of the matter mostly, but not all of them
_PRAISES = re.compile("表扬|夸一?[下夸]|锦旗")  # says of which kind the appeal is
_TROUBLE = re.compile(
    r"[坏破断漏堵臭脏吵骗欠乱偷塌裂砸撞停占扣拖瞒罚拆]|不[给让修退来管发还办]|没[人水电有]|投诉|举报|建议|希望|请问|怎么|多少|感谢|表扬"
)


def blank_background(text: str) -> str:
    """A normalised text with blanks for its background clauses; the one least so always stays."""
    parts = list(_CLAUSE.finditer(text))[:MOST_CLAUSES]
    if len(parts) < 2:
        return text
    likelihoods = [_background_likelihood(clause.group()) for clause in parts]
    least = min(likelihoods)
    characters = list(text)
    for clause, likelihood in zip(parts, likelihoods, strict=True):
        if likelihood >= BAR and likelihood > least:
            characters[clause.start() : clause.end()] = " " * len(clause.group())
    return "".join(characters)


def _background_likelihood(clause: str) -> float:
    """Probability that a clause of a normalised text says nothing about the matter."""
    if not 1 < len(clause) <= LONGEST_CLAUSE or _PRAISES.search(clause):
        return 0.0
    return clauses.likelihoods(model(), clause)[BACKGROUND]


def train(folder: Path) -> LinearModel:
    """Train the model from the data folder; needs scikit-learn."""
    return clauses.train(_examples(folder))


def _examples(folder: Path) -> Iterator[clauses.Row]:
    content = parse_yaml((folder / "background.yml").read_text(encoding="utf-8"))
    for label, groups in content.items():
        for group in groups.values():
            yield from ((normalise(str(clause)), label, 1.0) for clause in group)
    for intent, text in examples_in(folder / "nlu"):
        for clause in _CLAUSE.findall(normalise(text)) if intent == _APPEALS else ():
            if _TROUBLE.search(clause):
                yield clause, MATTER, _APPEAL_WEIGHT


@cache
def model() -> LinearModel:
    return LinearModel.from_bytes(existing(FILE).read_bytes())
