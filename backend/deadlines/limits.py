"""Time limits by kind, power item and tier, from `data/time_limits.yml`. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from backend.deadlines.hours import Hours
from nlu.city.power_list import PowerItem
from nlu.folders import parse_yaml


@dataclass(frozen=True)
class Limits:
    """The limits of one case, in working days; the events of its registration and of a correction
    of its kind store them for good."""

    respond_days: int
    resolve_days: int
    reopened_days: int
    owes: str = "resolve"  # or "reply": the clock that ends at `resolve_by`


@dataclass(frozen=True)
class TimeLimits:
    version: str
    hours: Hours
    kinds: Mapping[str, Mapping[str, int]]  # kind -> the most working days for each clock
    not_listed: int  # working days to resolve a matter without a power item
    reopened: int  # working days of another round
    sign: Mapping[str, int]  # tier -> working hours
    report_in: int  # working hours
    stale_after: Mapping[str, int]  # kind of fact -> days
    acknowledge: int  # working days

    @classmethod
    def load(cls, path: Path) -> "TimeLimits":
        """Raises ValueError."""
        try:
            content: dict[str, Any] = parse_yaml(path.read_text(encoding="utf-8"))
            hours = Hours.parse(content.pop("hours"))
            return cls(version=str(content.pop("version")), hours=hours, **content)
        except (yaml.YAMLError, AttributeError, KeyError, TypeError) as error:
            raise ValueError(f"{path.name}: {error}") from error

    def of(self, kind: str, item: PowerItem | None) -> Limits:
        """The power item's limits, capped by those of the kind."""
        most = self.kinds[kind]
        respond = item.respond_days if item else most["respond"]
        if "reply" in most:
            return Limits(min(respond, most["respond"]), most["reply"], self.reopened, owes="reply")
        resolve = item.resolve_days if item else self.not_listed
        return Limits(min(respond, most["respond"]), min(resolve, most["resolve"]), self.reopened)
