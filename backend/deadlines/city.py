"""The city's own calendar and time limits, as the files stand now."""

import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Generic, TypeVar

from backend.deadlines.limits import TimeLimits
from backend.deadlines.rules import Calendar
from backend.settings import DATA_FOLDER

log = logging.getLogger(__name__)
Content = TypeVar("Content")


class Reread(Generic[Content]):
    """What a file says, read anew when it has changed.

    A correction that cannot be read is logged, and what was known before stays: cases must go on.
    """

    def __init__(self, path: Path, load: Callable[[Path], Content]) -> None:
        self._path, self._load = path, load
        self._changed = 0
        self._content: Content | None = None

    def __call__(self) -> Content:
        changed = self._path.stat().st_mtime_ns
        if self._content is None:
            self._content = self._load(self._path)
        elif changed != self._changed:
            self._content = self._corrected(self._content)
        self._changed = changed
        return self._content

    def _corrected(self, before: Content) -> Content:
        try:
            return self._load(self._path)
        except ValueError as error:
            log.error("%s was not taken over: %s", self._path.name, error)
            return before


_days = Reread(DATA_FOLDER / "calendar.csv", Calendar.load)
time_limits = Reread(DATA_FOLDER / "time_limits.yml", TimeLimits.load)


def calendar() -> Calendar:
    return replace(_days(), hours=time_limits().hours)
