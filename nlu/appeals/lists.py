"""Matters in a list: A路灯不亮 B垃圾没人收, 1.路灯不亮2.垃圾没人收. Pure, linear in the text.

Where each entry is about another object, its mark becomes ①, ②, …, which `nlu.appeals.leads` reads
as the start of a matter. Any other list (reasons, steps, buildings A座 and B座) stays as it is.
"""

import re
from itertools import combinations

from nlu.appeals.cues import has_trouble, topics_of

_HANZI = r"[\u4e00-\u9fff]"
_ANY_HANZI = r"\u4e00-\u9fff"
_OF_A_NAME = "(?![座区口栋幢楼门梯户馆厅出班型级股线轮证照点组段面标字柱机])"
_LETTERS = tuple(
    re.compile(
        rf"(?:^|(?<=[\s，。；;：:,、！!？?{'' if first == 'A' else _ANY_HANZI}]))"
        rf"[{first}{first.lower()}][、.:：,，)）\s]?\s?{_OF_A_NAME}(?={_HANZI})"
    )
    for first in "ABCDEF"
)
_FIGURES = tuple(
    re.compile(rf"(?<![\d.])(?:{n}[、.:：)）]\s?|(?:^|(?<=\s)){n}\s)(?={_HANZI})")
    for n in range(1, 7)
)
_CIRCLED = "①②③④⑤⑥"
_FEWEST = 2
_LONGEST = 600  # characters; a longer text is a letter
_ANNOUNCES = re.compile(
    "(?:我们?|要|想|有|来|今天|一共){0,4}(?:反映|投诉|说|讲|报|举报|提)?(?:以下|下面)?(?:[几两三四五]|好几)[个件条点]"
    "(?:事情?|问题|情况|建议)?(?:要反映|要说)?"
)
_ENDS = "。！!？?…"


def with_marks(text: str) -> str:
    """The text with ①, ② before the matters of a list; unchanged when there is none."""
    if len(text) > _LONGEST:
        return text
    for marks in (_LETTERS, _FIGURES):
        at = _positions(text, marks)
        if len(at) < _FEWEST:
            continue
        ends = [start for start, _ in at[1:]] + [len(text)]
        entries = [text[end:stop] for (_, end), stop in zip(at, ends, strict=True)]
        if _are_apart(text[: at[0][0]], entries):
            return _joined(text[: at[0][0]], entries)
    return text


def _positions(text: str, marks: tuple[re.Pattern[str], ...]) -> list[tuple[int, int]]:
    """Where A, B, C stand, in this order."""
    found: list[tuple[int, int]] = []
    at = 0
    for mark in marks:
        match = mark.search(text, at)
        if match is None:
            break
        found.append(match.span())
        at = match.end()
    return found


def _are_apart(before: str, entries: list[str]) -> bool:
    """Each names an object that no other names, and something is wrong."""
    named = [topics_of(entry) for entry in entries]
    return (
        all(named)
        and not topics_of(before)
        and any(map(has_trouble, entries))
        and not any(one & other for one, other in combinations(named, 2))
    )


def _joined(before: str, entries: list[str]) -> str:
    before = before.rstrip(" ，,、：:\n")
    before = "" if _ANNOUNCES.fullmatch(before) else before
    lines = [f"{mark}{_closed(entry)}" for mark, entry in zip(_CIRCLED, entries, strict=False)]
    return f"{before}{'：' if before else ''}{''.join(lines)}"


def _closed(entry: str) -> str:
    entry = entry.strip(" ，,、；;\n")
    return entry if entry.endswith(tuple(_ENDS)) else f"{entry}；"
