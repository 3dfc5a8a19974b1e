"""Registers the appeal that a resident made to a member of staff in the chat."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.cases import pushes
from backend.cases.appeals import Appeal
from backend.cases.registration import register
from backend.cases.step import Notification
from backend.conversations import drafts
from backend.conversations import service as conversations
from backend.errors import BadInput
from backend.messaging import outbox
from backend.models.cases import Case
from backend.models.conversations import Conversation
from backend.models.messages import InboxMessage, Source
from backend.models.staff import StaffAccount
from backend.staff.accounts import actor_for, audit
from backend.staff.permissions import require_answers_chats
from backend.vocabulary.labels import KIND_LABELS
from backend.vocabulary.messages import Body
from nlu.appeals import parts
from nlu.language.text import is_blank, normalise
from nlu.places.answers import place_in

TOLD_WITHIN = timedelta(hours=12)
MOST_MESSAGES = 50
LONGEST_TEXT, LONGEST_PLACE = 5000, 500


@dataclass(frozen=True)
class ChatAppeal:
    """Fields of the form that registers an appeal from a chat."""

    text: str
    place: str | None = None
    kind: str | None = None  # None leaves it to the router
    wording: str | None = None


def proposed(session: Session, conversation: Conversation, *, now: datetime) -> ChatAppeal:
    """The bot's draft, with what the resident has told since the bot's last turn."""
    draft = drafts.first_draft(conversation)
    messages = _words_since(session, conversation, now)
    matters = [part.text for words in messages for part in parts.read(words).appeals]
    places = [place for words in messages if (place := place_in(words))]
    texts = [draft.text] if draft else []
    texts += [text for text in matters if text not in "".join(texts)]
    wording = [draft.wording] if draft else []
    return ChatAppeal(
        text="\n".join(texts),
        place=(draft.place if draft else None) or next(iter(places), None),
        kind=draft.kind if draft else None,
        wording="\n".join([*wording, *messages]) or None,
    )


def _words_since(session: Session, conversation: Conversation, now: datetime) -> list[str]:
    """The resident's words that the bot has not read, of the last hours, oldest first."""
    since = max(drafts.last_turn_at(conversation) or now - TOLD_WITHIN, now - TOLD_WITHIN)
    rows = session.scalars(
        select(InboxMessage)
        .where(InboxMessage.conversation_id == conversation.id, InboxMessage.received_at > since)
        .order_by(InboxMessage.id.desc())
        .limit(MOST_MESSAGES)
    ).all()
    words = [normalise(Body.of(row.body).words) for row in reversed(rows)]
    return [one for one in words if not is_blank(one)]


def register_from_chat(
    session: Session,
    conversation_id: int,
    staff: StaffAccount,
    appeal: ChatAppeal,
    *,
    key: str,
    now: datetime,
) -> Case:
    """Register what was told in the chat; the same `key` returns the same case.

    Raises BadInput, or Conflict when the staff do not have the chat.
    """
    require_answers_chats(staff)
    conversation = conversations.require_owner(session, conversation_id, staff.id)
    checked = _checked(appeal)
    notices: list[Notification] = []
    wording = proposed(session, conversation, now=now).wording
    case = register(
        session, conversation,
        Appeal(
            checked.text, checked.place, kind=checked.kind, by=actor_for(staff), wording=wording
        ),
        key=f"chat:{conversation_id}:{key}", now=now, notifications=notices,
    )  # fmt: skip
    _tell(session, conversation, case, notices, now)
    conversations.note_answer(conversation)
    if notices:
        drafts.drop_first(conversation)
        audit(session, staff, "register_from_chat", case.case_no, now=now)
    return case


def _tell(
    session: Session,
    conversation: Conversation,
    case: Case,
    notices: list[Notification],
    now: datetime,
) -> None:
    """Send the message now, at any hour: the resident is in the chat."""
    whole = pushes.registered_and_dispatched(case) if notices else None
    for notice in [Notification(case, whole, [])] if whole else notices:
        outbox.reply(
            session, conversation, notice.text,
            now=now, source=Source.SYSTEM, buttons=notice.buttons, case=case,
        )  # fmt: skip


def _checked(appeal: ChatAppeal) -> ChatAppeal:
    if is_blank(appeal.text):
        raise BadInput("请写下市民说的事")
    for text, most in ((appeal.text, LONGEST_TEXT), (appeal.place or "", LONGEST_PLACE)):
        if len(text) > most:
            raise BadInput(f"最多写 {most} 字，现在有 {len(text)} 字")
    if appeal.kind and appeal.kind not in KIND_LABELS:
        raise BadInput("没有这个类型")
    return ChatAppeal(appeal.text, appeal.place or None, kind=appeal.kind or None)
