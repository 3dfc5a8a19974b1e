"""Hides the resident's identity from the units, or shows it again: 别告诉他们是我."""

from dialogue.answers import Polarity
from dialogue.commands import HideIdentity
from dialogue.state import Ask
from dialogue.texts import wishes as texts
from dialogue.turn import Turn
from nlu.appeals.cues import has_trouble
from nlu.language.secrecy import wish, wish_alone, without_wish


def handle(turn: Turn) -> bool:
    hidden = wish(turn.words)
    if hidden is None or (wish_alone(turn.words) is None and _tells_matter(turn)):
        return False
    changed = [case for case in turn.facts.own_cases(only_open=True) if case.anonymous != hidden]
    turn.do(HideIdentity(hidden))
    turn.change(anonymous=hidden)
    rest = without_wish(turn.words)
    if turn.asks is Ask.CONFIRM and not changed:
        if turn.polarity is Polarity.YES:
            turn.narrow(rest)  # 对，匿名: the text after the registration tells of it
            return False
        return turn.say(texts.HIDDEN_DRAFT if hidden else texts.NOT_HIDDEN_DRAFT)
    text = texts.HIDDEN if hidden else texts.NOT_HIDDEN
    return turn.say(text + texts.ALSO_OPEN.format(count=len(changed)) if changed else text)


def _tells_matter(turn: Turn) -> bool:
    """True if the words tell of a matter beside the wish."""
    rest = without_wish(turn.words)
    return has_trouble(rest) or turn.facts.matter(rest).is_sure
