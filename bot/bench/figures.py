"""A measured figure and the goal beside it."""

import os
import platform
import statistics
from dataclasses import dataclass
from pathlib import Path

import psutil


@dataclass(frozen=True)
class Figure:
    name: str
    value: float
    unit: str
    reach: float | None

    @property
    def line(self) -> str:
        sign = ">=" if self.unit in ("texts/s", "lives/s", "turns/s", "%") else "<="
        goal = f"{sign} {self.reach:g} {self.unit}" if self.reach is not None else ""
        return f"{self.name:<46} {self.value:>8.1f} {self.unit:<7} {goal}"


def machine() -> str:
    cpu = next(
        (line.split(":")[1].strip() for line in _lines("/proc/cpuinfo") if "model name" in line),
        platform.processor(),
    )
    memory = psutil.virtual_memory().total / 2**30
    return f"{os.cpu_count()} cores ({cpu}), {memory:.0f} GiB, Python {platform.python_version()}"


def _lines(path: str) -> list[str]:
    return Path(path).read_text().splitlines() if Path(path).exists() else []


def percentile(values: list[float], percent: int) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]
