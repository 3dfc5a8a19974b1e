"""Staff's contact with a resident, which stops the `respond` clock; replies of the bot do not."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.cases.step import StepContext
from backend.cases.stepping import note
from backend.models.cases import Case
from backend.models.conversations import Conversation
from backend.models.staff import StaffAccount
from backend.staff.accounts import actor_for
from backend.vocabulary.case_lifecycle import OPEN
from backend.vocabulary.step_details import Contact

IN_CHAT = Contact(text="在会话里回复了市民")


def note_contact(
    session: Session, conversation: Conversation, staff: StaffAccount, *, now: datetime
) -> None:
    """Log a reply of staff in the chat as contact for the resident's open cases without any."""
    waiting = session.scalars(
        select(Case)
        .where(
            Case.resident_id == conversation.account.resident_id,
            Case.status.in_(OPEN),
            Case.responded_at.is_(None),
        )
        .order_by(Case.id)
    )
    actor = actor_for(staff)
    for case in waiting:
        news_at = case.news_at  # what the resident wrote to the unit is still for the unit
        note(StepContext(session, case, actor, now, IN_CHAT))
        case.news_at = news_at
