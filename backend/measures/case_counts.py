"""What was counted of some cases: plain numbers that add up."""

from dataclasses import dataclass
from operator import add

from backend.measures.rates import Rate


@dataclass(frozen=True)
class Tally:
    """Each case at most once in each number.

    Due: its first deadline, or that to speak with the resident, fell into the period. Settled: it
    was resolved, answered or declined for the first time in the period. What a resident answered
    is their last word on it.
    """

    due: int = 0
    on_time: int = 0
    respond_due: int = 0
    responded: int = 0
    settled: int = 0
    reopened: int = 0
    answered: int = 0  # and not excluded
    satisfied: int = 0
    solved: int = 0
    excluded: int = 0
    withdrawn: int = 0  # by the resident before it was due: neither kept nor missed

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(*map(add, vars(self).values(), vars(other).values()))

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
