"""No words that could be understood: nothing, another language, or only insults."""

from dialogue.texts import chat as texts
from dialogue.turn import Turn
from nlu.appeals.insults import is_only_insults
from nlu.language.curses import scolds_us
from nlu.language.text import has_chinese, is_foreign


def handle(turn: Turn) -> bool:
    utterance = turn.utterance
    if utterance.button or utterance.intent_pressed or utterance.pin or utterance.voice:
        return False
    if utterance.is_blank:
        if utterance.answer.polarity and turn.open:
            return False  # a thumb is a yes
        return turn.say(texts.NOTHING_SAID)
    words = utterance.words
    if utterance.danger is None and (is_only_insults(words) or scolds_us(words)):
        return turn.say(texts.CURSED)
    if is_foreign(utterance.words) and not utterance.answer.polarity:
        return turn.say(texts.ONLY_CHINESE)
    return False


def has_no_words(words: str) -> bool:
    """A bare number or code: nothing that could be lodged."""
    return not has_chinese(words)
