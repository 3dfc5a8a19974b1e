"""Thresholds of alerts: one file in `data/alerts` per version, strictly validated."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import Field, model_validator

from backend.versioned_formula import Name, VersionedFormula, Versions

Hours = Annotated[int, Field(ge=1, le=168)]
Days = Annotated[int, Field(ge=1, le=366)]
Ratio = Annotated[float, Field(ge=1, le=100)]


class AlertKind(StrEnum):
    BURST = "burst"
    MANUAL = "manual"
    BUCK_PASSING = "buck_passing"
    UNANSWERED_EMERGENCY = "unanswered_emergency"
    CLOCK = "clock"
    FRESHNESS = "freshness"

    @property
    def label(self) -> str:
        return _KIND_LABELS[self]


_KIND_LABELS = {
    AlertKind.BURST: "突发",
    AlertKind.MANUAL: "人工",
    AlertKind.BUCK_PASSING: "推诿",
    AlertKind.UNANSWERED_EMERGENCY: "紧急没人接",
    AlertKind.CLOCK: "超期",
    AlertKind.FRESHNESS: "来源中断",
}


class Thresholds(VersionedFormula):
    windows: Annotated[list[Hours], Field(min_length=1, max_length=5)]
    people_from: Annotated[int, Field(ge=2, le=1000)]
    ratio: Ratio
    chance: Annotated[float, Field(gt=0, le=0.1)]
    baseline_days: Annotated[int, Field(ge=7, le=366)]
    capped_at: Ratio
    capped_from: Annotated[int, Field(ge=1, le=100)]
    calm_ratio: Ratio
    calm_hours: Hours
    emergency_minutes: Annotated[int, Field(ge=1, le=120)]
    overdue_from: Annotated[int, Field(ge=1, le=100_000)]
    close_within_days: Days
    checklists: dict[str, Annotated[list[Name], Field(min_length=1, max_length=12)]]

    @model_validator(mode="after")
    def refuse_contradictions(self) -> "Thresholds":
        if self.calm_ratio > self.ratio:
            raise ValueError("calm_ratio is above ratio: an alert would end at once")
        wrong = set(self.checklists) ^ set(AlertKind)
        if wrong:
            raise ValueError(f"checklists: unknown or missing kind {sorted(wrong)[0]!r}")
        return self

    @property
    def longest_window(self) -> int:
        return max(self.windows)


class AlertThresholds(Versions[Thresholds]):
    """All versions of a city."""

    def __init__(self, versions: list[Thresholds]) -> None:
        super().__init__(versions, subject="thresholds of alerts", label="预警阈值")

    @classmethod
    def load(cls, folder: Path) -> "AlertThresholds":
        """Raises ValueError."""
        return cls([Thresholds.load(path) for path in sorted(folder.glob("*.yml"))])
