"""Lists of matters: A路灯不亮 B垃圾没人收, 1.路灯不亮2.垃圾没人收. Pure, linear in the text.

Where the entries name different objects, their marks become ①, ②, …, which `nlu.appeals.leads`
takes for the start of a matter. Other lists (reasons, steps, buildings A座 and B座) do not change.
"""

import re
from itertools import combinations

from nlu.appeals.cues import has_trouble, topics_of

_HANZI = r"[\u4e00-\u9fff]"
_ANY_HANZI = r"\u4e00-\u9fff"
# The letter is no part of a name: A座, B区
_NOT_IN_NAME = "(?![座区口栋幢楼门梯户馆厅出班型级股线轮证照点组段面标字柱机])"
_LETTERS = tuple(
    re.compile(
        rf"(?:^|(?<=[\s，。；;：:,、！!？?{'' if first == 'A' else _ANY_HANZI}]))"
        rf"[{first}{first.lower()}][、.:：,，)）\s]?\s?{_NOT_IN_NAME}(?={_HANZI})"
    )
    for first in "ABCDEF"
)
_FIGURES = tuple(
    re.compile(rf"(?<![\d.])(?:{n}[、.:：)）]\s?|(?:^|(?<=\s)){n}\s)(?={_HANZI})")
    for n in range(1, 7)
)
_CIRCLED = "①②③④⑤⑥"
_FEWEST_ENTRIES = 2
_LONGEST = 600  # characters; longer texts are letters and are not split at list marks
_COUNTS = {"两": 2, "二": 2, "三": 3, "四": 4, "五": 5, "2": 2, "3": 3, "4": 4, "5": 5}
# 我要反映以下几个问题, 给你们提三个建议
_ANNOUNCES = re.compile(
    "(?:我们?|要|想|有|来|今天|一共|[给跟向对](?:你们?|社区|政府|街道)){0,4}(?:反映|投诉|说|讲|报|举报|提)?(?:以下|下面)?"
    f"(?:(?P<count>{'|'.join(_COUNTS)})|几|好几)[个件条点]小?(?:事情?|问题|情况|(?P<suggests>建议|意见))?(?:要反映|要说)?"
)
_AROUND = " ，,、：:\n"
_ENDS = "。！!？?…"


def announces_suggestions(text: str) -> bool:
    """True if the text begins with a number of suggestions: 给你们提三个建议：…."""
    announced = _ANNOUNCES.match(text)
    return bool(announced and announced["suggests"])


def mark_entries(text: str) -> str:
    """The text with ①, ② before the matters of a list; unchanged without such a list."""
    if len(text) > _LONGEST:
        return text
    for marks in (_LETTERS, _FIGURES):
        at = _positions(text, marks)
        if len(at) < _FEWEST_ENTRIES:
            continue
        ends = [start for start, _ in at[1:]] + [len(text)]
        entries = [text[end:stop] for (_, end), stop in zip(at, ends, strict=True)]
        if _are_different_matters(text[: at[0][0]], entries):
            return _join_entries(text[: at[0][0]], entries)
    return text


def _positions(text: str, marks: tuple[re.Pattern[str], ...]) -> list[tuple[int, int]]:
    """Spans of the marks, as far as they occur in order (A, B, C)."""
    spans: list[tuple[int, int]] = []
    at = 0
    for mark in marks:
        match = mark.search(text, at)
        if match is None:
            break
        spans.append(match.span())
        at = match.end()
    return spans


def _are_different_matters(before: str, entries: list[str]) -> bool:
    """True if the entries have pairwise different topics and one of them has a trouble.

    Suggestions are different when they were counted before.
    """
    announced = _ANNOUNCES.fullmatch(before.strip(_AROUND))
    if (
        announced
        and announced["suggests"]
        and _COUNTS.get(announced["count"], len(entries)) == len(entries)
    ):
        return True
    topics = [topics_of(entry) for entry in entries]
    return (
        all(topics)
        and not topics_of(before)
        and any(map(has_trouble, entries))
        and not any(first & second for first, second in combinations(topics, 2))
    )


def _join_entries(before: str, entries: list[str]) -> str:
    before = before.strip(_AROUND)
    announced = _ANNOUNCES.fullmatch(before)
    before = "" if announced and not announced["suggests"] else before
    lines = [f"{mark}{_close_entry(entry)}" for mark, entry in zip(_CIRCLED, entries, strict=False)]
    return f"{before}{'：' if before else ''}{''.join(lines)}"


def _close_entry(entry: str) -> str:
    entry = entry.strip(" ，,、；;\n")
    return entry if entry.endswith(tuple(_ENDS)) else f"{entry}；"
