"""Announcements of a question without the question itself: 我想问问这个事情. Pure."""

import re

# Words that an announcement is made of: 你好, 我想, 咨询一下, 关于, 政策, 的事情.
_ANNOUNCEMENT = re.compile(
    r"(?:[你您]好|喂|请问|麻烦|那个|我|想|要|能不能|可以|可不可以|跟|向|[你您]们?|"
    r"问一?问|问一下|问个|问|咨询|打听|了解|请教|一下|一个|一件|几个|点|个|件|这个|这件|关于|"
    r"事情|事儿|事|问题|政策|的|下|吗|吧|啊|呢|[，,。！!？?~～ ])+"
)
_ASK_VERB = re.compile("问|咨询|打听|了解|请教")
LONGEST = 16  # characters


def is_question_announcement(words: str) -> bool:
    """True if the message (normalised) announces a question and has nothing else."""
    return (
        len(words) <= LONGEST
        and _ASK_VERB.search(words) is not None
        and _ANNOUNCEMENT.fullmatch(words) is not None
    )
