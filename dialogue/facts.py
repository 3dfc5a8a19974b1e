"""Facts: the narrow, read-only view of the database that a decision may query.

`bot.turns.facts` answers from the database within the turn's transaction; a test gives a plain
object.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from backend.vocabulary.case_lifecycle import Status
from backend.vocabulary.grades import NoticeState
from backend.vocabulary.messages import Pin
from backend.vocabulary.tracks import Track
from nlu.articles.search import Answer


@dataclass(frozen=True)
class Profile:
    """The dialogue's view of the resident."""

    phone: str | None = None
    elder_mode: bool | None = None  # None: never chosen
    care: tuple[str, ...] = ()
    has_agreed_to_care: bool = False


@dataclass(frozen=True)
class CaseView:
    """One of the resident's own cases."""

    case_no: str
    text: str
    status: Status
    place: str
    unit: str  # its name; the centre's while no unit has it
    round: int
    track: Track
    outcome: str | None
    outcome_text: str | None
    still_to_come: str  # what was promised for later, in words
    registered_at: datetime
    respond_by: datetime
    resolve_by: datetime
    is_overdue: bool
    anonymous: bool
    item_words: tuple[str, ...] = ()  # title and keywords of its power item

    @property
    def is_open(self) -> bool:
        return self.status.is_open

    @property
    def can_reopen(self) -> bool:
        return not self.is_open and self.outcome != "withdrawn"

    @property
    def can_be_rated(self) -> bool:
        return self.status in (Status.RESOLVED, Status.CLOSED) and self.outcome != "withdrawn"


@dataclass(frozen=True)
class RatingView:
    score: int
    solved: bool | None
    reason: str | None
    notice: NoticeState | None = None  # of a low grade, with the unit above
    superior: str = ""
    notice_at: datetime | None = None  # when it has to be read, or was


@dataclass(frozen=True)
class MatterView:
    """The router's reading of a text."""

    kind: str
    is_sure: bool  # it tells of something to be dealt with
    needs_place: bool  # the unit depends on where it is
    report_to: str | None = None  # where to report at once: money that swindlers took


@dataclass(frozen=True)
class AreaView:
    """The administrative area of a place; several when the place is ambiguous."""

    is_known: bool
    choices: tuple[str, ...] = ()  # areas that it may be in


@dataclass(frozen=True)
class Article:
    id: str
    title: str
    body: str
    office: str


@dataclass(frozen=True)
class ConsultationView:
    """An open consultation; `before` is what this resident said already."""

    id: int
    title: str
    body: str
    choices: tuple[str, ...]
    takes_words: bool
    before: str = ""


@dataclass(frozen=True)
class IncidentView:
    """A public incident that several people have told of; `case_no` leads it."""

    case_no: str
    title: str
    people: int
    unit: str


class Facts(Protocol):
    @property
    def now(self) -> datetime: ...

    @property
    def resident(self) -> Profile: ...

    @property
    def is_waiting(self) -> bool:
        """The chat is in the queue for a person."""

    @property
    def is_alarm(self) -> bool:
        """The chat is in the queue because somebody is in danger."""

    @property
    def desk_opens_at(self) -> datetime | None:
        """When a person will be there to answer; None when one is there now."""

    @property
    def street_window(self) -> str | None:
        """The service centre of the street that their last appeal was about."""

    @property
    def staff_request_case(self) -> tuple[str, datetime] | None:
        """The case about which staff wrote to them last, and when."""

    @property
    def consultations(self) -> Sequence[ConsultationView]:
        """Those that residents may answer now."""

    def known_incident(self, text: str, place: str, pin: Pin | None) -> IncidentView | None:
        """The public incident that an appeal tells of, by others' cases."""

    def places_ahead(self) -> int:
        """Number of chats that wait before this one."""

    def own_cases(self, *, number: str | None = None, only_open: bool = False) -> list[CaseView]:
        """Newest first; `number` may be the last digits."""

    @property
    def recent_cases(self) -> list[CaseView]:
        """Open, or settled in the last weeks; newest first."""

    def rating(self, case_no: str, round: int) -> RatingView | None: ...

    def last_event(self, case_no: str) -> datetime | None: ...

    def unrated(self) -> CaseView | None:
        """The newest settled case that is not rated in its present round."""

    def awaiting_solved_answer(self) -> CaseView | None:
        """The newest case with a recent grade and no answer to "was it solved?"."""

    def duplicate_of(self, text: str, place: str | None, pin: Pin | None) -> CaseView | None:
        """The resident's own case about the same matter."""

    def matter(self, text: str) -> MatterView: ...

    def kind(self, text: str, wording: str) -> str:
        """The kind of an appeal: by what the resident calls it, else by the clean text."""

    def area(self, text: str, place: str) -> AreaView: ...

    def pin_area(self, pin: Pin) -> str | None:
        """The street of a pin in words; None outside the city."""

    def answer(self, question: str) -> Answer: ...

    def article(self, article_id: str) -> Article | None: ...

    def is_called_by_many(self, phone: str) -> bool:
        """Several others have asked for calls to this number today: it may be a prank."""

    def reply_was_seen(self, message_id: int, at: datetime) -> bool:
        """True if the reply to an earlier message had been sent by `at`."""
