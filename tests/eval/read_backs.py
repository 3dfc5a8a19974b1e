"""Answers to 这样报上去，对吗？ that were written by other hands than the training clauses.

Labels: yes, yes_more (agrees and adds something), no, never_mind, later, none (no answer).
"""

import csv
from pathlib import Path

from dialogue.answers import Answer, Polarity, read
from nlu.appeals import parts
from nlu.language.text import normalise

FILE = Path(__file__).with_name("read_backs.csv")
MEANINGS = {
    "yes": Polarity.YES,
    "yes_more": Polarity.YES,
    "no": Polarity.NO,
    "never_mind": Polarity.NEVER_MIND,
    "later": Polarity.LATER,
    "none": None,
}


def lines() -> list[tuple[str, str]]:
    """(label, words) of each line."""
    with FILE.open(encoding="utf-8", newline="") as rows:
        return [(row["label"], row["words"]) for row in csv.DictReader(rows)]


def is_right(label: str, words: str) -> bool:
    """Whether the answer is read as its label says; a mere yes adds nothing to the appeal."""
    answer = read(normalise(words))
    if answer.polarity is not MEANINGS[label]:
        return False
    return label not in ("yes", "yes_more") or _adds(answer) is (label == "yes_more")


def _adds(answer: Answer) -> bool:
    """Whether words beside the answer are kept; a question among them is answered."""
    message = parts.read(answer.more)
    return bool(answer.more) and bool(message.appeals or message.phone or not message.questions)


def right() -> float:
    """Share of the lines that are read as their label says."""
    rows = lines()
    return sum(is_right(*row) for row in rows) / len(rows)
