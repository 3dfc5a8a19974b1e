"""The answer to what a unit, or the centre, wrote about a case: it goes back to the case."""

from datetime import timedelta

from dialogue.commands import WriteBack
from dialogue.facts import CaseView
from dialogue.handlers.asides import is_aside
from dialogue.handlers.own_cases import by_number
from dialogue.texts import cases as texts
from dialogue.turn import Turn
from dialogue.wishes import wish_of
from nlu.appeals.another import announces_another
from nlu.language import secrecy

SURE, NEW_MATTER = 0.7, 0.9
GOES_ON_WITHIN = timedelta(minutes=30)
_FOR_US = frozenset({"request_human", "withdraw_case", "chase_case"})


def handle(turn: Turn) -> bool:
    case = asking(turn) or _going_on(turn)
    turn.change(answers_case="")
    if case is None or _is_for_us(turn):
        return False
    turn.do(WriteBack(case.case_no, turn.words))
    turn.change(answers_case=case.case_no)
    return turn.say(texts.TO_UNIT.format(unit=texts.unit_text(case.unit), case_no=case.case_no))


def asking(turn: Turn) -> CaseView | None:
    """The open case about which staff wrote after the last turn."""
    question = turn.facts.staff_request_case
    if question is None:
        return None
    case_no, at = question
    if at > turn.facts.now or (turn.state.at is not None and at <= turn.state.at):
        return None
    return _open(turn, case_no)


def _going_on(turn: Turn) -> CaseView | None:
    """The case that the last message answered, when this one adds to it."""
    case_no, at = turn.state.answers_case, turn.state.at
    if not case_no or at is None or turn.facts.now - at > GOES_ON_WITHIN:
        return None
    if turn.asks is not None or is_aside(turn) or turn.polarity is not None:
        return None
    if turn.means("lodge_appeal", NEW_MATTER) and turn.utterance.parse.places:
        return None
    return _open(turn, case_no)


def _open(turn: Turn, case_no: str) -> CaseView | None:
    case = by_number(turn.facts, case_no)
    return case if case and case.is_open else None


def _is_for_us(turn: Turn) -> bool:
    """A button, no words, a wish about the bot itself, or another matter."""
    words = turn.words
    if turn.utterance.pressed or not words or announces_another(words):
        return True
    if wish_of(words) is not None or secrecy.wish(words) is not None:
        return True
    return turn.means(_FOR_US, SURE)
