"""A matter or a question about another city: names the hotline there."""

import re

from dialogue.handlers import appeal
from dialogue.turn import Turn
from nlu.city.loaded import elsewhere

_WHOM = re.compile(
    r"打(?:给|哪|什么|几)|找(?:谁|哪)|哪个电话|电话(?:是)?多少|什么电话|问谁|归谁|怎么办|谁管"
)
LONGEST_ASKING = 16  # characters


def handle(turn: Turn) -> bool:
    words = turn.words
    if turn.state.elsewhere and len(words) <= LONGEST_ASKING and _WHOM.search(words):
        return turn.say(turn.state.elsewhere)
    if turn.state.draft is not None or turn.utterance.pressed or not words:
        return False
    city = elsewhere().named_in(words)
    if city is None or not turn.facts.matter(words).needs_place:
        return False
    message = turn.message
    if not (message.appeals or message.questions or message.home):
        return False
    return appeal.point_elsewhere(turn, city, appeal.drafts_of(turn, message))
