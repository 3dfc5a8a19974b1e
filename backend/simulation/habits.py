"""How units behave in a simulated city: what each habit does with a case that is its own job."""

from dataclasses import dataclass
from enum import StrEnum


class HabitName(StrEnum):
    PROMPT = "prompt"
    SLOW = "slow"
    RETURNING = "returning"  # passes on what is its own
    SILENT = "silent"  # does not speak with residents


@dataclass(frozen=True)
class Habit:
    """Shares are of one; spans are drawn from evenly."""

    signs_after: tuple[float, float]  # working hours
    returns_own: float  # of the cases that are its job
    insists: float  # of those whose return was refused
    contacts: float
    works: tuple[float, float]  # of the working time that is left
    solves: float
    asks_extension: float


HABITS: dict[HabitName, Habit] = {
    HabitName.PROMPT: Habit((0.2, 4), 0.03, 0.0, 0.95, (0.1, 0.7), 0.85, 0.03),
    HabitName.SLOW: Habit((1, 8), 0.1, 0.05, 0.7, (0.5, 1.5), 0.7, 0.25),
    HabitName.RETURNING: Habit((0.5, 6), 0.5, 0.4, 0.7, (0.2, 0.9), 0.65, 0.1),
    HabitName.SILENT: Habit((1, 9), 0.05, 0.05, 0.1, (0.4, 1.2), 0.5, 0.1),
}
