"""The city's calendar and time limits, reread when their files change."""

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
    """The content of a file, loaded again when the file has changed.

    A changed file that cannot be read is logged, and the earlier content stays in use.
    """

    def __init__(self, path: Path, load: Callable[[Path], Content]) -> None:
        self._path, self._load = path, load
        self._changed_at = 0
        self._content: Content | None = None

    def __call__(self) -> Content:
        changed_at = self._path.stat().st_mtime_ns
        if self._content is None:
            self._content = self._load(self._path)
        elif changed_at != self._changed_at:
            self._content = self._reload(self._content)
        self._changed_at = changed_at
        return self._content

    def _reload(self, earlier: Content) -> Content:
        try:
            return self._load(self._path)
        except ValueError as error:
            log.error("%s was not taken over: %s", self._path.name, error)
            return earlier


_calendar = Reread(DATA_FOLDER / "calendar.csv", Calendar.load)
time_limits = Reread(DATA_FOLDER / "time_limits.yml", TimeLimits.load)


def calendar() -> Calendar:
    return replace(_calendar(), hours=time_limits().hours)
