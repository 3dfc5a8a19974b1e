"""No words that could be understood: nothing, another language, or only curses."""

from dialogue.texts import chat as texts
from dialogue.turn import Turn
from nlu.language.curses import is_only_curses, scolds_us
from nlu.language.text import has_chinese, is_foreign


def handle(turn: Turn) -> bool:
    heard = turn.heard
    if heard.button or heard.intent_pressed or heard.pin or heard.voice:
        return False
    if heard.is_blank:
        if heard.answer.polarity and turn.open:
            return False  # a thumb is a yes
        turn.say(texts.NOTHING_SAID)
        return True
    if heard.danger is None and (is_only_curses(heard.words) or scolds_us(heard.words)):
        turn.say(texts.CURSED)
        return True
    if is_foreign(heard.words) and not heard.answer.polarity:
        turn.say(texts.ONLY_CHINESE)
        return True
    return False


def has_no_words(words: str) -> bool:
    """A bare number or code: nothing that could be lodged."""
    return not has_chinese(words)
