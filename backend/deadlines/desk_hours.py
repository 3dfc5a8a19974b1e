"""When people answer chats, and who is on duty: `data/desk_hours.yml`. Pure but for the file."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from backend.clock import SHANGHAI
from backend.deadlines.city import Reread
from backend.deadlines.hours import Hours
from backend.deadlines.rules import Calendar
from backend.settings import DATA_FOLDER

_LONGEST_AHEAD = 14  # days


@dataclass(frozen=True)
class DeskHours:
    working_days: Hours
    other_days: Hours
    day_duty: tuple[str, ...]  # usernames, the first choice first
    night_duty: tuple[str, ...]

    @classmethod
    def load(cls, path: Path) -> "DeskHours":
        """Raises ValueError."""
        return cls.of(yaml.safe_load(path.read_text(encoding="utf-8")), path.name)

    @classmethod
    def of(cls, content: Any, name: str) -> "DeskHours":
        """The hours in the form of the file. Raises ValueError."""
        try:
            hours, duty = content["hours"], content["duty"]
            return cls(
                Hours.parse(hours["working_days"]), Hours.parse(hours["other_days"]),
                tuple(map(str, duty["day"])), tuple(map(str, duty["night"])),
            )  # fmt: skip
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"{name}: {error}") from error

    def as_json(self) -> dict[str, dict[str, Any]]:
        """In the form of the file."""
        return {
            "hours": {"working_days": str(self.working_days), "other_days": str(self.other_days)},
            "duty": {"day": list(self.day_duty), "night": list(self.night_duty)},
        }

    def is_open(self, at: datetime, calendar: Calendar) -> bool:
        local = at.astimezone(SHANGHAI)
        spans = self._hours_of(local.date(), calendar).spans
        return any(begin <= local.time() < end for begin, end in spans)

    def opens_at(self, at: datetime, calendar: Calendar) -> datetime | None:
        """When somebody will be there; None while the desk is open."""
        if self.is_open(at, calendar):
            return None
        day = at.astimezone(SHANGHAI).date()
        for ahead in range(_LONGEST_AHEAD):
            for begin, _ in self._hours_of(day + timedelta(days=ahead), calendar).spans:
                opening = datetime.combine(day + timedelta(days=ahead), begin, SHANGHAI)
                if opening > at:
                    return opening
        raise AssertionError("every day has hours")

    def on_duty(self, at: datetime, calendar: Calendar) -> tuple[str, ...]:
        """Usernames, the first choice first."""
        return self.day_duty if self.is_open(at, calendar) else self.night_duty

    def _hours_of(self, day: date, calendar: Calendar) -> Hours:
        return self.working_days if calendar.is_working_day(day) else self.other_days


desk_hours = Reread(DATA_FOLDER / "desk_hours.yml", DeskHours.load)
