"""Files in a message without words, acknowledged."""

from datetime import datetime

from sqlalchemy.orm import Session

from backend.cases import service as cases
from backend.cases.lifecycle import Action
from backend.cases.models import Case
from backend.cases.service import RESIDENT
from backend.cases.steps import Details
from backend.conversations.models import Conversation
from backend.messaging import file_jobs
from backend.messaging.attachments import give_to_case
from backend.messaging.messages import Button, File
from backend.messaging.models import InboxMessage
from bot import texts
from bot.turn import HandledBy, Reply
from dialogue.own_cases import MOST_CHOICES
from dialogue.texts import short


def lost(session: Session, message: InboxMessage) -> str | None:
    """What the resident is told first when a file that came with the message cannot be had."""
    why = file_jobs.lost(session, message)
    return texts.FILE_REFUSED.format(why=why) if why else None


def _which(what: str, open_cases: list[Case]) -> Reply:
    """It waits with the chat until they have said which of several it belongs to."""
    shown = open_cases[:MOST_CHOICES]
    buttons = [
        Button(short(case.text, 10), "/add_detail", {"case_no": case.case_no}) for case in shown
    ]
    new = Button(texts.PHOTO_OF_NEW, "/lodge_appeal")
    return Reply(HandledBy.RULES, texts.PHOTO_OF_WHICH.format(what=what), [*buttons, new])


def acknowledge(
    session: Session,
    conversation: Conversation,
    message: InboxMessage,
    files: tuple[File, ...],
    *,
    now: datetime,
) -> Reply:
    """Answer a message that has files and no words: say where they went.

    Silent about a file that was refused: the resident is told of that already.
    """
    kept = [file for file in files if file.digest]
    if not kept:
        is_refused = file_jobs.lost(session, message) is not None
        return Reply(HandledBy.RULES, None if is_refused else texts.FILE_ON_ITS_WAY)
    if any(file.is_spoken for file in kept):
        return Reply(HandledBy.RULES, texts.VOICE_KEPT)
    kinds = dict.fromkeys(file.kind for file in kept)
    what = "、".join(texts.FILE_NAMES[kind] for kind in kinds)
    if conversation.draft:
        return Reply(HandledBy.RULES, texts.PHOTO_FOR_DRAFT.format(what=what))
    resident_id = conversation.account.resident_id
    open_cases = cases.of_resident(session, resident_id, only_open=True)
    if not open_cases:
        return Reply(HandledBy.RULES, texts.PHOTO_ALONE.format(what=what))
    if len(open_cases) > 1:
        return _which(what, open_cases)
    case = open_cases[0]
    give_to_case(session, conversation.id, case.id, now=now)
    cases.note(
        session,
        case,
        Action.ADD_DETAIL,
        RESIDENT,
        Details(text=what),
        now=now,
        message_id=message.id,
    )
    return Reply(HandledBy.RULES, texts.PHOTO_FOR_CASE.format(what=what, case_no=case.case_no))
