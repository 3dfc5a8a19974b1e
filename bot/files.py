"""Files in a message without words, acknowledged."""

from datetime import datetime

from sqlalchemy.orm import Session

from backend.cases import service as cases
from backend.cases.lifecycle import Action
from backend.cases.service import RESIDENT
from backend.cases.steps import Details
from backend.conversations.models import Conversation
from backend.messaging import file_jobs
from backend.messaging.attachments import give_to_case
from backend.messaging.messages import Body, File, Transcript
from backend.messaging.models import InboxMessage
from bot import texts
from bot.turn import HandledBy, Reply


def lost(session: Session, message: InboxMessage) -> str | None:
    """What the resident is told first when a file that came with the message cannot be had."""
    why = file_jobs.lost(session, message)
    return texts.FILE_REFUSED.format(why=why) if why else None


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
        return Reply(HandledBy.RULES, _about_voice(Body.of(message.body).transcript))
    kinds = dict.fromkeys(file.kind for file in kept)
    what = "、".join(texts.FILE_NAMES[kind] for kind in kinds)
    if conversation.draft:
        return Reply(HandledBy.RULES, texts.PHOTO_FOR_DRAFT.format(what=what))
    resident_id = conversation.account.resident_id
    open_cases = cases.of_resident(session, resident_id, only_open=True)
    if not open_cases:
        return Reply(HandledBy.RULES, texts.PHOTO_ALONE.format(what=what))
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


def _about_voice(transcript: Transcript | None) -> str:
    """For a voice without words: nobody spoke in it, or nobody could listen."""
    return texts.VOICE_KEPT if transcript is None else texts.NOBODY_SPOKE
