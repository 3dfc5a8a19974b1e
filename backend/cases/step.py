"""The context of one step on a case: who takes which action, with what details and when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy.orm import Session

from backend.deadlines.city import calendar
from backend.deadlines.clocks import ClockEvent, Clocks, read_clocks
from backend.errors import BadInput
from backend.models.cases import Case
from backend.models.staff import StaffAccount
from backend.vocabulary.actors import Actor
from backend.vocabulary.case_lifecycle import Action, Status
from backend.vocabulary.messages import Button, File
from backend.vocabulary.texts import Text


@dataclass(frozen=True)
class Details:
    """The input of a step. Each action reads the fields it needs and refuses a missing one."""

    unit: str | None = None
    recalled_from: str | None = None  # the unit that the caller believes to have the case
    reason: str | None = None
    units: tuple[str, ...] | None = None
    task: int | None = None
    days: int | None = None
    outcome: str | None = None
    text: str | None = None
    lead: str | None = None  # number of the case to merge into
    article: str | None = None  # knowledge base article used as the answer
    as_read: bool | None = None  # the resident has read the answer and asked to keep it
    by: str | None = None  # follow-up date of a long-term outcome
    offline: Mapping[str, str] | None = None  # what, where, bring: a visit the resident must make
    to: str | None = None  # recipient of a forwarded suggestion
    at: str | None = None  # time of a field visit
    place: str | None = None  # place of a field visit; or the right place of the case
    kind: str | None = None  # the right kind of the case
    domain: str | None = None  # the right domain of the case
    score: int | None = None  # of a rating that staff take down by phone
    solved: bool | None = None  # the answer to 解决了吗, taken down with it
    assignee: str | None = None  # username of the person who handles the case
    result: str | None = None  # of an attempt to reach the resident: `vocabulary.contact_results`

    def as_json(self) -> dict[str, object]:
        """The fields that are set."""
        return {name: value for name, value in vars(self).items() if value is not None}

    def require(self, name: str, label: str) -> str:
        """The field `name`, stripped. Raises BadInput, with `label`, when it is empty."""
        value = getattr(self, name)
        if value is None or not str(value).strip():
            raise BadInput(f"请填写{label}")
        return str(value).strip()

    def with_text(self, text: str) -> "Details":
        return replace(self, text=text)


@dataclass(frozen=True)
class Notification:
    """A message to the resident about a step."""

    case: Case
    text: Text
    buttons: list[Button]


@dataclass(frozen=True)
class StepContext:
    """One action on a case and what it works with.

    The event is logged with `details` and with `event_details`, which effects fill in.
    """

    session: Session
    case: Case
    action: Action
    actor: Actor
    now: datetime
    details: Details = Details()
    event_details: dict[str, object] = field(default_factory=dict)
    clock_events: Sequence[ClockEvent] = ()  # of the case before this step
    # Collects what the resident is told, for one reply; None pushes each notification.
    notifications: list[Notification] | None = None

    @property
    def clocks(self) -> Clocks:
        """The clocks before this step; needs `clock_events`."""
        return read_clocks(self.clock_events, calendar())

    @property
    def is_returned(self) -> bool:
        return self.case.status == Status.RETURNED

    def on(self, case: Case, event_details: dict[str, object]) -> "StepContext":
        """The same action on another case, logged with `event_details` alone."""
        return StepContext(
            self.session, case, self.action, self.actor, self.now, event_details=event_details
        )


@dataclass(frozen=True, kw_only=True)
class StaffStep(StepContext):
    """A step that a member of staff takes."""

    staff: StaffAccount
    units: frozenset[str]  # codes of the units they may act for
    photos: Sequence[File] = ()  # of a field visit
