"""Reaching a case's resident: by message, by phone, or by asking the centre to ask them."""

from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from backend.cases.step import StaffStep
from backend.cases.stepping import note
from backend.conversations.service import chats_of
from backend.errors import BadInput, Conflict
from backend.messaging import chat_choice, outbox
from backend.models.cases import Case, CaseEvent
from backend.models.conversations import Conversation, Owner
from backend.models.messages import Delivery, OutboxMessage, Source
from backend.models.staff import Role
from backend.texts.staff import FROM_CENTRE, FROM_UNIT
from backend.vocabulary.case_lifecycle import Action
from backend.vocabulary.step_details import WithText

LONGEST_MESSAGE = 1000  # characters; a resident reads it on a phone
SENT_TWICE_WITHIN = timedelta(minutes=2)
DELIVERY_LABELS = {
    Delivery.PENDING: "还没送出（夜里的消息早上送）",
    Delivery.SENT: "已送达",
    Delivery.HELD: "没送到，市民下次来时送",
    Delivery.GAVE_UP: "没送到",
}


def takes_messages(session: Session, case: Case) -> bool:
    """True if one of the resident's chats accepts messages; who rang or came has none."""
    return any(chat.account.blocked_at is None for chat in chats_of(session, case.resident_id))


def must_ask_centre(session: Session, case: Case) -> bool:
    """True if neither a message nor a known phone reaches the resident."""
    has_phone = case.resident.phone is not None and not case.anonymous
    return not has_phone and not takes_messages(session, case)


def contact(step: StaffStep) -> None:
    """Log an attempt; what the centre was asked to find out is news for the unit."""
    was_asked = step.case.relay_asked_at is not None
    note(step)
    is_answered = was_asked and step.case.relay_asked_at is None
    if is_answered and Role(step.staff.role) is not Role.HANDLER:
        step.case.news_at = step.now


def ask_centre(step: StaffStep) -> None:
    if not must_ask_centre(step.session, step.case):
        raise Conflict("可以直接给市民发消息或打电话，不用请中心转问")
    note(step)


def send_message(step: StaffStep[WithText]) -> None:
    """Write to the resident; their next words in the chat come back to the case.

    Raises BadInput or Conflict.
    """
    text = step.details.text
    if len(text) > LONGEST_MESSAGE:
        raise BadInput(f"最多写 {LONGEST_MESSAGE} 字，现在有 {len(text)} 字")
    chat = _chat(step)
    _refuse_twice(step, text)
    event = note(step)
    _send(step, chat, text, event)


def _chat(step: StaffStep) -> Conversation:
    case = step.case
    if not takes_messages(step.session, case):
        raise Conflict("这位市民没有能收消息的渠道，请打电话，或请中心转问")
    chat = chat_choice.chat_to_notify(
        step.session,
        case.conversation_id,
        case.resident_id,
        now=step.now,
        is_reply=False,
        ordinary=True,
    )
    if chat.owner == Owner.STAFF and chat.staff_id != step.staff.id:
        raise Conflict("中心的同事正在和这位市民说话，请等一会儿再发，免得回话送错人")
    return chat


def _refuse_twice(step: StaffStep, text: str) -> None:
    last = step.session.scalar(
        select(CaseEvent)
        .where(CaseEvent.case_id == step.case.id, CaseEvent.action == Action.MESSAGE)
        .order_by(CaseEvent.id.desc())
        .limit(1)
    )
    if last and last.details.get("text") == text and step.now - last.at < SENT_TWICE_WITHIN:
        raise Conflict("一样的话刚才已经发了")


def _send(step: StaffStep, chat: Conversation, text: str, event: CaseEvent) -> None:
    case, staff = step.case, step.staff
    is_centre = staff.unit.parent_code is None
    words = (FROM_CENTRE if is_centre else FROM_UNIT).format(
        case_no=case.case_no, unit=staff.unit.name, name=staff.display_name, text=text
    )
    due = outbox.push(
        step.session, chat, words,
        now=step.now, case_id=case.id, case_no=case.case_no,
        dedupe_key=_key(event.id), source=Source.STAFF,
    )  # fmt: skip
    step.session.execute(
        update(Conversation)
        .where(Conversation.id == chat.id)
        .values(asked_case_no=case.case_no, asked_at=due)
    )


def _key(event_id: int) -> str:
    return f"message:{event_id}"


def deliveries(session: Session, case: Case) -> dict[int, str]:
    """Delivery state of each message of the case to the resident, by event."""
    keys = {_key(event.id): event.id for event in case.events if event.action == Action.MESSAGE}
    if not keys:
        return {}
    rows = session.execute(
        select(OutboxMessage.dedupe_key, OutboxMessage.status).where(
            OutboxMessage.dedupe_key.in_(keys)
        )
    )
    return {keys[row.dedupe_key]: DELIVERY_LABELS[Delivery(row.status)] for row in rows}
