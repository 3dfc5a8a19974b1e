"""Words that only say that a question is coming: 我想问问这个事情. Pure."""

import re

_COMING = re.compile(
    r"(?:[你您]好|喂|请问|麻烦|那个|我|想|要|能不能|可以|可不可以|跟|向|[你您]们?|"
    r"问一?问|问一下|问个|问|咨询|打听|了解|请教|一下|一个|一件|几个|点|个|件|这个|这件|关于|"
    r"事情|事儿|事|问题|政策|的|下|吗|吧|啊|呢|[，,。！!？?~～ ])+"
)
_ASKING = re.compile("问|咨询|打听|了解|请教")
LONGEST = 16  # characters


def asks_nothing_yet(words: str) -> bool:
    return (
        len(words) <= LONGEST
        and _ASKING.search(words) is not None
        and _COMING.fullmatch(words) is not None
    )
