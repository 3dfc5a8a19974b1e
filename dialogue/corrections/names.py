"""The name of a thing that was written wrong: 明珠幼儿园 for 茗珠幼儿园. Pure.

Searches the text for a name with the same ending: first a listed name, else the words before the
ending that look or sound most like the right ones.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from nlu.appeals.contacts import PERSON_NAME
from nlu.city.loaded import gazetteer
from nlu.language.pinyin import sounds
from nlu.places.parts import LONGEST, Level, clusters_in

_ENDING = re.compile(
    "(?:幼儿园|托儿所|小学|中学|大学|学校|学院|医院|卫生院|诊所|药店|药房|小区|社区|新村|花园|公寓|家园"
    "|大厦|大楼|广场|菜场|市场|超市|商场|饭店|酒店|宾馆|旅馆|餐厅|面馆|菜馆|茶馆|餐馆|火锅店|奶茶店"
    "|公司|集团|物业|银行|工厂|公园|大道|街道|[店馆厂行院园苑府城坊庭阁路街巷弄村镇乡桥站河港]|[东南西北]{1,2}门)$"
)
_PERSON = re.compile(PERSON_NAME)
_HANZI = re.compile("[\u4e00-\u9fff]+")
_TWO = re.compile("[和与跟、/及]")  # a crossing, or two names
LONGEST_NAME = 16  # characters
_MOST_ENDINGS = 20  # in one text
_ALIKE = 0.5  # of the characters before the ending


@dataclass(frozen=True)
class _Candidate:
    start: int
    end: int
    likeness: float
    is_listed: bool = False


def is_thing(name: str) -> bool:
    """True if it is the name of a thing: it has an ending of one."""
    return len(name) > 2 and _ENDING.search(name) is not None


def is_person(name: str) -> bool:
    return not is_thing(name) and _PERSON.fullmatch(name) is not None


def with_name(text: str, right: str) -> str | None:
    """`text` with the one name that `right` must stand for; None when there is none, or several."""
    if right in text:
        return text
    ending = _ENDING.search(right)
    if ending is None or len(right) > LONGEST_NAME or not _HANZI.fullmatch(right):
        return None
    if _names_area(right) and not right.endswith(("街道", "镇", "乡")):
        return None
    candidates = _alternatives(text, right, ending[0])
    if len({text[name.start : name.end] for name in candidates}) != 1:
        return None
    for name in reversed(candidates):
        text = text[: name.start] + right + text[name.end :]
    return text


def _names_area(name: str) -> bool:
    """余杭区凯旋路 is more than a name."""
    parts = [part for cluster in clusters_in(name, gazetteer()) for part in cluster]
    return any(part.level < Level.COMMUNITY for part in parts)


def _alternatives(text: str, right: str, ending: str) -> list[_Candidate]:
    """One candidate for each place where the ending stands; those unlike it only when listed."""
    head = right[: -len(ending)]
    listed = _listed(text, ending)
    candidates = [
        best
        for match in islice(re.finditer(re.escape(ending), text), _MOST_ENDINGS)
        if (best := _best(text, head, match, listed))
    ]
    alike = [name for name in candidates if name.likeness >= _ALIKE]
    listed_alike = [name for name in alike if name.is_listed]
    return listed_alike or alike or [name for name in candidates if name.is_listed]


def _listed(text: str, ending: str) -> dict[int, int]:
    """Listed place names with that ending in the text: start position by end position."""
    parts = (part for cluster in clusters_in(text[:LONGEST], gazetteer()) for part in cluster)
    return {
        part.end: part.start
        for part in parts
        if part.level in (Level.COMMUNITY, Level.SITE, Level.STREET)
        and part.text.endswith(ending)
        and not _TWO.search(part.text)
    }


def _best(text: str, head: str, ending: re.Match[str], listed: dict[int, int]) -> _Candidate | None:
    at, end = ending.span()
    if end in listed:
        start = listed[end]
        return _Candidate(start, end, _likeness(text[start:at], head), is_listed=True)
    lengths = (len(head), len(head) - 1, len(head) + 1)
    windows = [text[at - n : at] for n in lengths if 1 <= n <= at]
    scored = [(_likeness(w, head), -i, w) for i, w in enumerate(windows) if _HANZI.fullmatch(w)]
    if not scored:
        return None
    likeness, _, window = max(scored)
    return _Candidate(at - len(window), end, likeness) if likeness else None


def _likeness(words: str, right: str) -> float:
    """The share of characters that stand or sound the same; one may be left out."""
    if not words or not right:
        return 0.0
    words, right = sounds(words), sounds(right)
    if len(words) == len(right):
        return sum(a == b for a, b in zip(words, right, strict=True)) / len(right)
    short, long = sorted((words, right), key=len)
    same = _same_at_start(short, long) + _same_at_start(short[::-1], long[::-1])
    return min(len(short), same) / len(long)


def _same_at_start(short: Sequence[str], long: Sequence[str]) -> int:
    return next((at for at, sound in enumerate(short) if sound != long[at]), len(short))
