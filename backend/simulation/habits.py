"""Habits of units in a simulated city: how each treats cases that it is responsible for."""

from dataclasses import dataclass
from enum import StrEnum


class HabitName(StrEnum):
    PROMPT = "prompt"
    SLOW = "slow"
    RETURNING = "returning"  # returns cases that it is responsible for
    SILENT = "silent"  # does not contact residents


@dataclass(frozen=True)
class Habit:
    """Shares of one; a range is drawn from uniformly."""

    signs_after: tuple[float, float]  # working hours
    returns_own: float  # share of its own cases that it returns
    insists: float  # share of refused returns that it repeats
    contacts: float
    works: tuple[float, float]  # share of the remaining working time that it takes
    solves: float
    asks_extension: float


HABITS: dict[HabitName, Habit] = {
    HabitName.PROMPT: Habit((0.2, 4), 0.03, 0.0, 0.95, (0.1, 0.7), 0.85, 0.03),
    HabitName.SLOW: Habit((1, 8), 0.1, 0.05, 0.7, (0.5, 1.5), 0.7, 0.25),
    HabitName.RETURNING: Habit((0.5, 6), 0.5, 0.4, 0.7, (0.2, 0.9), 0.65, 0.1),
    HabitName.SILENT: Habit((1, 9), 0.05, 0.05, 0.1, (0.4, 1.2), 0.5, 0.1),
}
