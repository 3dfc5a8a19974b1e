"""Numbered choice in a reply: 1, 一, 第一个, 选1."""

import re
import unicodedata

from nlu.language.text import digits_of

# A reply that is only a number, with its frame: 我选2, 第一个, 2号吧, keycap 2️⃣.
_NUMBERED = re.compile(
    r"(?:我?选择?|应该|是|就|回|第|要|按|数字)*\s?([0-9])"
    r"[\s号个项条处的吧呀啊哦呢嘛。！!.、,)\ufe0f\u20e3]*"
)
_BOTH = re.compile(r"(?<!第)两[个项条处]")  # 两个 means both, so no single choice


def choice_index(reply: str, count: int) -> int | None:
    """Index of the choice that `reply` numbers, counted from 0.

    `count` is the number of choices. None when the reply is not a number from 1 to `count`.
    """
    plain = unicodedata.normalize("NFKC", reply).strip()
    match = None if _BOTH.search(plain) else _NUMBERED.fullmatch(digits_of(plain))
    number = int(match[1]) if match else 0
    return number - 1 if 1 <= number <= count else None
