"""A matter or a question about another city: names the hotline there."""

import re

from dialogue.handlers import appeal, set_aside
from dialogue.turn import Turn
from nlu.appeals.cues import has_trouble
from nlu.city.loaded import elsewhere

_WHOM = re.compile(
    r"打(?:给|哪|什么|几)|找(?:谁|哪)|哪个电话|电话(?:是)?多少|什么电话|问谁|归谁|怎么办|谁管"
)
# 你们就不能帮我管管吗, 打过了没人接, 我就要在你们这里报
_INSISTS = re.compile(
    "(?:能|来|得|该|归|你们?|帮我?|给我|到底|就|不)管"
    "|(?:帮|给|替)我们?(?:登记|记|报|反映|弄|处理|转)|[你这][们里]?(?:这里|那里)?(?:登记|报|反映|投诉)"
    "|打(?:过|了|不通)|没人接|不理|推来推去|踢皮球|互相推|不都是(?:政府|12345)|都一样"
)
LONGEST_ASKING, LONGEST_INSISTING = 16, 30  # characters


def handle(turn: Turn) -> bool:
    words = turn.words
    if turn.state.elsewhere and len(words) <= LONGEST_ASKING and _WHOM.search(words):
        return turn.say(turn.state.elsewhere)
    if turn.state.draft is not None or turn.utterance.pressed or not words:
        return False
    city = elsewhere().named_in(words)
    if city is None:
        return _goes_on(turn)
    message = turn.message
    if not (message.appeals or message.questions or message.home):
        return False
    if not turn.facts.matter(words).needs_place:
        return False
    return set_aside.point_elsewhere(turn, city, appeal.drafts_of(turn, message))


def _goes_on(turn: Turn) -> bool:
    """Continue a matter set aside as elsewhere: 开发商在杭州 brings it back."""
    words = turn.words
    if not (turn.state.elsewhere and turn.state.dropped) or len(words) > LONGEST_INSISTING:
        return False
    place = appeal.place_of(turn)
    if "杭州" in words and not has_trouble(words):
        return set_aside.bring_back(turn, place)  # 开发商在杭州，总归你们管吧
    if place or not _INSISTS.search(words):
        return False
    set_aside.keep_words(turn)
    return set_aside.say_again(turn)
