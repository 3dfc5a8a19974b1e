"""Working hours of a day, without the lunch break. Pure."""

import re
from dataclasses import dataclass
from datetime import time

_SPAN = re.compile(r"(\d\d:\d\d)-(\d\d:\d\d)")


@dataclass(frozen=True)
class Hours:
    spans: tuple[tuple[time, time], ...]

    @classmethod
    def parse(cls, text: str) -> "Hours":
        """Parse `08:30-12:00 13:30-17:30`. Raises ValueError."""
        spans = []
        for part in text.split():
            span = _SPAN.fullmatch(part)
            if span is None:
                raise ValueError(f"working hours are written like 08:30-12:00, not {part!r}")
            spans.append((time.fromisoformat(span[1]), time.fromisoformat(span[2])))
        edges = [edge for begin_and_end in spans for edge in begin_and_end]
        if not spans or edges != sorted(set(edges)):
            raise ValueError(f"working hours must follow one another: {text!r}")
        return cls(tuple(spans))

    @property
    def begin(self) -> time:
        return self.spans[0][0]

    @property
    def end(self) -> time:
        return self.spans[-1][1]

    def __str__(self) -> str:
        return " ".join(f"{begin:%H:%M}-{end:%H:%M}" for begin, end in self.spans)


OFFICE_HOURS = Hours.parse("08:30-12:00 13:30-17:30")
