"""Finds the button that a message presses: by payload, typed number (1, 一, 第一个) or title."""

from dataclasses import dataclass

from backend.database import Session
from backend.messaging.chat_log import pressed_button
from backend.messaging.numbered_choices import tells_numbers
from backend.messaging.queries import last_question
from backend.models.conversations import Conversation
from backend.vocabulary.messages import Body, Button, parse_button_payload
from backend.vocabulary.texts import Text
from dialogue.hearing import SURE
from dialogue.texts import chat as texts
from nlu.language.choices import choice_index
from nlu.language.text import normalise

LONGEST_TITLE = 12  # characters
_MARKS = "。！!,，～~ "


@dataclass(frozen=True)
class Press:
    """`refusal`: why the button does not count. `choices`: a number that could mean two things."""

    button: Button | None = None
    choices: tuple[Button, ...] = ()
    refusal: Text | None = None


NOTHING_PRESSED = Press()


def press_in(
    session: Session, conversation: Conversation, body: Body, *, shows_buttons: bool
) -> Press:
    if body.payload is not None:
        return _by_payload(session, conversation.id, body.payload)
    if body.transcript is not None and body.transcript.confidence < SURE:
        return NOTHING_PRESSED  # a number that was hardly heard presses nothing
    words = normalise(body.own_words)
    if not 0 < len(words) <= LONGEST_TITLE + 2:
        return NOTHING_PRESSED
    return _by_words(session, conversation.id, words, shows_buttons=shows_buttons)


def _by_payload(session: Session, conversation_id: int, payload: str) -> Press:
    """This chat must have been shown the button, and last."""
    place = parse_button_payload(payload)
    pressed = pressed_button(session, conversation_id, *place) if place else None
    if pressed is None:
        return Press(refusal=texts.UNKNOWN_BUTTON)
    button, is_current = pressed
    return Press(button) if is_current else Press(refusal=texts.STALE_BUTTON)


def _by_words(session: Session, conversation_id: int, words: str, *, shows_buttons: bool) -> Press:
    """A number counts for the last thing that we said: after a question without buttons (in what
    place?) a 3 is a house number. Grades are the trap: a 5 may be five stars, or the fifth button,
    the worst of all. It counts where the resident was shown which number is which.
    """
    text, titles = last_question(session, conversation_id)
    buttons = [Button(**button) for button in titles]
    if not buttons:
        return NOTHING_PRESSED
    index = choice_index(words, len(buttons))
    if index is not None:
        was_shown = not shows_buttons or tells_numbers(text, len(buttons))
        is_grade = "score" in buttons[index].data
        return Press(buttons[index]) if was_shown or not is_grade else Press(choices=tuple(buttons))
    plain = words.strip(_MARKS)
    titled = (button for button in buttons if button.title == plain and button.data)
    return Press(next(titled, None))
