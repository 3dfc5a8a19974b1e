"""A second opinion on the unit types, with learnt weights, to judge the first one by.

`nlu.matters.matter` ranks the unit types with weights set by hand. This is a conditional logit over
the same sources of evidence: each unit type gets the weighted sum of what each source says for it,
and the softmax of the sums gives likelihoods. `make calibrate` fits the weights.
"""

import math
from collections.abc import Mapping

import numpy as np

from nlu.classifiers.linear import Floats, softmax
from nlu.matters.matter import LATER_UNIT_TYPE, Evidence, Matter
from nlu.matters.past_cases import UNIT_TYPE

NAMES = (
    "items", "items_if_strong", "best_item", "best_item_first", "office_words", "past_cases",
    "sure_duties", "likely_duties", "sure_duty_first", "any_item", "any_office_word",
)  # fmt: skip
_STRONG = 3.0  # a power item's score at which its strength is one half
_LEAST_LIKELIHOOD = 1e-4


def opinion(matter: Matter, weights: Mapping[str, float]) -> dict[str, float]:
    """Likelihood of each unit type that some source names; none for a matter without evidence."""
    unit_types, table = evidence_table(matter)
    if not unit_types:
        return {}
    sums = table @ np.array([weights[name] for name in NAMES], np.float32)
    return dict(zip(unit_types, softmax(sums).tolist(), strict=True))


def evidence_table(matter: Matter) -> tuple[list[str], Floats]:
    """Unit types, and a row for each with the evidence of `NAMES`."""
    evidence = matter.evidence or Evidence((), {}, ())
    past_cases = matter.predictions[UNIT_TYPE].likelihoods if matter.predictions else {}
    by_name = {
        **_by_items(evidence),
        **_by_duties(evidence),
        "office_words": _shares(evidence.office_words),
        "any_office_word": dict.fromkeys(evidence.office_words, 1.0),
        "past_cases": _by_past_cases(past_cases),
    }
    unit_types = sorted({unit_type for column in by_name.values() for unit_type in column})
    least = math.log(_LEAST_LIKELIHOOD / max(past_cases.values(), default=1.0))
    missing = {"past_cases": least}
    columns = [
        [by_name[name].get(it, missing.get(name, 0.0)) for it in unit_types] for name in NAMES
    ]
    return unit_types, np.array(columns, np.float32).T


def _by_items(evidence: Evidence) -> dict[str, dict[str, float]]:
    weights: dict[str, float] = {}
    for match in evidence.items:
        for rank, unit_type in enumerate(match.item.unit_types):
            more = match.score**2 * LATER_UNIT_TYPE**rank
            weights[unit_type] = weights.get(unit_type, 0.0) + more
    best = evidence.items[0] if evidence.items else None
    strength = best.score / (best.score + _STRONG) if best else 0.0
    of_best = best.item.unit_types if best else ()
    return {
        "items": _shares(weights),
        "items_if_strong": {it: share * strength for it, share in _shares(weights).items()},
        "best_item": {it: strength * LATER_UNIT_TYPE**rank for rank, it in enumerate(of_best)},
        "best_item_first": dict.fromkeys(of_best[:1], strength),
        "any_item": dict.fromkeys(weights, 1.0),
    }


def _by_duties(evidence: Evidence) -> dict[str, dict[str, float]]:
    sure: dict[str, float] = {}
    likely: dict[str, float] = {}
    first: dict[str, float] = {}
    for match, weight in evidence.duties:
        for rank, unit_type in enumerate(match.duty.unit_types):
            column = sure if match.is_sure else likely
            column[unit_type] = column.get(unit_type, 0.0) + weight * LATER_UNIT_TYPE**rank
        if match.is_sure:
            lead = match.duty.unit_types[0]
            first[lead] = max(first.get(lead, 0.0), weight)
    return {"sure_duties": sure, "likely_duties": likely, "sure_duty_first": first}


def _by_past_cases(likelihoods: Mapping[str, float]) -> dict[str, float]:
    """Logarithm of each likelihood relative to the highest one."""
    highest = max(likelihoods.values(), default=1.0)
    return {
        unit_type: math.log(max(likelihood, _LEAST_LIKELIHOOD) / highest)
        for unit_type, likelihood in likelihoods.items()
    }


def _shares(weights: Mapping[str, float]) -> dict[str, float]:
    total = sum(weights.values())
    return {name: weight / total for name, weight in weights.items()} if total else {}
