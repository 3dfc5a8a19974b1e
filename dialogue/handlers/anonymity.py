"""Hides the resident's identity from the units, or shows it again: 别告诉他们是我."""

from dialogue.commands import HideIdentity
from dialogue.texts import wishes as texts
from dialogue.turn import Turn
from nlu.language.secrecy import wish, wish_alone

LONGEST = 14  # characters; a longer message tells of something too


def handle(turn: Turn) -> bool:
    alone = wish_alone(turn.words)
    hidden = wish(turn.words) if alone is None and len(turn.words) <= LONGEST else alone
    if hidden is None or (alone is None and turn.facts.matter(turn.words).is_sure):
        return False
    changed = [case for case in turn.facts.own_cases(only_open=True) if case.anonymous != hidden]
    turn.do(HideIdentity(hidden))
    turn.change(anonymous=hidden)
    text = texts.HIDDEN if hidden else texts.NOT_HIDDEN
    return turn.say(text + texts.ALSO_OPEN.format(count=len(changed)) if changed else text)
