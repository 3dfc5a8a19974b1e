"""What a step on a case is asked for and works with."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy.orm import Session

from backend.deadlines.clocks import Clocks
from backend.deadlines.rules import Calendar
from backend.errors import BadInput
from backend.models.cases import Case
from backend.vocabulary.case_lifecycle import Status


@dataclass(frozen=True)
class Details:
    """What a step may be told; each step takes what it needs and refuses a lack of it."""

    unit: str | None = None
    reason: str | None = None
    units: tuple[str, ...] | None = None
    task: int | None = None
    days: int | None = None
    outcome: str | None = None
    text: str | None = None
    lead: str | None = None  # the number of the case to be merged into
    article: str | None = None  # of the knowledge base, that it is answered with
    as_read: bool | None = None  # the resident has read that, and asks to keep it
    by: str | None = None  # the day by which what takes long is looked at again
    offline: Mapping[str, str] | None = None  # what, where, bring: a way that they must go
    to: str | None = None  # who a suggestion is forwarded to
    at: str | None = None  # when somebody went to see
    place: str | None = None  # and where

    def kept(self) -> dict[str, object]:
        return {name: value for name, value in vars(self).items() if value is not None}

    def needing(self, name: str, what: str) -> str:
        value = getattr(self, name)
        if value is None or not str(value).strip():
            raise BadInput(f"请填写{what}")
        return str(value).strip()

    def saying(self, text: str) -> "Details":
        return replace(self, text=text)


@dataclass(frozen=True)
class Step:
    """One step as it is taken: what it is told, when, and the clocks before it.

    What it finds out besides goes into `found`, and so into the event.
    """

    session: Session
    case: Case
    details: Details
    now: datetime
    calendar: Calendar
    clocks: Clocks
    found: dict[str, object] = field(default_factory=dict)

    @property
    def is_returned(self) -> bool:
        return self.case.status == Status.RETURNED
