"""Consultations (问计于民): the city asks, each resident answers once, by a choice or in words."""

import re

from backend.texts import consultations as texts
from backend.vocabulary.messages import Button
from dialogue.answers import Polarity
from dialogue.commands import Speak
from dialogue.facts import ConsultationView
from dialogue.handlers.asides import is_aside
from dialogue.reply import word_buttons
from dialogue.state import Ask
from dialogue.turn import Turn

_WISH = re.compile(r"(?:我?[要想])?(?:参加|说说|看看)?问计(?:于民)?[\s:：]*(\d{0,6})[。！!]?")


def handle(turn: Turn) -> bool:
    match = _WISH.fullmatch(turn.words.strip())
    if match is None:
        return False
    turn.close_question()
    views = turn.facts.consultations
    chosen = [view for view in views if str(view.id) == match[1]] or list(views)
    if not chosen:
        return turn.say(texts.NOTHING_TO_ASK)
    if len(chosen) == 1:
        return _put(turn, chosen[0])
    buttons = [Button(view.title, f"问计 {view.id}") for view in chosen]
    return turn.say(texts.WHICH_ONE.format(count=len(chosen)), buttons)


def _put(turn: Turn, view: ConsultationView) -> bool:
    how = texts.HOW_TO_CHOOSE_OR_WRITE if view.takes_words else texts.HOW_TO_CHOOSE
    how = how if view.choices else texts.HOW_TO_WRITE
    if view.before:
        turn.say(texts.SPOKEN_BEFORE.format(before=view.before))
    text = texts.QUESTION.format(title=view.title, body=view.body, how=how)
    return turn.ask(Ask.CONSULT, text, word_buttons(*view.choices), action=str(view.id))


def answer(turn: Turn) -> bool:
    """A choice or words; a consultation that has closed meanwhile takes neither."""
    assert turn.open
    number = turn.open.action
    view = next((one for one in turn.facts.consultations if str(one.id) == number), None)
    if view is None:
        turn.close_question()
        return turn.say(texts.IS_CLOSED)
    words = (turn.utterance.button.say if turn.utterance.button else "") or turn.words.strip()
    if words in view.choices:
        return _speak(turn, Speak(view.id, view.choices.index(words)))
    if turn.polarity is Polarity.NEVER_MIND or (turn.refuses and not view.takes_words):
        turn.close_question()
        return turn.say(texts.LEFT_OUT)
    if not view.takes_words or not words or turn.utterance.pressed or is_aside(turn):
        return False
    return _speak(turn, Speak(view.id, None, words))


def _speak(turn: Turn, voice: Speak) -> bool:
    """The command tells the resident what was noted."""
    turn.close_question()
    turn.do(voice)
    return True
