"""Switches elder mode (short sentences, numbers), and shows the resident's profile."""

from backend.vocabulary.messages import Button
from backend.vocabulary.texts import Text
from dialogue.commands import ForgetCare, SetElderMode
from dialogue.handlers.passing import ANNOUNCEMENT
from dialogue.texts import wishes as texts
from dialogue.turn import Turn
from dialogue.wishes import Wish, wish_of


def handle(turn: Turn) -> bool:
    match wish_of(turn.words):
        case Wish.ELDER_MODE:
            switch(turn, on=True)
        case Wish.USUAL_MODE:
            switch(turn, on=False)
        case Wish.PROFILE:
            _show_profile(turn)
        case Wish.NO_CARE:
            turn.do(ForgetCare())
            turn.change(care=())
            turn.say(texts.CARE_FORGOTTEN)
        case _:
            return False
    return True


def switch(turn: Turn, *, on: bool) -> None:
    """Switch the mode, and show the open question or the last reply again in that mode."""
    turn.steps = [step for step in turn.steps if step not in ANNOUNCEMENT]
    turn.do(SetElderMode(on))
    turn.change(mode_shown=True)
    turn.say(texts.ELDER_MODE_ON if on else texts.USUAL_MODE_ON)
    if turn.open:
        turn.say(turn.open.text, turn.open.buttons)
        turn.is_final = True
    elif turn.state.last_buttons:
        turn.say(_last_text(turn), turn.state.last_buttons)


def _last_text(turn: Turn) -> Text:
    """The last reply without the announcement of an earlier switch."""
    text = turn.state.last_text
    for announced in (texts.ELDER_MODE_ON, texts.USUAL_MODE_ON):
        text = text.removeprefix(announced + Text("\n\n"))
    return text


def _show_profile(turn: Turn) -> None:
    resident = turn.facts.resident
    mode, other = texts.USUAL_MODE, texts.ELDER_MODE
    if resident.elder_mode:
        mode, other = other, mode
    text = texts.PROFILE.format(
        mode=mode,
        phone=resident.phone or texts.NONE_KEPT,
        care="、".join(resident.care) or texts.NONE_KEPT,
    )
    buttons = [Button(texts.CHANGE_TO.format(mode=other), other)]
    if resident.has_agreed_to_care:
        buttons.append(Button(texts.FORGET_CARE, texts.NO_CARE))
    turn.say(text, buttons)
