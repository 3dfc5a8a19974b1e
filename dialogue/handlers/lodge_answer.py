"""The answer to an offer to lodge: a yes lodges the words that the offer was about."""

from dialogue.answers import Polarity, thanks_only
from dialogue.handlers import appeal
from dialogue.handlers.asides import is_aside
from dialogue.texts import cases as texts
from dialogue.texts import chat as chat_texts
from dialogue.turn import Turn


def answer(turn: Turn) -> bool:
    """`dialogue.meaning` has replaced a yes by the words that the offer was about."""
    turn.close_question()
    if turn.utterance.stands_for:
        appeal.start_with_words(turn)
        return True
    if thanks_only(turn.words):
        return turn.say(chat_texts.THANK)
    if turn.refuses:
        return turn.say(texts.NOTHING_PENDING)
    if turn.polarity in (Polarity.YES, Polarity.NO) and turn.more and not is_aside(turn):
        turn.narrow(turn.more)
    return False
