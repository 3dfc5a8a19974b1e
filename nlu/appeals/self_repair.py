"""A slip of the tongue that the speaker mends at once: 文三路，哦不对，文二路. Pure.

The right words replace the wrong ones when both are of one sort: a time, a place or its number, or
a thing. Otherwise the sentence stays as it was.
"""

import re
from collections.abc import Callable, Sequence

from nlu.appeals.cues import has_trouble
from nlu.appeals.details import spans_of_time
from nlu.city.loaded import gazetteer
from nlu.language.words import cut, tags
from nlu.places.merge import is_road
from nlu.places.parts import Cluster, Level, Part, clusters_in, numbers_in

LONGEST_READ = 400  # characters; slips further on stay
_MOST_SLIPS = 3
_NEAR = 40  # characters on each side of the mark that are looked at
_SOUND = "[啊呃哦噢诶唉哎嗯呀]"
_MARK = re.compile(
    rf"[，,、 ]?(?P<sound>{_SOUND}{{0,3}})[，,、 ]?"
    r"(?:(?:不对|错了|[说讲记写]错了?)(?:不对|错了)?|(?<=[，,、 ])不是)"
    rf"{_SOUND}?[，,、 ](?:应该)?是?(?=[\u4e00-\u9fff\d]{{2}})"
)
_WRONG_BEFORE = re.compile(r"[的得也都说算做].{0,2}$")  # 说的不对, 算得不对: what is wrong is told
_DAY = re.compile("(?:[今昨前明每]天|大前天|晚上|夜里|早上|上午|中午|下午|傍晚|凌晨|半夜)+")
_NUMERAL = re.compile(r"[\d一二三四五六七八九十两]")
_LONGEST_THING = 14  # characters of the clause that ends in the slip

_Finder = Callable[[str, str], int | None]


def repaired(text: str) -> str:
    """The text without its slips; at most three are mended."""
    for _ in range(_MOST_SLIPS):
        mended = _mend_first(text)
        if mended == text:
            break
        text = mended
    return text


def _mend_first(text: str) -> str:
    for mark in _MARK.finditer(text[:LONGEST_READ]):
        before, right = text[: mark.start()], text[mark.end() :]
        if before and not _WRONG_BEFORE.search(before):
            slip = _slip(before, right, has_sound=bool(mark["sound"]))
            if slip is not None:
                return text[:slip] + right
    return text


def _slip(before: str, right: str, *, has_sound: bool) -> int | None:
    """Where the wrong words start in `before`; None if `right` does not stand for its end."""
    finders: Sequence[_Finder] = (_time, _place, _number, *((_thing,) if has_sound else ()))
    offset = max(0, len(before) - _NEAR)
    starts = (find(before[offset:], right[:_NEAR]) for find in finders)
    start = next((start for start in starts if start is not None), None)
    return None if start is None else offset + start


def _time(before: str, right: str) -> int | None:
    """The time at the end; its hour alone (晚上|十点) where the right one begins with an hour."""
    first = next((start for start, _ in spans_of_time(right)), None)
    at_end = [start for start, end in spans_of_time(before) if end == len(before)]
    if first != 0 or not at_end:
        return None
    day = _DAY.match(before, min(at_end)) if _NUMERAL.match(right) else None
    return day.end() if day else min(at_end)


def _place(before: str, right: str) -> int | None:
    """From the first part that is as wide as the right place: the area before it stays."""
    new = _in_text_order(clusters_in(right, gazetteer())[:1])
    old = _in_text_order(clusters_in(before, gazetteer())[-1:])
    if not new or not old or new[0].start or old[-1].end != len(before):
        return None
    return next((part.start for part in old if _are_alike(part, new[0])), None)


def _in_text_order(clusters: Sequence[Cluster]) -> list[Part]:
    parts = (part for cluster in clusters for part in cluster)
    return sorted(parts, key=lambda part: part.start)


def _are_alike(old: Part, new: Part) -> bool:
    if old.level == new.level == Level.SITE:
        return is_road(old) is is_road(new)
    return old.level == new.level and old.level <= Level.SITE


def _number(before: str, right: str) -> int | None:
    new, old = numbers_in(right)[:1], numbers_in(before)[-1:]
    if not new or not old or new[0].start or old[0].end != len(before):
        return None
    return old[0].start if old[0].text[-1] == new[0].text[-1] else None


def _thing(before: str, right: str) -> int | None:
    clause = re.split("[，,。；;！!？?]", before)[-1]
    if not clause or has_trouble(clause) or len(clause) > _LONGEST_THING:
        return None
    old, new = cut(clause)[-1], cut(right)[0]
    return len(before) - len(old) if _is_noun(old) and _is_noun(new) else None


def _is_noun(word: str) -> bool:
    tag = tags().get(word, "")
    return tag.startswith("n") or tag == "vn"  # 监控 is both
