"""The rule path: what can still be done for a resident while Rasa is down or slow."""

from datetime import datetime

from sqlalchemy.orm import Session

from backend.cases import service as cases
from backend.conversations.models import Conversation
from backend.conversations.service import ask_for_person
from backend.messaging.models import InboxMessage
from bot import texts
from dialogue.appeals import appeal_of
from dialogue.texts import AFTER_SUBMIT

PUNCTUATION = "，。！!,. ～~\n"


def answer(
    session: Session,
    conversation: Conversation,
    message: InboxMessage,
    words: str,
    *,
    now: datetime,
) -> str:
    """What the resident is told; a yes to a draft that was read back still registers it.

    Anything else is kept for a person, who is asked to look.
    """
    key = f"inbox:{message.id}"
    said_yes = words == "/affirm" or words.translate(_NO_PUNCTUATION) in texts.YES
    if cases.by_key(session, key) or (conversation.draft and said_yes):
        if conversation.draft:
            appeal = appeal_of(conversation.draft)
            cases.register(session, conversation, appeal, key=key, now=now)
        conversation.draft = None
        conversation.dialogue_turn = 0
        return AFTER_SUBMIT
    return to_person(session, conversation, now=now)


def to_person(session: Session, conversation: Conversation, *, now: datetime) -> str:
    ask_for_person(session, conversation.id, "小呼暂时答不上来", now=now)
    return texts.RASA_AWAY


_NO_PUNCTUATION = str.maketrans("", "", PUNCTUATION)
