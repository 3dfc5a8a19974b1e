"""The context of one step on a case: who takes which action, with what details and when."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic

from sqlalchemy.orm import Session
from typing_extensions import TypeVar

from backend.deadlines.city import calendar
from backend.deadlines.clocks import ClockEvent, Clocks, read_clocks
from backend.models.cases import Case
from backend.models.staff import StaffAccount
from backend.vocabulary.actors import Actor
from backend.vocabulary.case_lifecycle import Action, Status
from backend.vocabulary.messages import Button, File
from backend.vocabulary.step_details import Details, Repeated
from backend.vocabulary.texts import Text

D = TypeVar("D", bound=Details, default=Details, covariant=True)


@dataclass(frozen=True)
class Notification:
    """A message to the resident about a step."""

    case: Case
    text: Text
    buttons: list[Button]


@dataclass(frozen=True)
class StepContext(Generic[D]):
    """One action on a case and what it works with.

    The event is logged with `details` and with `event_details`, which effects fill in.
    """

    session: Session
    case: Case
    actor: Actor
    now: datetime
    details: D
    event_details: dict[str, object] = field(default_factory=dict)
    clock_events: Sequence[ClockEvent] = ()  # of the case before this step
    # Collects what the resident is told, for one reply; None pushes each notification.
    notifications: list[Notification] | None = None

    @property
    def action(self) -> Action:
        return self.details.action

    @property
    def clocks(self) -> Clocks:
        """The clocks before this step; needs `clock_events`."""
        return read_clocks(self.clock_events, calendar())

    @property
    def is_returned(self) -> bool:
        return self.case.status == Status.RETURNED

    def on(self, case: Case, event_details: dict[str, object]) -> "StepContext":
        """The same action on another case, logged with `event_details` alone."""
        repeated = Repeated(self.action)
        return StepContext(self.session, case, self.actor, self.now, repeated, event_details)


@dataclass(frozen=True, kw_only=True)
class StaffStep(StepContext[D]):
    """A step that a member of staff takes."""

    staff: StaffAccount
    units: frozenset[str]  # codes of the units they may act for
    photos: Sequence[File] = ()  # of a field visit
