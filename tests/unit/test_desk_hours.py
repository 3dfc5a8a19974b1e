"""When a person is there, and who is on duty."""

from datetime import datetime
from pathlib import Path

import pytest

from backend.clock import SHANGHAI
from backend.deadlines.city import calendar
from backend.deadlines.desk_hours import DeskHours, desk_hours

MONDAY, SATURDAY = (2026, 11, 30), (2026, 12, 5)


def at(day: tuple[int, int, int], hour: int, minute: int = 0) -> datetime:
    return datetime(*day, hour, minute, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        (at(MONDAY, 3), at(MONDAY, 8, 30)),
        (at(MONDAY, 8, 30), None),
        (at(MONDAY, 21), at((2026, 12, 1), 8, 30)),
        (at(SATURDAY, 8, 30), at(SATURDAY, 9)),
        (at((2026, 12, 4), 23), at(SATURDAY, 9)),
    ],
)
def test_desk_opens_by_the_calendar(moment: datetime, opens: datetime | None) -> None:
    assert desk_hours().opens_at(moment, calendar()) == opens


def test_day_and_night_have_their_rota() -> None:
    hours = desk_hours()
    assert hours.on_duty(at(MONDAY, 10), calendar()) == hours.day_duty
    assert hours.on_duty(at(MONDAY, 3), calendar()) == hours.night_duty


@pytest.mark.parametrize("text", ["hours: 1", "{}", "{hours: {working_days: x}, duty: {day: []}}"])
def test_broken_hours_are_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "desk_hours.yml"
    file.write_text(text)
    with pytest.raises(ValueError, match="hours"):
        DeskHours.load(file)
