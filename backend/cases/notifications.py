"""Notifies the resident of a step on their case."""

from backend.cases import pushes
from backend.cases.step import Notification, StepContext
from backend.messaging import chat_choice, outbox
from backend.models.cases import CaseEvent
from backend.vocabulary.actors import ANSWERING
from backend.vocabulary.case_lifecycle import Action

# What a resident whom no message reaches is told by phone: the result, and a later deadline.
TOLD_BY_PHONE = frozenset(
    {
        Action.RESOLVE,
        Action.DECLINE,
        Action.EXTEND,
        Action.ADOPT,
        Action.REPLY,
        Action.FORWARD,
        Action.PASS_ON,
    }
)


def notify(step: StepContext, event: CaseEvent) -> None:
    """Collect the notification in `step.notifications`, or push it; many steps have none."""
    case = step.case
    text = pushes.text_for(case, step.action, event.details)
    if text is None:
        return
    buttons = pushes.rating_buttons(case) if step.action in pushes.ASKS_FOR_RATING else []
    if step.notifications is not None:
        step.notifications.append(Notification(case, text, buttons))
        return
    is_reply = step.actor in ANSWERING
    chat = chat_choice.chat_to_notify(
        step.session,
        case.conversation_id,
        case.resident_id,
        now=step.now,
        is_reply=is_reply,
        ordinary=not buttons,
    )
    if chat.account.blocked_at is not None and step.action in TOLD_BY_PHONE:
        case.tell_at = case.tell_at or step.now
    outbox.push(
        step.session,
        chat,
        text,
        now=step.now,
        case_id=case.id,
        case_no=case.case_no,
        dedupe_key=f"event:{event.id}",
        buttons=buttons,
        is_reply=is_reply,
    )
