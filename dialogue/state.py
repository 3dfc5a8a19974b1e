"""The state of a conversation: one record, stored as JSON with the conversation."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BeforeValidator, TypeAdapter, ValidationError

from backend.vocabulary.messages import Button
from backend.vocabulary.texts import Text
from dialogue.calling import Call
from dialogue.draft import Draft
from dialogue.hearing import Hearing

VERSION = 1
MOST_DROPPED = 9
REST = timedelta(hours=12)  # after it, an open question is forgotten and a draft is put aside


class Ask(StrEnum):
    """Questions of the bot. At most one question is open at a time."""

    MATTER = "matter"  # what is it about?
    PLACE = "place"  # where is it?
    AREA = "area"  # in which of these areas, or in which part of the city?
    CONFIRM = "confirm"  # is this right, as read back?
    CHANGE = "change"  # what is wrong with it?
    CONTACT = "contact"  # a phone number, if you like
    HEARING = "hearing"  # is that what you said in the voice note?
    WHICH_CASE = "which_case"
    WITHDRAW = "withdraw"
    REOPEN = "reopen"  # shall it be done again?
    REOPEN_WHY = "reopen_why"
    RATING_REASON = "rating_reason"
    SOLVED = "solved"
    CARE = "care"  # may we note that life is hard for you?
    CALL = "call"  # which number, when, right?
    LODGE = "lodge"  # shall I lodge what you said?
    PERSON = "person"  # shall a person look at it?
    CONSULT = "consult"  # a question of the city to all residents
    JOIN = "join"  # shall it be dealt with together with others' cases?
    NEXT_PIECE = "next_piece"  # a text told in pieces


OF_THE_APPEAL = frozenset({Ask.MATTER, Ask.PLACE, Ask.AREA, Ask.CONFIRM, Ask.CHANGE})


def _read_text(record: Any) -> Any:
    """Older records hold the plain wording alone."""
    return {"plain": record} if isinstance(record, str) else record


StoredText = Annotated[Text, BeforeValidator(_read_text)]
NO_TEXT = Text("")


@dataclass(frozen=True)
class Question:
    """`text` and `buttons` are shown again when the question comes back; nothing reads them."""

    ask: Ask
    text: StoredText = NO_TEXT
    buttons: tuple[Button, ...] = ()
    tries: int = 1  # how often it was put, as what came was no answer
    returns: int = 0  # how often it came back behind something else
    case_no: str | None = None
    words: str = ""  # of the resident's: what is to be lodged, noted or judged
    action: str = ""  # what is done with the case that they choose
    choices: tuple[str, ...] = ()
    pieces: tuple[str, ...] = ()
    late_buttons: tuple[Button, ...] = ()  # shown with the last piece
    call: Call | None = None
    hearing: Hearing | None = None


@dataclass(frozen=True)
class State:
    version: int = VERSION
    at: datetime | None = None  # of the last turn
    question: Question | None = None
    behind: tuple[Question, ...] = ()  # interrupted questions, the newest last
    drafts: tuple[Draft, ...] = ()  # appeals in the making; the first is being asked about
    dropped: tuple[Draft, ...] = ()  # put aside, the newest first; a word brings it back
    home: str | None = None  # where they said they are, before any matter
    elsewhere: StoredText = NO_TEXT  # the hotline that was named for a place outside the city
    elsewhere_told: int = 0  # how often in a row
    article: str = ""  # the one that was shown last, for a question about a detail of it
    care: tuple[str, ...] = ()  # needs that the resident mentioned and has not agreed to have noted
    mode_shown: bool = False  # the switch to elder mode was announced
    anonymous: bool | None = None  # their wish for all that they tell in this chat
    answers_case: str = ""  # the last message went to the unit of this case
    puzzled: int = 0  # messages in a row that were not understood
    last_text: StoredText = NO_TEXT  # the last reply, for who asks to hear it again
    last_buttons: tuple[Button, ...] = ()

    @property
    def draft(self) -> Draft | None:
        return self.drafts[0] if self.drafts else None

    def with_draft(self, draft: Draft) -> "State":
        """The state with `draft` in place of the first draft."""
        return replace(self, drafts=(draft, *self.drafts[1:]))

    def without_draft(self) -> "State":
        return replace(self, drafts=self.drafts[1:])

    def put_aside(self, *drafts: Draft) -> "State":
        """The state with `drafts` among those that a word brings back, without empty ones."""
        new = [draft for draft in drafts if draft.text or draft.wording]
        old = [
            draft
            for draft in self.dropped
            if draft.full_wording not in {draft.full_wording for draft in new}
        ]
        return replace(self, dropped=tuple([*new, *old][:MOST_DROPPED]))


_CODEC = TypeAdapter(State)


def load(record: Mapping[str, Any] | None, now: datetime) -> State:
    """The state that `record` holds; a fresh one when it is broken, or of an unknown version.

    After `REST` the open question is forgotten, and the draft is put aside, not lost.
    """
    state = _read(record)
    if state.at is None or now - state.at <= REST:
        return state
    resting = state.put_aside(*state.drafts)
    return replace(resting, question=None, behind=(), drafts=(), puzzled=0)


def _read(record: Mapping[str, Any] | None) -> State:
    if not isinstance(record, Mapping) or record.get("version") != VERSION:
        return State()
    try:
        state = _CODEC.validate_python(record)
    except ValidationError:
        return State()
    return state if state.at is None or state.at.tzinfo else State()


def save(state: State) -> dict[str, Any]:
    record: dict[str, Any] = _CODEC.dump_python(state, mode="json", exclude_defaults=True)
    return record | {"version": VERSION}
