"""Which of some numbered choices a reply means: 1, 一, 第一个, 选1."""

import re

from nlu.text import digits_of

_NUMBERED = re.compile(
    r"(?:我?选|是|就|回|第|要)*\s?([0-9])\s?(?:号|个|项|条|处|的|吧|呀|啊|哦|。|！|!|\.|、)*"
)


def chosen(reply: str, count: int) -> int | None:
    """From 0; None when `reply` is no number among `count`."""
    match = _NUMBERED.fullmatch(digits_of(reply).strip())
    number = int(match[1]) if match else 0
    return number - 1 if 1 <= number <= count else None
