"""A finding of `minhu doctor`: one line of its report."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    subject: str
    text: str
    remedy: str = ""  # what to do; empty when all is well

    @property
    def is_problem(self) -> bool:
        return bool(self.remedy)

    def __str__(self) -> str:
        mark, then = ("!!", f" -> {self.remedy}") if self.is_problem else ("ok", "")
        return f"{mark}  {self.subject}: {self.text}{then}"
