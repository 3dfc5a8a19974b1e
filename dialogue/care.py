"""Recognises residents who need more care (S67). Pure.

These are sensitive data: nothing is noted before the resident has agreed.
"""

import re

from dialogue.answers import Polarity, read
from nlu.language.choices import choice_index

_OTHERS = (
    "家|妈|爸|爷|奶|外|公|婆|儿|女|孙|邻居|楼|老公|老婆|先生|太太|朋友|同事|姐|哥|弟|妹|叔|姨|舅"
)
_SELF = rf"我(?!(?:们)?(?:的)?(?:{_OTHERS}))"
_GAP = r"[^。！？\n，,邻妈爸爷奶]{0,6}"
_NEEDS = {
    "独居": r"(?:独居|一个人(?:住|生活|过日子)|自己一个人(?:住|过)|无儿无女|没有?子女|孤寡)",
    "残障": (
        r"(?:残疾|残障|盲人|聋哑?人?|失明|眼睛(?:完全)?看不见|耳朵(?:完全)?听不见|截肢|瘫痪|肢残)"
    ),
    "行动不便": (
        r"(?:行动不(?:便|方便)|腿脚不(?:便|方便|好|利索|灵)|走不(?:动|了)路?|走路不(?:便|方便)"
        r"|坐轮椅|(?:下|出)不了(?:床|楼|门)|卧床|拄拐)"
    ),
}
_PATTERNS = {need: re.compile(_SELF + _GAP + words) for need, words in _NEEDS.items()}
_DENIED = re.compile(r"我(?:又|也|可|并)?(?:不是|没有?)")
MOST_BESIDES = 12  # characters; with more beside it, the message tells of something else too

AGREE, REFUSE = "可以记下", "不用记"
# An answer to this question alone.
_REFUSE = re.compile(
    "(?:先|还是|就|我){0,2}(?:不|别|不用|不要|不想|不愿意)记下?[的呀啊。！!]{0,3}|别"
)


def care_needs(words: str) -> tuple[str, ...]:
    return tuple(
        need
        for need, pattern in _PATTERNS.items()
        if (match := pattern.search(words)) and not _DENIED.match(match[0])
    )


def says_only_that(words: str) -> bool:
    """True if the message says nothing else, and tells of no matter."""
    rest = words
    for pattern in _PATTERNS.values():
        rest = pattern.sub("", rest)
    return len(rest) <= MOST_BESIDES and not re.search("[坏吵脏漏堵破乱停]", rest)


def agreed(words: str) -> bool | None:
    """The answer to "may we note this?"; None when it is about something else.

    A yes with more words beside it does not count: the question comes again later.
    """
    number = choice_index(words, 2)
    if number is not None:
        return number == 0
    answer = read(words)
    if answer.polarity in (Polarity.NO, Polarity.NEVER_MIND) or _REFUSE.fullmatch(words):
        return False
    return True if answer.polarity is Polarity.YES and not answer.more else None
