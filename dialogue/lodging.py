"""What a yes to the read-back does: a new case, or more for the one that stands.

Rasa's action and the rule path both end here, so that a yes means the same while Rasa is away.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from backend.cases import service as cases
from backend.cases.lifecycle import Action, Status
from backend.cases.models import Case
from backend.cases.service import RESIDENT, Appeal
from backend.cases.steps import Details
from backend.collective.repeats import standing
from backend.conversations.models import Conversation
from backend.messaging.attachments import give_to_case
from backend.messaging.messages import Pin
from dialogue import aside as asides
from dialogue import texts
from dialogue.standing import Said, said


@dataclass(frozen=True)
class Yes:
    """The message that said it: by a button with its data, or in words."""

    message_id: int
    button: Mapping[str, Any]
    words: str
    now: datetime

    @property
    def key(self) -> str:
        return f"inbox:{self.message_id}"


def keep_draft(
    session: Session,
    conversation: Conversation,
    text: str,
    location: str | None,
    pin: Pin | None,
    *,
    now: datetime,
) -> None:
    """Keep what is being read back: a yes registers just this, even when Rasa is away."""
    again = standing(session, conversation.account.resident_id, text, location, pin=pin, now=now)
    conversation.draft = {
        "text": text,
        "location": location,
        "pin": vars(pin) if pin else None,
        "standing": again.case_no if again else None,
    }


def standing_case(session: Session, conversation: Conversation) -> Case | None:
    """The resident's own that the draft repeats."""
    number = (conversation.draft or {}).get("standing")
    own = cases.of_resident(session, conversation.account.resident_id, number=number)
    return own[0] if number and own else None


def lodge(session: Session, conversation: Conversation, yes: Yes) -> str:
    """What the resident is told; once for each message."""
    if again := _meant_to_add(session, conversation, yes):
        return _add(session, conversation, again, yes)
    case = cases.by_key(session, yes.key)
    if case is None:
        if conversation.draft is None:
            return texts.NO_DRAFT
        appeal = appeal_of(conversation.draft, _wish(conversation))
        case = cases.register(session, conversation, appeal, key=yes.key, now=yes.now)
        conversation.draft = None
    told = texts.AFTER_SUBMIT if conversation.account.resident.phone else texts.ASK_PHONE
    return f"{texts.AFTER_SUBMIT}\n\n{texts.ANONYMOUS}" if case.anonymous else told


def appeal_of(draft: Mapping[str, Any], anonymous: bool | None = None) -> Appeal:
    pin = draft["pin"]
    return Appeal(
        text=str(draft["text"]),
        location=str(draft["location"]) if draft["location"] else None,
        pin=Pin(**pin) if isinstance(pin, dict) else None,
        anonymous=anonymous,
    )


def _wish(conversation: Conversation) -> bool | None:
    """What they have said of it in this chat; None leaves it to the appeal itself."""
    return asides.load(conversation.aside, 0).anonymous


def _meant_to_add(session: Session, conversation: Conversation, yes: Yes) -> Case | None:
    number = yes.button.get("adds_to")
    if number is None:
        return standing_case(session, conversation) if said(yes.words) is Said.SAME else None
    own = cases.of_resident(session, conversation.account.resident_id, number=number)
    return own[0] if own else None


def _add(session: Session, conversation: Conversation, case: Case, yes: Yes) -> str:
    """To a case that is open; one that was settled is done again, for what they have just said."""
    draft, conversation.draft = conversation.draft, None
    if draft is None:  # the same turn, taken again
        return texts.ADDED.format(case_no=case.case_no)
    words = str(draft["text"])
    if Status(case.status).is_open:
        cases.note(
            session,
            case,
            Action.ADD_DETAIL,
            RESIDENT,
            Details(text=words),
            now=yes.now,
            message_id=yes.message_id,
        )
        told = texts.ADDED.format(case_no=case.case_no)
    else:
        cases.act(session, case, Action.REOPEN, RESIDENT, Details(reason=words), now=yes.now)
        told = texts.REOPENED
    give_to_case(session, conversation.id, case.id, now=yes.now)
    return told
