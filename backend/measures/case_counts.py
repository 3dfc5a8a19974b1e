"""Counts of a group of cases; counts of several groups can be added."""

from dataclasses import dataclass
from operator import add

from backend.measures.rates import Rate


@dataclass(frozen=True)
class CaseCounts:
    """Each case counts at most once in each number.

    Due: the first deadline (or the deadline to contact the resident) is in the period. Settled:
    the case was resolved, answered or declined for the first time in the period. The latest
    rating of a case counts.
    """

    due: int = 0
    on_time: int = 0
    respond_due: int = 0
    responded: int = 0
    settled: int = 0
    reopened: int = 0
    answered: int = 0  # rated, and the rating is not excluded
    satisfied: int = 0
    solved: int = 0
    excluded: int = 0
    withdrawn: int = 0  # by the resident before the deadline: neither met nor missed

    def __add__(self, other: "CaseCounts") -> "CaseCounts":
        return CaseCounts(*map(add, vars(self).values(), vars(other).values()))

    @property
    def on_time_rate(self) -> Rate:
        return Rate(self.on_time, self.due)

    @property
    def response_rate(self) -> Rate:
        return Rate(self.responded, self.respond_due)

    @property
    def resolution_rate(self) -> Rate:
        return Rate(self.solved, self.answered)

    @property
    def satisfaction_rate(self) -> Rate:
        return Rate(self.satisfied, self.answered)

    @property
    def reopen_share(self) -> Rate:
        return Rate(self.reopened, self.settled)

    @property
    def unanswered(self) -> int:
        return self.settled - self.answered - self.excluded
