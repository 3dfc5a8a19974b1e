"""The efficiency index (效能指数): the weighted mean of a unit's measures."""

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

_BESIDE_HANDLING = frozenset({"not_passed_on", "panel"})


@dataclass(frozen=True)
class EfficiencyIndex:
    """`parts` are shares, 1 is best; `missing` names the parts without any data."""

    value: float | None
    parts: Mapping[str, float]
    missing: tuple[str, ...]


def efficiency(parts: Mapping[str, float | None], weights: Efficiency) -> EfficiencyIndex:
    """The index over the parts that have data; a part that is None counts neither way.

    There is none where no case was due, answered or rated: not passing on alone is no performance.
    """
    shares = {name: share for name, share in parts.items() if share is not None}
    total_weight = sum(weights.parts[name] for name in shares)
    weighted = sum(share * weights.parts[name] for name, share in shares.items())
    missing = tuple(name for name in weights.parts if name not in shares)
    is_measured = bool(shares.keys() - _BESIDE_HANDLING) and total_weight > 0
    return EfficiencyIndex(weighted / total_weight if is_measured else None, shares, missing)


def not_passed_on(index: float | None, rules: BuckPassing) -> float | None:
    """The buck-passing index as a share: 1 for no points, 0 from `rules.worst` on."""
    return None if index is None else max(0.0, 1 - index / rules.worst)
