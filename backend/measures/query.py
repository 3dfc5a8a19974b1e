"""What measures can be asked for: a period, what it is split by, and which cases alone."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from backend.errors import BadFilter
from backend.measures.periods import Period

# Of a unit, and so of each case that is with it.
OF_UNIT = ("unit", "tier", "unit_type")
# Of the case itself. `first_contact` is the unit that had it first.
OF_CASE = ("first_contact", "district", "street", "kind", "domain", "channel")
MONTH = "month"  # each month of the period is measured by itself
DIMENSIONS = {
    "unit": "承办单位",
    "tier": "层级",
    "unit_type": "单位类型",
    "first_contact": "首接单位",
    "district": "区县",
    "street": "镇街",
    "kind": "诉求类型",
    "domain": "领域",
    "channel": "渠道",
    MONTH: "月份",
}
MOST_GROUPS = 2
NONE = "none"  # said for cases that have no such value: not dispatched yet, or of no known place


@dataclass(frozen=True)
class Asked:
    """`only` narrows by dimension; `units` is what the caller may see, None for the whole city."""

    period: Period
    group: tuple[str, ...] = ()
    only: Mapping[str, str] = field(default_factory=dict)
    units: frozenset[str] | None = None

    def __post_init__(self) -> None:
        """Raises BadFilter."""
        unknown = [name for name in (*self.group, *self.only) if name not in DIMENSIONS]
        if unknown:
            raise BadFilter(f"不能按“{unknown[0]}”分，可以按：{'、'.join(DIMENSIONS)}")
        if len(set(self.group)) < len(self.group) or len(self.group) > MOST_GROUPS:
            raise BadFilter(f"最多按 {MOST_GROUPS} 项分，不能重复")
        if MONTH in self.only:
            raise BadFilter("要看某个月，请用统计期")

    @property
    def case_dimensions(self) -> tuple[str, ...]:
        """What the database splits by besides the unit; the rest follows from the unit."""
        return tuple(name for name in self.group if name in OF_CASE)

    @property
    def is_by_unit(self) -> bool:
        return any(name in OF_UNIT for name in self.group)

    @property
    def is_of_all_units(self) -> bool:
        return self.units is None and not any(name in self.only for name in OF_UNIT)

    def over(self, period: Period) -> "Asked":
        return replace(self, period=period)

    def without_month(self) -> "Asked":
        return replace(self, group=tuple(name for name in self.group if name != MONTH))
