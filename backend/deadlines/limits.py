"""How long each step may take: by kind and power item, by tier. From `data/time_limits.yml`."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from backend.deadlines.hours import Hours
from nlu.city.power_list import PowerItem


@dataclass(frozen=True)
class Limits:
    """Of one case, in working days; written into its first event, so that they stay its own."""

    respond_days: int
    resolve_days: int
    reopened_days: int
    owes: str = "resolve"  # or "reply": what the last of its clocks waits for


@dataclass(frozen=True)
class TimeLimits:
    version: str
    hours: Hours
    kinds: Mapping[str, Mapping[str, int]]
    not_listed: int
    reopened: int
    sign: Mapping[str, int]  # tier -> working hours
    report_in: int  # working hours
    stale_after: Mapping[str, int]  # what kind of fact -> days
    acknowledge: int  # working days

    @classmethod
    def load(cls, path: Path) -> "TimeLimits":
        """Raises ValueError."""
        try:
            written: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
            hours = Hours.parse(written.pop("hours"))
            return cls(version=str(written.pop("version")), hours=hours, **written)
        except (yaml.YAMLError, AttributeError, KeyError, TypeError) as error:
            raise ValueError(f"{path.name}: {error}") from error

    def of(self, kind: str, item: PowerItem | None) -> Limits:
        """The power item's days, but never more than the kind has."""
        most = self.kinds[kind]
        respond = item.respond_days if item else most["respond"]
        if "reply" in most:
            return Limits(min(respond, most["respond"]), most["reply"], self.reopened, owes="reply")
        resolve = item.resolve_days if item else self.not_listed
        return Limits(min(respond, most["respond"]), min(resolve, most["resolve"]), self.reopened)
