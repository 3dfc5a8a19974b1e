"""What a resident is notified of after a step on a case."""

from datetime import datetime

from sqlalchemy.orm import Session

from backend.cases import pushes
from backend.cases.appeals import Notice as Notice
from backend.cases.appeals import Notices as Notices
from backend.messaging import chat_choice, outbox
from backend.models.cases import Case, CaseEvent
from backend.vocabulary.actors import ANSWERING as ANSWERING
from backend.vocabulary.actors import Actor as Actor
from backend.vocabulary.case_lifecycle import Action


def tell(
    session: Session,
    case: Case,
    event: CaseEvent,
    actor: Actor,
    now: datetime,
    notices: Notices | None = None,
) -> None:
    """What the resident hears of it, if anything: collected in `notices`, or pushed."""
    action = Action(event.action)
    text = pushes.text_for(case, action, event.details)
    if text is None:
        return
    buttons = pushes.rating_buttons(case) if action in pushes.ASKS_FOR_RATING else []
    if notices is not None:
        notices.append(Notice(case, text, buttons))
        return
    chat = chat_choice.chat_to_tell(
        session,
        case.conversation_id,
        case.resident_id,
        now=now,
        is_reply=actor in ANSWERING,
        ordinary=not buttons,
    )
    outbox.push(
        session,
        chat,
        text,
        now=now,
        case_id=case.id,
        case_no=case.case_no,
        dedupe_key=f"event:{event.id}",
        buttons=buttons,
        is_reply=actor in ANSWERING,
    )
