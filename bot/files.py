"""Files in a message: fetched from the channel, kept, and acknowledged."""

from datetime import datetime

from sqlalchemy.orm import Session

from backend.cases import service as cases
from backend.cases.lifecycle import Action
from backend.cases.service import RESIDENT
from backend.cases.steps import Details
from backend.conversations.models import Conversation
from backend.errors import MinhuError
from backend.messaging.attachments import AttachmentFolder, give_to_case
from backend.messaging.messages import File
from backend.messaging.models import InboxMessage
from bot import texts
from bot.channel import Channel, Refused, Unreachable
from bot.turn import HandledBy, Reply


def keep(channel: Channel | None, folder: AttachmentFolder, files: tuple[File, ...]) -> list[File]:
    """The files with their digests. Raises MinhuError for one that we do not take,
    ChannelError when the channel cannot give it now."""
    return [file if file.digest else _fetch(channel, folder, file) for file in files]


def _fetch(channel: Channel | None, folder: AttachmentFolder, file: File) -> File:
    assert file.reference is not None
    if channel is None:
        raise Unreachable("the channel is not switched on")
    try:
        return folder.keep(channel.fetch(file.reference))
    except Refused as refused:
        raise MinhuError("对方平台已经删掉了这个文件") from refused


def refusal(error: MinhuError) -> str:
    return texts.FILE_REFUSED.format(why=error.message)


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
    kinds = dict.fromkeys(file.kind for file in files if file.digest)
    if not kinds:
        return Reply(HandledBy.RULES)
    if "voice" in kinds:
        return Reply(HandledBy.RULES, texts.VOICE_KEPT)
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
