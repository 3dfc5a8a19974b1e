"""A wished call-back: the bot asks for the number and the time, and for a yes."""

from dataclasses import replace

from dialogue import calling
from dialogue.calling import Call, CallQuestion, Outcome, in_words
from dialogue.commands import ArrangeCall, CancelCalls, LeaveQueue
from dialogue.reply import word_buttons
from dialogue.state import Ask
from dialogue.texts import wishes as texts
from dialogue.turn import Turn
from dialogue.wishes import Wish, wish_of


def handle(turn: Turn) -> bool:
    if turn.asks is Ask.CALL and turn.open and turn.open.call:
        return _go_on(turn, turn.open.call)
    if calling.wants_call(turn.words):
        _ask(turn, calling.begin(turn.words, turn.facts.now, turn.facts.resident.phone))
        return True
    if wish_of(turn.words) is Wish.NO_CALL and turn.asks is not Ask.CONTACT:
        turn.do(CancelCalls())
        return turn.say(texts.CALL_STOPPED)
    return False


def _go_on(turn: Turn, call: Call) -> bool:
    changed, outcome = calling.answer(call, turn.words, turn.facts.now)
    match outcome:
        case Outcome.STOPPED:
            turn.close_question()
            turn.say(texts.CALL_STOPPED)
        case Outcome.AGREED:
            return _agree(turn, changed)
        case Outcome.ELSEWHERE:
            return False  # answered by another handler, and the question comes back behind it
        case Outcome.ASKING:
            _ask(turn, changed, unclear=changed == call)
    return True


def _agree(turn: Turn, call: Call) -> bool:
    """Arrange the call; other handlers take what stands beside the yes."""
    phone, start, end = call.whole()
    if end <= turn.facts.now:  # the yes came too late
        _ask(turn, replace(call, start=None, end=None))
        return True
    if turn.facts.is_called_by_many(phone):
        turn.close_question()
        return turn.say(texts.TOO_MANY_CALLS)
    turn.do(ArrangeCall(phone, start, end))
    if turn.facts.is_waiting:
        turn.do(LeaveQueue())
    turn.close_question()
    turn.say(texts.CALL_KEPT.format(when=in_words(start, end, turn.facts.now)))
    if turn.more:
        turn.narrow(turn.more)
        return False
    return True


def _ask(turn: Turn, call: Call, *, unclear: bool = False) -> None:
    match call.question:
        case CallQuestion.PHONE:
            turn.ask(Ask.CALL, texts.PHONE_UNCLEAR if unclear else texts.ASK_PHONE, call=call)
        case CallQuestion.WHEN:
            text = texts.WHEN_UNCLEAR if unclear else texts.ASK_WHEN
            turn.ask(Ask.CALL, text, word_buttons(*texts.TIMES), call=call)
        case CallQuestion.CONFIRM:
            _confirm(turn, call)


def _confirm(turn: Turn, call: Call) -> None:
    phone, start, end = call.whole()
    when = in_words(start, end, turn.facts.now)
    question = texts.CONFIRM_CALL.format(when=when, phone=" ".join(phone))
    buttons = word_buttons(texts.CALL_RIGHT, texts.CALL_CHANGE, texts.CALL_STOP)
    turn.ask(Ask.CALL, question, buttons, call=call)
