"""How likely the first unit type of a matter is right, calibrated on held-out lines of our own.

A logistic regression over what the sources of evidence say and whether they agree. Its weights and
its curve (precision and share of the matters above each bar) are in `data/routing_confidence.json`,
which `make calibrate` makes from `data/appeals` by five-fold cross-validation.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from nlu.folders import DATA
from nlu.matters.matter import Matter
from nlu.matters.past_cases import UNIT_TYPE

FILE = DATA / "routing_confidence.json"
NEVER = 1.01  # a bar that no likelihood reaches
_A_MATTER = 0.28  # chosen on the scripts in tests/conversations
_DUTY_CONFLICT = 0.5  # what is left when the table of duties surely names other unit types
_ENOUGH = 3.0  # a power item's score at which its strength is one half


@dataclass(frozen=True)
class Point:
    """Matters with a likelihood of at least `bar`: the share that is right, their share of all."""

    bar: float
    precision: float
    share: float


@dataclass(frozen=True)
class Calibration:
    weights: Mapping[str, float]
    intercept: float
    curve: tuple[Point, ...]  # from the lowest bar to the highest

    def likelihood(self, matter: Matter) -> float:
        """From 0 to 1; 0 for a matter without unit types."""
        if not matter.unit_types:
            return 0.0
        evidence = features(matter)
        total = self.intercept + sum(self.weights[name] * evidence[name] for name in self.weights)
        return round(1 / (1 + math.exp(-total)), 4)

    def bar_for(self, precision: float) -> float:
        """The lowest bar above which at least `precision` of the matters are right."""
        return min(
            (point.bar for point in self.curve if point.precision >= precision), default=NEVER
        )


@cache
def calibration() -> Calibration:
    """Raises FileNotFoundError when `make calibrate` was never run."""
    content = json.loads(FILE.read_text(encoding="utf-8"))
    curve = tuple(Point(*point) for point in content["curve"])
    return Calibration(content["weights"], content["intercept"], curve)


def tells_matter(matter: Matter) -> bool:
    """Whether the evidence is strong enough that the text is about some matter at all.

    Another question than which unit acts: "我家门口的路塌了" is a matter, whoever repairs the road.
    """
    if not matter.unit_types:
        return False
    evidence = features(matter)
    share, lead, amount = evidence["share"], evidence["lead"], evidence["item_strength"]
    doubt = _DUTY_CONFLICT if evidence["duty_names_others"] else 1.0
    return doubt * 0.5 * (share + lead) * (0.4 + 0.6 * amount) >= _A_MATTER


def features(matter: Matter) -> dict[str, float]:
    """Features of the likelihood, each from 0 to 1; `matter` has unit types."""
    best, share = matter.unit_types[0]
    next_share = matter.unit_types[1][1] if len(matter.unit_types) > 1 else 0.0
    return {
        "share": share,
        "lead": share / (share + next_share),
        **_by_power_items(matter, best),
        **_by_past_cases(matter, best),
        **_by_duty(matter, best),
    }


def _by_power_items(matter: Matter, best: str) -> dict[str, float]:
    scores = [match.score for match in matter.matches[:2]] + [0.0, 0.0]
    item_types = matter.power_item.unit_types if matter.power_item else ()
    return {
        "item_strength": scores[0] / (scores[0] + _ENOUGH),
        "item_lead": (scores[0] - scores[1]) / scores[0] if scores[0] else 0.0,
        "item_names_it_first": float(item_types[:1] == (best,)),
        "item_names_it": float(best in item_types),
    }


def _by_past_cases(matter: Matter, best: str) -> dict[str, float]:
    prediction = matter.predictions.get(UNIT_TYPE)
    likelihoods = prediction.likelihoods if prediction else {}
    highest = max(likelihoods.values(), default=0.0)
    likelihood = likelihoods.get(best, 0.0)
    return {
        "past_cases": likelihood,
        "past_cases_highest": highest,
        "past_cases_agree": float(bool(highest) and likelihood == highest),
    }


def _by_duty(matter: Matter, best: str) -> dict[str, float]:
    duty = matter.duty
    unit_types = duty.duty.unit_types if duty else ()
    is_sure = duty is not None and duty.is_sure
    return {
        "duty_names_it_first": float(is_sure and unit_types[:1] == (best,)),
        "duty_names_it": float(best in unit_types),
        "duty_names_others": float(is_sure and best not in unit_types),
    }
