"""Numbered choices in place of buttons: on channels without buttons and in elder mode. Pure."""

import re
from collections.abc import Sequence


def with_numbers(text: str, titles: Sequence[str]) -> str:
    """`text` followed by `回 1 …` for each choice, unless `text` contains the numbers already."""
    if not titles or tells_numbers(text, len(titles)):
        return text
    lines = (f"回 {number} {title}" for number, title in enumerate(titles, 1))
    return "\n".join([text, *lines])


def tells_numbers(text: str, count: int) -> bool:
    """True if `text` explains the numbers 1 to `count`: `回 2 …`, or a list `2. …`."""
    return all(
        re.search(rf"回 {number}(?!\d)|\n{number}\. ", text) for number in range(1, count + 1)
    )
