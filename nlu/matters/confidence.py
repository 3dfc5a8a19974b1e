"""Probability that the first unit type of a matter is right, calibrated on held-out lines.

A logistic regression over what a second opinion (`nlu.matters.opinion`) says of it. The weights,
the curve (precision and share of the matters above each bar) and the reliability table are in
`data/routing_confidence.json`, which `make calibrate` makes from `data/appeals` by five-fold
cross-validation.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

from nlu.folders import DATA
from nlu.matters.matter import Matter
from nlu.matters.opinion import opinion

FILE = DATA / "routing_confidence.json"
NEVER = 1.01  # a bar that no likelihood reaches
_A_MATTER = 0.28  # chosen on the scripts in tests/conversations
_DUTY_CONFLICT = 0.5  # what is left when the table of duties surely names other unit types
_ENOUGH = 3.0  # a power item's score at which its strength is one half
_TIE = 0.95  # share of the second unit type, relative to the first, from which they are equal
_LEAST = 1e-4  # keeps the logarithm of odds finite


@dataclass(frozen=True)
class Point:
    """Matters with a likelihood of at least `bar`: the share that is right, their share of all.

    `at_least` is the lower end of the precision's one-sided 90 % confidence interval.
    """

    bar: float
    precision: float
    at_least: float
    share: float


@dataclass(frozen=True)
class Calibration:
    opinion: Mapping[str, float]  # weights of the second opinion
    weights: Mapping[str, float]
    intercept: float
    curve: tuple[Point, ...]  # from the lowest bar to the highest

    def likelihood(self, matter: Matter) -> float:
        """Probability from 0 to 1; 0 for a matter without unit types."""
        if not matter.unit_types:
            return 0.0
        evidence = features(matter, opinion(matter, self.opinion))
        total = self.intercept + sum(self.weights[name] * evidence[name] for name in self.weights)
        return round(1 / (1 + math.exp(-total)), 4)

    def bar_for(self, precision: float) -> float:
        """The lowest bar above which at least `precision` of the matters are right.

        The lower end of the interval must reach it: a city's letters differ from our lines.
        """
        return min(
            (point.bar for point in self.curve if point.at_least >= precision), default=NEVER
        )


@cache
def calibration() -> Calibration:
    """Raises FileNotFoundError when `make calibrate` was never run."""
    content = json.loads(FILE.read_text(encoding="utf-8"))
    curve = tuple(Point(*point) for point in content["curve"])
    return Calibration(content["opinion"], content["weights"], content["intercept"], curve)


def break_tie(matter: Matter) -> Matter:
    """The matter with its first two unit types swapped, where they are about equal and the second
    opinion prefers the second.
    """
    if len(matter.unit_types) < 2:
        return matter
    (first, share), (second, next_share) = matter.unit_types[:2]
    if next_share < share * _TIE:
        return matter
    likelihoods = opinion(matter, calibration().opinion)
    if likelihoods.get(second, 0.0) <= likelihoods.get(first, 0.0):
        return matter
    swapped = ((second, share), (first, next_share), *matter.unit_types[2:])
    return replace(matter, unit_types=swapped)


def features(matter: Matter, likelihoods: Mapping[str, float]) -> dict[str, float]:
    """Features of the probability; `likelihoods` is the second opinion on the unit types."""
    best, share = matter.unit_types[0]
    next_share = matter.unit_types[1][1] if len(matter.unit_types) > 1 else 0.0
    likelihood, highest = likelihoods.get(best, 0.0), max(likelihoods.values(), default=0.0)
    return {
        "opinion": math.log((likelihood + _LEAST) / (1 - likelihood + _LEAST)),
        "opinion_highest": highest,
        "opinion_agrees": float(likelihood == highest),
        "share": share,
        "lead": share / (share + next_share) if share else 0.0,
    }


def tells_matter(matter: Matter) -> bool:
    """True if the evidence is strong enough that the text is about some matter at all.

    Another question than which unit acts: "我家门口的路塌了" is a matter, whoever repairs the road.
    """
    if not matter.unit_types:
        return False
    best, share = matter.unit_types[0]
    next_share = matter.unit_types[1][1] if len(matter.unit_types) > 1 else 0.0
    score = matter.matches[0].score if matter.matches else 0.0
    amount = score / (score + _ENOUGH)
    duty = matter.duty
    conflicts = duty is not None and duty.is_sure and best not in duty.duty.unit_types
    doubt = _DUTY_CONFLICT if conflicts else 1.0
    lead = share / (share + next_share) if share else 0.0
    return doubt * 0.5 * (share + lead) * (0.4 + 0.6 * amount) >= _A_MATTER
