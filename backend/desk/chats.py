"""Staff in a chat: claim, reply, release; the resident is told who speaks."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.cases import anonymity
from backend.cases.contact import note_contact
from backend.conversations import drafts, emergencies
from backend.conversations import service as conversations
from backend.errors import BadInput, NotAllowed, NotFound
from backend.messaging import outbox
from backend.models.conversations import Conversation, Owner
from backend.models.messages import Source
from backend.models.staff import Role, StaffAccount
from backend.staff.accounts import audit
from backend.staff.permissions import ANSWERS_CHATS, require_answers_chats
from backend.staff.visibility import chats_in_scope
from backend.texts.staff import GO_ON, GO_ON_WITH, GOODBYE, GREETING
from backend.vocabulary.texts import Text, joined
from nlu.appeals.parts import shorten

LONGEST_REPLY = 2000  # characters; a resident reads it on a phone


def read(
    session: Session, conversation_id: int, staff: StaffAccount, *, now: datetime
) -> Conversation:
    """The conversation. Reading a chat that is not one's own is audited.

    Raises NotFound, also outside the unit's scope; NotAllowed when a colleague has claimed it.
    """
    conversation = require_readable(session, conversation_id, staff)
    if not has(conversation, staff):
        _unmask(session, conversation, staff, "看会话", now)
        audit(session, staff, "read_conversation", str(conversation_id), now=now)
    return conversation


def require_readable(session: Session, conversation_id: int, staff: StaffAccount) -> Conversation:
    """Raises NotFound or NotAllowed as `read` does; nothing is audited, as nothing is shown."""
    require_answers_chats(staff)
    conversation = require_visible(session, conversation_id, staff)
    if not may_read(session, conversation, staff):
        raise NotAllowed("这个会话由同事接着，内容只有接的人看得到")
    return conversation


def _unmask(
    session: Session, conversation: Conversation, staff: StaffAccount, reason: str, now: datetime
) -> None:
    resident_id = conversation.account.resident_id
    anonymity.unmask_chat(session, resident_id, staff, reason, now=now)


def may_read(session: Session, conversation: Conversation, staff: StaffAccount) -> bool:
    """True if the staff have claimed it, or answer chats of its scope and no colleague has it."""
    if Role(staff.role) not in ANSWERS_CHATS:
        return False
    if has(conversation, staff):
        return True
    return conversation.owner != Owner.STAFF and _is_in_scope(session, conversation.id, staff)


def _is_in_scope(session: Session, conversation_id: int, staff: StaffAccount) -> bool:
    query = select(Conversation.id).where(Conversation.id == conversation_id, chats_in_scope(staff))
    return session.scalar(query) is not None


def require_visible(session: Session, conversation_id: int, staff: StaffAccount) -> Conversation:
    """Raises NotFound, also for a chat that another unit deals with."""
    conversation = conversations.get(session, conversation_id)
    if not has(conversation, staff) and not _is_in_scope(session, conversation_id, staff):
        raise NotFound(conversations.NO_SUCH_CHAT)
    return conversation


def has(conversation: Conversation, staff: StaffAccount) -> bool:
    return conversation.owner == Owner.STAFF and conversation.staff_id == staff.id


def require_owner(session: Session, conversation_id: int, staff: StaffAccount) -> Conversation:
    """The locked chat. Raises NotAllowed or Conflict unless the staff have it."""
    require_answers_chats(staff)
    require_visible(session, conversation_id, staff)
    return conversations.require_owner(session, conversation_id, staff.id)


def claim(
    session: Session, conversation_id: int, staff: StaffAccount, *, now: datetime
) -> Conversation:
    """Claim the chat and greet the resident once. Raises Conflict when a colleague has it."""
    require_answers_chats(staff)
    conversation = require_visible(session, conversation_id, staff)
    conversations.lock(session, conversation)
    is_own = has(conversation, staff)
    conversations.claim(session, conversation_id, staff.id, now=now)
    emergencies.give_to(session, conversation_id, staff.id, now=now)
    if not is_own:
        greet(session, conversation, staff, "接会话", now=now)
        audit(session, staff, "claim_conversation", str(conversation_id), now=now)
    return conversation


def greet(
    session: Session, conversation: Conversation, staff: StaffAccount, why: str, *, now: datetime
) -> None:
    """Tell the resident who speaks from now on; who they are is opened to the staff."""
    _unmask(session, conversation, staff, why, now)
    greeting = GREETING.format(unit=staff.unit.name, name=staff.display_name)
    outbox.reply(session, conversation, greeting, now=now, source=Source.STAFF)


def reply(
    session: Session,
    conversation_id: int,
    staff: StaffAccount,
    text: str,
    *,
    now: datetime,
    key: str | None = None,
) -> Conversation:
    """Send a reply to the resident; the same `key` sends it once. Raises BadInput or Conflict."""
    require_answers_chats(staff)
    text = text.strip()
    if not text:
        raise BadInput("请先写要回复的话")
    if len(text) > LONGEST_REPLY:
        raise BadInput(f"一次最多回复 {LONGEST_REPLY} 字，现在有 {len(text)} 字，请分几次发")
    conversation = require_owner(session, conversation_id, staff)
    dedupe_key = f"staff:{conversation_id}:{key}" if key else None
    outbox.reply(
        session, conversation, Text(text), now=now, source=Source.STAFF, dedupe_key=dedupe_key
    )
    conversations.note_answer(conversation)
    note_contact(session, conversation, staff, now=now)
    return conversation


def release(
    session: Session, conversation_id: int, staff: StaffAccount, *, now: datetime
) -> Conversation:
    """Say goodbye and give the chat back to the bot, which goes on with the draft."""
    require_answers_chats(staff)
    require_visible(session, conversation_id, staff)
    conversation = conversations.release(session, conversation_id, staff.id)
    goodbye = GOODBYE.format(name=staff.display_name)
    outbox.reply(session, conversation, goodbye, now=now, source=Source.STAFF)
    if question := drafts.open_question(conversation):
        matter = shorten(question.matter)
        lead = GO_ON if matter in question.text.plain else GO_ON_WITH.format(matter=matter)
        text = joined([lead, question.text], "\n")
        outbox.reply(session, conversation, text, now=now, buttons=question.buttons)
    audit(session, staff, "release_conversation", str(conversation_id), now=now)
    return conversation
