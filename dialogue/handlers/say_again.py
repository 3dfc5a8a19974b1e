"""Repeats the last reply, or shows it one sentence at a time."""

from backend.vocabulary.messages import Button
from backend.vocabulary.texts import Text
from dialogue.commands import SetElderMode
from dialogue.handlers.person import offer_person
from dialogue.state import Ask
from dialogue.texts import cases as case_texts
from dialogue.texts import wishes as texts
from dialogue.turn import Turn
from dialogue.wishes import Wish, pieces, wish_of

MOST_PUZZLED = 2  # 听不懂 in a row; then a person is offered
_SLOW = "慢"  # who asks for it wants it so from now on; 看不懂 is about one message


def handle(turn: Turn) -> bool:
    wish = wish_of(turn.words)
    if wish is Wish.NEXT and turn.asks is Ask.NEXT_PIECE:
        _tell_next(turn)
    elif wish is Wish.NEXT and turn.open:
        turn.say(turn.open.text, turn.open.buttons)  # 继续 is no answer: the question is put again
    elif wish is Wish.REPEAT or turn.utterance.pressed == "repeat":
        _repeat(turn)
    elif wish is Wish.SLOWER:
        _slower(turn)
    else:
        _leave_pieces(turn)
        return False
    turn.is_final = True
    return True


def _repeat(turn: Turn) -> None:
    turn.say(turn.state.last_text or case_texts.NOTHING_TO_REPEAT, turn.state.last_buttons)


def _slower(turn: Turn) -> None:
    """Show the last reply one sentence at a time; its buttons come with the last sentence."""
    if turn.asks is not Ask.NEXT_PIECE:
        turn.change(puzzled=turn.state.puzzled + 1)
        if turn.state.puzzled > MOST_PUZZLED:
            offer_person(turn)
            return
    if _SLOW in turn.words and turn.facts.resident.elder_mode is not True:
        turn.do(SetElderMode(True))
        turn.change(mode_shown=True)
        turn.say(texts.ELDER_MODE_ON)
    if turn.asks is Ask.NEXT_PIECE:
        _tell_next(turn)
    elif not turn.state.last_text:
        turn.say(case_texts.NOTHING_TO_REPEAT)
    else:
        behind = (*turn.state.behind, turn.open) if turn.open else turn.state.behind
        turn.change(behind=behind)
        elder_mode = turn.facts.resident.elder_mode or _SLOW in turn.words
        wording = turn.state.last_text.worded(elder_mode=elder_mode)
        _tell(turn, pieces(wording), turn.state.last_buttons)


def _tell_next(turn: Turn) -> None:
    assert turn.open
    _tell(turn, turn.open.pieces, turn.open.late_buttons)


def _tell(turn: Turn, parts: tuple[str, ...], buttons: tuple[Button, ...]) -> None:
    now, *later = parts
    if later:
        go_on = [Button(texts.NEXT, texts.NEXT)]
        turn.ask(Ask.NEXT_PIECE, Text(now), go_on, pieces=tuple(later), late_buttons=buttons)
        return
    turn.say(Text(now), buttons)
    turn.uncover()


def _leave_pieces(turn: Turn) -> None:
    """Other words end the pieces: reopen the question that waits behind them."""
    if turn.asks is Ask.NEXT_PIECE:
        turn.uncover()
