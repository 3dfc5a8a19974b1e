"""Parameters of a measure query: period, grouping and filters."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from backend.errors import BadFilter
from backend.measures.periods import Period

# Properties of the unit that has the case.
UNIT_DIMENSIONS = ("unit", "tier", "unit_type")
# Properties of the case itself. `first_contact` is the first unit that had the case.
CASE_DIMENSIONS = (
    "first_contact", "district", "street", "kind", "domain", "top_domain", "channel", "net", "mode",
    "scene",
)  # fmt: skip
MONTH = "month"  # each month of the period is measured separately
DIMENSIONS = {
    "unit": "承办单位",
    "tier": "层级",
    "unit_type": "单位类型",
    "first_contact": "首接单位",
    "district": "区县",
    "street": "镇街",
    "kind": "诉求类型",
    "domain": "领域",
    "top_domain": "三大领域",
    "channel": "渠道",
    "net": "三张网",
    "mode": "怎么说的",
    "scene": "从哪张海报来",
    MONTH: "月份",
}
MAX_GROUPS = 2
NONE = "none"  # filter value for cases without a value: not dispatched, or place unknown


@dataclass(frozen=True)
class MeasureQuery:
    """Parameters of a measure query.

    `group` names the dimensions to split by, `filters` maps dimensions to required values,
    `units` holds the codes that the caller may see (None: the whole city).
    """

    period: Period
    group: tuple[str, ...] = ()
    filters: Mapping[str, str] = field(default_factory=dict)
    units: frozenset[str] | None = None

    def __post_init__(self) -> None:
        """Raises BadFilter."""
        unknown = [name for name in (*self.group, *self.filters) if name not in DIMENSIONS]
        if unknown:
            raise BadFilter(f"不能按“{unknown[0]}”分，可以按：{'、'.join(DIMENSIONS)}")
        if len(set(self.group)) < len(self.group) or len(self.group) > MAX_GROUPS:
            raise BadFilter(f"最多按 {MAX_GROUPS} 项分，不能重复")
        if MONTH in self.filters:
            raise BadFilter("要看某个月，请用统计期")

    @property
    def case_dimensions(self) -> tuple[str, ...]:
        """Grouping dimensions that are columns of a case; the others follow from the unit."""
        return tuple(name for name in self.group if name in CASE_DIMENSIONS)

    @property
    def is_by_unit(self) -> bool:
        return any(name in UNIT_DIMENSIONS for name in self.group)

    @property
    def covers_all_units(self) -> bool:
        return self.units is None and not any(name in self.filters for name in UNIT_DIMENSIONS)

    def with_period(self, period: Period) -> "MeasureQuery":
        return replace(self, period=period)

    def without_month(self) -> "MeasureQuery":
        return replace(self, group=tuple(name for name in self.group if name != MONTH))
