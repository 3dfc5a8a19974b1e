"""Commands: what a decision wants done, run in order by `bot.turns.commands`."""

from dataclasses import dataclass
from datetime import datetime

from backend.vocabulary.privacy import RequestKind
from backend.vocabulary.queue_codes import QueueCode
from dialogue.draft import Draft


@dataclass(frozen=True)
class Register:
    draft: Draft
    anonymous: bool | None = None


@dataclass(frozen=True)
class AddDetail:
    case_no: str
    text: str


@dataclass(frozen=True)
class WriteBack:
    """The resident answers what staff wrote about the case."""

    case_no: str
    text: str


@dataclass(frozen=True)
class Chase:
    case_no: str
    text: str


@dataclass(frozen=True)
class Withdraw:
    case_no: str


@dataclass(frozen=True)
class Rate:
    case_no: str
    round: int
    score: int


@dataclass(frozen=True)
class GiveReason:
    case_no: str
    reason: str


@dataclass(frozen=True)
class SaySolved:
    case_no: str
    round: int
    solved: bool


@dataclass(frozen=True)
class Reopen:
    case_no: str
    reason: str


@dataclass(frozen=True)
class CloseRated:
    """The resident wants nothing more of a case that they rated."""

    case_no: str


@dataclass(frozen=True)
class NoteArticle:
    """The resident is shown an article."""

    article_id: str


@dataclass(frozen=True)
class KeepAnswer:
    """An answer that the resident read becomes a case that is closed at once (S32)."""

    article_id: str
    question: str


@dataclass(frozen=True)
class KeepQuestion:
    """No article answers the question; `article_id`: the one that it followed."""

    question: str
    article_id: str | None = None


@dataclass(frozen=True)
class AskForPerson:
    reason: str
    code: QueueCode = QueueCode.REQUEST


@dataclass(frozen=True)
class ReportEmergency:
    """Somebody is in danger, as these words say."""

    kind: str
    words: str
    reason: str  # for the queue


@dataclass(frozen=True)
class LeaveQueue:
    pass


@dataclass(frozen=True)
class ArrangeCall:
    phone: str
    start: datetime
    end: datetime


@dataclass(frozen=True)
class CancelCalls:
    pass


@dataclass(frozen=True)
class MakeLinkCode:
    pass


@dataclass(frozen=True)
class LinkChats:
    code: str


@dataclass(frozen=True)
class UnlinkChat:
    pass


@dataclass(frozen=True)
class PreferThisChat:
    pass


@dataclass(frozen=True)
class SetElderMode:
    on: bool


@dataclass(frozen=True)
class NoteCare:
    needs: tuple[str, ...]


@dataclass(frozen=True)
class ForgetCare:
    pass


@dataclass(frozen=True)
class SavePhone:
    phone: str


@dataclass(frozen=True)
class ForgetPhone:
    pass


@dataclass(frozen=True)
class ShowPrivacy:
    pass


@dataclass(frozen=True)
class AskForData:
    """A copy of all that is stored about the resident, or its erasure; staff do it."""

    kind: RequestKind


@dataclass(frozen=True)
class HideIdentity:
    hidden: bool


@dataclass(frozen=True)
class GiveFiles:
    """The files that wait with the chat go to a case."""

    case_no: str
    what: str


@dataclass(frozen=True)
class TakeBackReply:
    """Do not send the reply to an earlier message, if nobody has begun to."""

    message_id: int


@dataclass(frozen=True)
class Speak:
    """The resident's voice in a consultation: a choice by its place, or words."""

    consultation_id: int
    choice: int | None
    words: str = ""


@dataclass(frozen=True)
class Support:
    """The case just lodged is dealt with together with a known incident."""

    lead_no: str


Command = (
    Register | AddDetail | Chase | Withdraw | Rate | GiveReason | SaySolved | Reopen | CloseRated
    | NoteArticle | KeepAnswer | KeepQuestion | AskForPerson | LeaveQueue | ArrangeCall
    | CancelCalls | MakeLinkCode | LinkChats
    | UnlinkChat | PreferThisChat | SetElderMode | NoteCare | ForgetCare | SavePhone | ForgetPhone
    | HideIdentity | GiveFiles | TakeBackReply | WriteBack | Speak
    | Support | ReportEmergency | ShowPrivacy | AskForData
)  # fmt: skip
