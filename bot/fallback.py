"""The rule path: what can still be done for a resident while Rasa is down or slow."""

from datetime import datetime

from sqlalchemy.orm import Session

from backend.cases import service as cases
from backend.conversations.models import Conversation
from backend.conversations.service import ask_for_person
from backend.messaging.models import InboxMessage
from bot import texts
from bot.turn import ForRasa
from dialogue.lodging import Yes, lodge, standing_case
from dialogue.standing import said

PUNCTUATION = "，。！!,. ～~\n"


def answer(
    session: Session,
    conversation: Conversation,
    message: InboxMessage,
    settled: ForRasa,
    *,
    now: datetime,
) -> str:
    """What the resident is told; a yes to a draft that was read back still registers it.

    Anything else is kept for a person, who is asked to look.
    """
    words = settled.words
    yes = Yes(message.id, settled.button, words, now)
    said_yes = words == "/affirm" or words.translate(_NO_PUNCTUATION) in texts.YES
    if said(words) and standing_case(session, conversation):
        said_yes = True  # the same, or another matter: either is to be lodged
    if cases.by_key(session, yes.key) or (conversation.draft and said_yes):
        conversation.dialogue_turn = 0
        return lodge(session, conversation, yes)
    return to_person(session, conversation, now=now)


def to_person(session: Session, conversation: Conversation, *, now: datetime) -> str:
    ask_for_person(session, conversation.id, "小呼暂时答不上来", now=now)
    return texts.RASA_AWAY


_NO_PUNCTUATION = str.maketrans("", "", PUNCTUATION)
