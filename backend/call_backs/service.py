"""Call-backs: residents ask for a call in the chat, staff make it and record how it went."""

from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, joinedload

from backend.errors import Conflict, NotFound
from backend.messaging import outbox
from backend.models.call_backs import CallBack, CallBackStatus
from backend.models.conversations import Conversation
from backend.models.messages import Source
from backend.models.residents import Resident
from backend.models.staff import StaffAccount
from backend.residents.service import save_phone
from backend.staff.accounts import audit
from backend.staff.permissions import require_answers_chats
from backend.staff.visibility import chats_in_scope
from backend.texts.staff import CALLED, GAVE_UP, NOBODY_ANSWERED
from backend.vocabulary.texts import Text

MOST_TRIES = 3
MOST_SHOWN = 100
MOST_OF_A_PHONE, OF_A_PHONE = 3, timedelta(days=1)


def ask(
    session: Session,
    conversation: Conversation,
    phone: str,
    period: tuple[datetime, datetime],
    *,
    message_id: int,
    now: datetime,
) -> None:
    """Record the call wanted in `period`, once for each message; it replaces an open one."""
    resident = conversation.account.resident
    cancel(session, resident.id, now=now, except_message=message_id)
    session.execute(
        insert(CallBack)
        .values(
            resident_id=resident.id,
            conversation_id=conversation.id,
            message_id=message_id,
            phone=phone,
            wanted_from=period[0],
            wanted_until=period[1],
            status=CallBackStatus.OPEN,
            tries=0,
            created_at=now,
        )
        .on_conflict_do_nothing()
    )
    if resident.phone is None:
        save_phone(resident, phone)


def is_called_by_many(session: Session, phone: str, *, besides: int, now: datetime) -> bool:
    """True if so many other residents asked for calls to `phone` that it may be a prank."""
    others = select(func.count(CallBack.resident_id.distinct())).where(
        CallBack.phone == phone,
        CallBack.resident_id != besides,
        CallBack.created_at > now - OF_A_PHONE,
    )
    return (session.scalar(others) or 0) >= MOST_OF_A_PHONE


def cancel(session: Session, resident_id: int, *, now: datetime, except_message: int = 0) -> bool:
    """Cancel the resident's open call. False when there was none."""
    cancelled = session.execute(
        update(CallBack)
        .where(
            CallBack.resident_id == resident_id,
            CallBack.status == CallBackStatus.OPEN,
            CallBack.message_id != except_message,
        )
        .values(status=CallBackStatus.CANCELLED, ended_at=now)
    )
    return bool(cancelled.rowcount)  # type: ignore[attr-defined]


def open_calls(session: Session, staff: StaffAccount) -> list[CallBack]:
    """Calls to be made in chats that the staff's unit deals with.

    Residents with agreed care come first, then the earliest.
    """
    return list(
        session.scalars(
            select(CallBack)
            .join(Resident, Resident.id == CallBack.resident_id)
            .join(Conversation, Conversation.id == CallBack.conversation_id)
            .where(CallBack.status == CallBackStatus.OPEN, chats_in_scope(staff))
            .order_by(Resident.care_agreed_at.is_(None), CallBack.wanted_from, CallBack.id)
            .options(joinedload(CallBack.resident))
            .limit(MOST_SHOWN)
        )
    )


def mark_done(
    session: Session, call_back_id: int, staff: StaffAccount, *, now: datetime
) -> CallBack:
    """The call was made. Raises NotFound, NotAllowed or Conflict."""
    call = _open_call(session, call_back_id, staff)
    call.status, call.ended_at = CallBackStatus.DONE, now
    _reply(session, call, CALLED.format(unit=staff.unit.name, name=staff.display_name), now)
    audit(session, staff, "call_back_done", str(call.id), now=now)
    return call


def mark_not_reached(
    session: Session, call_back_id: int, staff: StaffAccount, *, now: datetime
) -> CallBack:
    """Record a call without an answer; it stays open until MOST_TRIES. Raises like `mark_done`."""
    call = _open_call(session, call_back_id, staff)
    call.tries += 1
    if call.tries >= MOST_TRIES:
        call.status, call.ended_at = CallBackStatus.NOT_REACHED, now
    _reply(session, call, GAVE_UP if call.ended_at else NOBODY_ANSWERED, now)
    audit(session, staff, "call_back_not_reached", str(call.id), now=now)
    return call


def _open_call(session: Session, call_back_id: int, staff: StaffAccount) -> CallBack:
    require_answers_chats(staff)
    call = session.scalar(
        select(CallBack)
        .join(Conversation, Conversation.id == CallBack.conversation_id)
        .where(CallBack.id == call_back_id, chats_in_scope(staff))
        .with_for_update(key_share=True, of=CallBack)
    )
    if call is None:
        raise NotFound("没有这个回电")
    if call.status != CallBackStatus.OPEN:
        raise Conflict("这个回电已经有人处理了，或者市民不要了")
    return call


def _reply(session: Session, call: CallBack, text: Text, now: datetime) -> None:
    outbox.reply(session, call.conversation, text, now=now, source=Source.SYSTEM)
