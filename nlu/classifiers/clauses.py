"""Linear models of single clauses over their character n-grams."""

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache

from nlu.classifiers.linear import LinearModel

HEAD = "role"
LONGEST_NGRAM = 3

Row = tuple[str, str, float]  # a clause, its label, its sample weight


def train(rows: Iterable[Row]) -> LinearModel:
    """Train a model with one head over `rows`; needs scikit-learn."""
    from nlu.classifiers.fitting import Example, Recipe, fit

    all_rows = list(rows)
    examples = [
        Example(number, label, weight) for number, (_, label, weight) in enumerate(all_rows)
    ]
    recipe = Recipe(shares=(1.0,), penalty=1.0, balanced=True)
    return fit([_terms(clause) for clause, _, _ in all_rows], {HEAD: examples}, recipe)


@lru_cache(maxsize=128)  # one turn asks for the same clause up to four times
def likelihoods(model: LinearModel, clause: str) -> Mapping[str, float]:
    """Probability of each label for a normalised clause, highest first."""
    return model.likelihoods(_terms(clause), HEAD)


def _terms(clause: str) -> tuple[Counter[str]]:
    bounded = f"^{clause}$"
    return (
        Counter(
            bounded[start : start + length]
            for length in range(1, LONGEST_NGRAM + 1)
            for start in range(len(bounded) - length + 1)
        ),
    )
