"""A chat goes from one colleague to another, to a unit, or back to the queue."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from backend.conversations import emergencies
from backend.conversations import service as conversations
from backend.desk import chats
from backend.desk.chat_notes import add_note
from backend.errors import BadInput
from backend.messaging import outbox
from backend.models.conversations import Conversation, Owner
from backend.models.messages import Source
from backend.models.staff import StaffAccount
from backend.models.units import Unit
from backend.staff.accounts import audit
from backend.staff.permissions import ANSWERS_CHATS, require_answers_chats, require_takes_over
from backend.staff.visibility import chats_in_scope
from backend.texts.staff import ANOTHER_COMES, GREETING
from backend.vocabulary.queue_codes import QueueCode

NO_COLLEAGUE = "没有这位能接会话的同事"


def take_over(
    session: Session, conversation_id: int, staff: StaffAccount, *, now: datetime
) -> Conversation:
    """A supervisor takes a colleague's chat. Raises NotAllowed, NotFound or Conflict."""
    require_answers_chats(staff)
    require_takes_over(staff)
    conversation = chats.require_visible(session, conversation_id, staff)
    before = conversation.staff_id
    conversations.take_over(session, conversation, staff.id, now=now)
    emergencies.give_to(session, conversation_id, staff.id, now=now)
    chats.greet(session, conversation, staff, "接管会话", now=now)
    audit(
        session, staff, "take_over_conversation", str(conversation_id), now=now, from_staff=before
    )
    return conversation


def to_colleague(
    session: Session,
    conversation_id: int,
    staff: StaffAccount,
    username: str,
    note: str,
    *,
    now: datetime,
) -> None:
    """Give one's own chat to a colleague who answers chats. Raises BadInput or Conflict."""
    conversation = chats.require_owner(session, conversation_id, staff)
    colleague = _colleague(session, username)
    if colleague.id == staff.id:
        raise BadInput(NO_COLLEAGUE)
    _note(session, conversation, staff, note, now)
    conversations.take_over(session, conversation, colleague.id, now=now)
    emergencies.give_to(session, conversation_id, colleague.id, now=now)
    greeting = GREETING.format(unit=colleague.unit.name, name=colleague.display_name)
    outbox.reply(session, conversation, greeting, now=now, source=Source.STAFF)
    _audit(session, staff, conversation, now, to=username)


def to_unit(
    session: Session,
    conversation_id: int,
    staff: StaffAccount,
    unit_code: str,
    note: str,
    *,
    now: datetime,
) -> None:
    """Put one's own chat into the queue of a unit. Raises BadInput or Conflict."""
    conversation = chats.require_owner(session, conversation_id, staff)
    unit = session.get(Unit, unit_code)
    if unit is None or not unit.active or not _answers(session, unit_code):
        raise BadInput("这个单位没有人接会话")
    _note(session, conversation, staff, note, now)
    reason = f"{staff.display_name}转来"
    conversations.back_to_queue(
        session, conversation, QueueCode.HANDED_OVER, reason, since=now, unit=unit_code
    )
    text = ANOTHER_COMES.format(unit=unit.name)
    outbox.reply(session, conversation, text, now=now, source=Source.SYSTEM)
    _audit(session, staff, conversation, now, to=unit_code)


def colleagues(session: Session, staff: StaffAccount) -> list[StaffAccount]:
    """Who answers chats, without the staff themselves; by unit and name."""
    query = select(StaffAccount).where(_may_answer(), StaffAccount.id != staff.id)
    return list(session.scalars(query.order_by(StaffAccount.unit_code, StaffAccount.username)))


def chats_of_colleagues(session: Session, staff: StaffAccount, most: int) -> list[Conversation]:
    """Chats of one's scope that colleagues have, the longest unanswered first."""
    query = (
        conversations.by_owner(Owner.STAFF)
        .where(Conversation.staff_id != staff.id, chats_in_scope(staff))
        .order_by(None)
        .order_by(Conversation.unanswered_since.nulls_last(), Conversation.id)
    )
    return list(session.scalars(query.limit(most)))


def _may_answer() -> ColumnElement[bool]:
    return and_(StaffAccount.active, StaffAccount.role.in_(ANSWERS_CHATS))


def _answers(session: Session, unit_code: str) -> bool:
    query = select(StaffAccount.id).where(_may_answer(), StaffAccount.unit_code == unit_code)
    return session.scalar(query.limit(1)) is not None


def _colleague(session: Session, username: str) -> StaffAccount:
    query = select(StaffAccount).where(_may_answer(), StaffAccount.username == username)
    colleague = session.scalar(query)
    if colleague is None:
        raise BadInput(NO_COLLEAGUE)
    return colleague


def _note(
    session: Session, conversation: Conversation, staff: StaffAccount, note: str, now: datetime
) -> None:
    if note.strip():
        add_note(session, conversation.id, staff, note, now=now)


def _audit(
    session: Session,
    staff: StaffAccount,
    conversation: Conversation,
    now: datetime,
    *,
    to: str,
) -> None:
    audit(session, staff, "hand_over_conversation", str(conversation.id), now=now, to=to)
