"""The efficiency index (效能指数): the weighted mean of what a unit is measured by."""

from collections.abc import Mapping
from dataclasses import dataclass

from backend.measures.formula import BuckPassing, Efficiency

PART_LABELS = {
    "on_time": "按期办结",
    "response": "响应",
    "resolution": "解决",
    "satisfaction": "满意（小样本修正）",
    "not_reopened": "没有重办",
    "not_passed_on": "没有推诿",
    "panel": "评议得分",
}


@dataclass(frozen=True)
class EfficiencyIndex:
    """`parts` are shares, 1 is best; `missing` had nothing to be reckoned from."""

    value: float | None
    parts: Mapping[str, float]
    missing: tuple[str, ...]


def efficiency(parts: Mapping[str, float | None], weights: Efficiency) -> EfficiencyIndex:
    """Over the parts that there are: what nobody answered is no zero, and no merit either."""
    there = {name: value for name, value in parts.items() if value is not None}
    counted = {name: weights.parts[name] for name in there}
    weight = sum(counted.values())
    value = sum(there[name] * counted[name] for name in there) / weight if weight else None
    missing = tuple(name for name in weights.parts if name not in there)
    return EfficiencyIndex(value, there, missing)


def not_passed_on(index: float | None, rules: BuckPassing) -> float | None:
    """The buck-passing index as a share: 1 for none, 0 for the worst that the rules know of."""
    return None if index is None else max(0.0, 1 - index / rules.worst)
