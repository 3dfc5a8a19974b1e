"""`python -m tests.eval.month`: what a simulated month of a dispatcher's corrections teaches.

Of our own lines, three fifths make the built-in model, one fifth is the month (the dispatcher sends
every wrong choice to the right unit), one fifth is the next month, on which both are measured.
"""

import sys
import zlib
from collections.abc import Iterator, Sequence

from backend.routing.corrections import WEIGHT
from backend.routing.service import matter_of
from nlu.classifiers.linear import LinearModel
from nlu.folders import DATA
from nlu.matters import past_cases
from nlu.matters.past_cases import PastCase

PARTS = 5
MONTH, NEXT_MONTH = 3, 4  # numbers of the parts; the earlier ones are learnt before


def figures() -> Iterator[tuple[str, float]]:
    """(name, figure) of the month and the month after."""
    parts = _parts()
    learnt = [case for part in parts[:MONTH] for case in part]
    before = past_cases.train(learnt)
    corrections = [
        PastCase(case.text, unit_types=case.unit_types[:1], weight=WEIGHT)
        for case in parts[MONTH]
        if not _is_right(case, before)
    ]
    after = past_cases.train([*learnt, *corrections])
    yield "corrections in the month", float(len(corrections))
    yield "cases in the month", float(len(parts[MONTH]))
    yield "first unit type right in the next month, before", _accuracy(parts[NEXT_MONTH], before)
    yield "the same, with the corrections", _accuracy(parts[NEXT_MONTH], after)


def _parts() -> list[list[PastCase]]:
    parts: list[list[PastCase]] = [[] for _ in range(PARTS)]
    for case in past_cases.load(DATA / "appeals"):
        parts[zlib.crc32(case.text.encode()) % PARTS].append(case)
    return parts


def _accuracy(cases: Sequence[PastCase], model: LinearModel) -> float:
    return sum(_is_right(case, model) for case in cases) / len(cases)


def _is_right(case: PastCase, model: LinearModel) -> bool:
    unit_types = matter_of(case.text, model).unit_types
    return bool(unit_types) and unit_types[0][0] in case.unit_types


if __name__ == "__main__":
    for name, figure in figures():
        sys.stdout.write(f"{name:<52} {figure:.3f}\n")
