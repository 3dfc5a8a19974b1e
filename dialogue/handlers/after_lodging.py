"""What is asked once an appeal is lodged: consent to note care, or a telephone number."""

from dialogue.care import AGREE, REFUSE
from dialogue.reply import word_buttons
from dialogue.state import Ask
from dialogue.texts import appeal as texts
from dialogue.texts import wishes as wish_texts
from dialogue.turn import Turn


def then_ask(turn: Turn, *, is_hidden: bool) -> None:
    """Ask about care, else for a phone number when none is known."""
    needs, resident = turn.state.care, turn.facts.resident
    if is_hidden:
        turn.say(texts.AFTER_SUBMIT)
        turn.say(texts.ANONYMOUS)
        return
    if needs and not resident.has_agreed_to_care:
        turn.say(texts.AFTER_SUBMIT)
        ask_care(turn, needs)
    elif turn.phone:
        turn.say(texts.AFTER_SUBMIT)
    else:
        turn.ask(Ask.CONTACT, texts.ASK_PHONE)


def ask_care(turn: Turn, needs: tuple[str, ...]) -> None:
    question = wish_texts.ASK_CARE.format(needs="、".join(needs))
    turn.ask(Ask.CARE, question, word_buttons(AGREE, REFUSE))
