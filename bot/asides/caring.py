"""A resident who says that life is hard for them may have it noted, and is then served first."""

from dataclasses import replace

from sqlalchemy.orm import Session

from backend.cases import service as cases
from backend.messaging.messages import Button
from backend.messaging.models import InboxMessage
from backend.residents.service import note_care
from bot.asides import texts
from bot.asides.moment import Moment
from bot.turn import HandledBy, Reply
from dialogue import aside as asides
from dialogue.calling import CALL_ME
from dialogue.care import AGREE, REFUSE, agreed, needs_said, says_only_that


def answer(moment: Moment, words: str) -> Reply | None:
    """Their yes or no; or the question, when the message says nothing but this."""
    if moment.before.asks_care:
        says_yes = agreed(words)
        if says_yes is not None:
            return _note(moment) if says_yes else _leave(moment)
    needs = needs_said(words)
    if not needs or moment.resident.care_agreed_at:
        return None
    moment.after = replace(moment.after, care=needs)
    if not says_only_that(words):
        return None  # asked for once the appeal is lodged: one question at a time
    moment.after = replace(moment.after.past(), care=needs, asks_care=True)
    return _question(needs)


def _question(needs: tuple[str, ...]) -> Reply:
    text = texts.ASK_CARE.format(needs="、".join(needs))
    return Reply(HandledBy.RULES, text, [Button(title, title) for title in (AGREE, REFUSE)])


def _note(moment: Moment) -> Reply:
    note_care(moment.resident, moment.before.care, now=moment.now)
    moment.after = replace(moment.after.past(), care=())
    return Reply(HandledBy.RULES, texts.CARE_NOTED, [Button(CALL_ME, CALL_ME)])


def _leave(moment: Moment) -> Reply:
    moment.after = replace(moment.after.past(), care=())
    return Reply(HandledBy.RULES, texts.CARE_NOT_NOTED)


def once_lodged(session: Session, message: InboxMessage, reply: Reply) -> Reply:
    """The reply, with the question behind it when an appeal that told of it was just lodged."""
    conversation = message.conversation
    now = asides.load(conversation.aside, 0)
    if not now.care or now.asks_care or not reply.text or reply.buttons:
        return reply
    if cases.by_key(session, f"inbox:{message.id}") is None:
        return reply
    before = asides.load(conversation.aside, message.id)
    conversation.aside = asides.save(message.id, before, replace(now, asks_care=True))
    question = _question(now.care)
    return replace(reply, text=f"{reply.text}\n\n{question.text}", buttons=question.buttons)
