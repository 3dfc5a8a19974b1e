"""WeChat's side of the quota: what it counts for one follower, by its own clock."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from backend.vocabulary.messages import Contact

LIMITS = {
    Contact.MESSAGE: (5, timedelta(hours=48)),
    Contact.MENU: (3, timedelta(minutes=1)),
    Contact.FOLLOW: (3, timedelta(minutes=1)),
    Contact.SCAN: (3, timedelta(minutes=1)),
}


class TooMuch(Exception):
    """45047 or 45015: what a planner is there to avoid."""


@dataclass
class CountingService:
    accepted_texts: list[str] = field(default_factory=list)
    refused: int = 0
    _open: dict[Contact, list[datetime]] = field(default_factory=dict)  # begin, then each message

    def contact(self, kind: Contact, at: datetime) -> None:
        self._open[kind] = [at]

    def take(self, text: str, at: datetime) -> None:
        able = [kind for kind in self._open if self._ends(kind) > at and self._remaining(kind)]
        if not able:
            self.refused += 1
            raise TooMuch
        self._open[min(able, key=self._ends)].append(at)
        self.accepted_texts.append(text)

    def forget(self) -> None:
        """As when it counts by rules that nobody told us: nothing more till the next contact."""
        self._open.clear()

    def _ends(self, kind: Contact) -> datetime:
        return self._open[kind][0] + LIMITS[kind][1]

    def _remaining(self, kind: Contact) -> int:
        return LIMITS[kind][0] - (len(self._open[kind]) - 1)
