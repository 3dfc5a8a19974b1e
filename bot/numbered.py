"""A typed number presses a button: 1, 一, 第一个, 选1; and so does its title, typed."""

from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from backend.messaging.messages import Button
from backend.messaging.models import Delivery, OutboxMessage, Source
from backend.messaging.numbered import tells_numbers
from nlu.choices import chosen

MOST_BUTTONS = 9
LONGEST_TITLE = 12  # characters
_MARKS = "。！!，,～~ "


@dataclass(frozen=True)
class Numbered:
    """The buttons that a number speaks of. Without `pressed` the numbers were never shown."""

    buttons: list[Button]
    pressed: Button | None


def meant(
    session: Session, conversation_id: int, words: str, *, shows_buttons: bool
) -> Numbered | None:
    """The button that `words` press; None when they are no number, or answer something else.

    A number counts for the last thing that we said: after a question without buttons (in what
    place?) a 3 is a house number. Grades are the trap: a 5 may be five stars, or the fifth
    button, the worst of all. It counts where the resident was shown which number is which.
    """
    if chosen(words, MOST_BUTTONS) is None:
        return _titled(session, conversation_id, words)
    row = last_asked(session, conversation_id)
    index = chosen(words, len(row.buttons)) if row else None
    if row is None or index is None:
        return None
    buttons = [Button(**button) for button in row.buttons]
    shown = not shows_buttons or tells_numbers(row.text, len(buttons))
    is_grade = "score" in buttons[index].data
    return Numbered(buttons, buttons[index] if shown or not is_grade else None)


def _titled(session: Session, conversation_id: int, words: str) -> Numbered | None:
    """没解决, typed where a button says so and carries what the words cannot: of which case."""
    plain = words.strip(_MARKS)
    if not 0 < len(plain) <= LONGEST_TITLE:
        return None
    row = last_asked(session, conversation_id)
    buttons = [Button(**button) for button in row.buttons] if row else []
    pressed = next((one for one in buttons if one.title == plain and one.data), None)
    return Numbered(buttons, pressed) if pressed else None


def last_asked(session: Session, conversation_id: int) -> OutboxMessage | None:
    """The newest message that they have seen, but for news that asks nothing."""
    return session.scalar(
        select(OutboxMessage)
        .where(
            OutboxMessage.conversation_id == conversation_id,
            OutboxMessage.status == Delivery.SENT,
            or_(
                OutboxMessage.source != Source.SYSTEM,
                func.jsonb_array_length(OutboxMessage.buttons) > 0,
            ),
        )
        .order_by(OutboxMessage.id.desc())
        .limit(1)
    )
