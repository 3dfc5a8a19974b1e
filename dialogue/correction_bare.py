"""A short answer to the read-back that corrects it without saying so: 81号 for 18号. Pure.

It must be all that is said, and stand for exactly one number or time of the place or the text;
else it is no correction, and may add something.
"""

import re

from dialogue.correction import Correction, Part
from dialogue.correction_words import CLOSING
from nlu.dates.times import find as find_times
from nlu.language.text import digits_of

LONGEST_BARE = 14  # characters
_N = r"[0-9零〇一二两三四五六七八九十百千半几]{1,6}(?:\.[0-9]{1,2})?"
_OF_PLACE = "号楼(?![下上顶])|号|幢|栋|单元|室|楼(?![下上顶])|层|弄|组|排|座"
_OF_MATTER = (
    "个人|人|户|名|位|天|个?多?(?:月|星期|礼拜)|周|年|个?(?:小时|钟头)|分钟|次|趟|遍|回|块钱?|元钱?|毛钱?"
    "|万|千|只|辆|台|棵|盏|条|家|班|路|米|公里|平方米?|平|斤|吨|岁|个"
)
_MEASURE = re.compile(rf"(?P<number>{_N})\s?(?P<unit>{_OF_PLACE}|{_OF_MATTER})")
_ALONE = re.compile(
    rf"(?:{_MEASURE.pattern.replace('?P<number>', '?:').replace('?P<unit>', '?:')}){{1,3}}"
)
_SOUNDS = re.compile(
    "(?:[哦噢喔啊呀哎唉诶嗯额，,。！!~ ]|不对|错了|应该|就是|是在"
    "|是的?|那个|我说的?|一共|总共|只有|有(?!几)|在)"
)
_MOST_SOUNDS = 5
_ONLY_NUMBER = re.compile("[0-9]{2,4}")
_SAME_UNIT = {
    "栋": "幢", "号楼": "幢", "层": "楼", "块钱": "块", "元": "块", "元钱": "块", "毛钱": "毛",
    "个人": "人", "名": "人", "位": "人", "户": "户", "星期": "周", "个星期": "周", "礼拜": "周",
    "个礼拜": "周", "月": "个月", "个小时": "小时", "钟头": "小时", "个钟头": "小时",
    "趟": "次", "遍": "次", "回": "次", "平方": "平", "平方米": "平",
}  # fmt: skip
_PLACE_UNITS = frozenset("号楼 号 幢 栋 单元 室 楼 层 弄 组 排 座".split())
_PART_OF_DAY = re.compile(
    "凌晨|清晨|大?清早|一大早|早上|早晨|上午|中午|下午|傍晚|晚上|夜里|夜间|深夜|大?半夜|后半夜|白天"
)
_MOST = 2000  # characters of a text that are read


def find_bare(words: str, text: str, place: str | None) -> Correction | None:
    """The correction that such a short answer makes of `text` and `place`; None for none."""
    bare = _without_sounds(words)
    if not bare or len(bare) > LONGEST_BARE or words.rstrip().endswith(("？", "?", "吗")):
        return None
    if _ONLY_NUMBER.fullmatch(bare):
        return _of_only_number(bare, place or "")
    if _ALONE.fullmatch(bare):
        return _of_measures(bare, text[:_MOST], place or "")
    return _of_time(bare, text[:_MOST])


def _without_sounds(words: str) -> str:
    bare = words.strip()
    for _ in range(_MOST_SOUNDS):
        sound = _SOUNDS.match(bare)
        if sound is None:
            break
        bare = bare[sound.end() :]
    return bare.rstrip(f"{CLOSING}，,。！!~ ")


def _of_only_number(number: str, place: str) -> Correction | None:
    said = {match["number"] for match in _in_place(place)}
    if len(said) != 1 or digits_of(next(iter(said))) == number:
        return None
    return Correction(next(iter(said)), number, Part.PLACE)


def _in_place(place: str) -> list[re.Match[str]]:
    return [match for match in _MEASURE.finditer(place) if match["unit"] in _PLACE_UNITS]


def _of_measures(bare: str, text: str, place: str) -> Correction | None:
    """Each number has one of its unit to stand for; together they are one stretch."""
    said = list(_MEASURE.finditer(bare))
    of_place = all(match["unit"] in _PLACE_UNITS for match in said)
    for where, part in ((place, Part.PLACE if of_place else None), (text, None)):
        old = [_same(match, where) for match in said]
        if None in old:
            continue
        wrong, right = _stretch([one for one in old if one], said, where)
        if wrong and digits_of(wrong) != digits_of(right):
            return Correction(wrong, right, part or (Part.PLACE if of_place else None))
        return None
    return None


def _same(match: re.Match[str], where: str) -> re.Match[str] | None:
    """The one number of the same unit; None when there is none, or several."""
    unit = _unit(match)
    same = [one for one in _MEASURE.finditer(where) if _unit(one) == unit]
    if not same and match["unit"] == "个":
        same = [one for one in _MEASURE.finditer(where) if one["unit"] == "个人"]
    if unit == "号":
        same = [one for one in same if not _is_date(one)]
    return same[0] if same and len({digits_of(one["number"]) for one in same}) == 1 else None


def _is_date(match: re.Match[str]) -> bool:
    return match.string[: match.start()].endswith("月")


def _unit(match: re.Match[str]) -> str:
    return _SAME_UNIT.get(match["unit"], match["unit"])


def _stretch(old: list[re.Match[str]], said: list[re.Match[str]], where: str) -> tuple[str, str]:
    """From the first to the last number in the text, and the same with the right numbers."""
    if [one.start() for one in old] != sorted({one.start() for one in old}):
        return "", ""
    start, end = old[0].start(), old[-1].end()
    right, at = "", start
    for one, new in zip(old, said, strict=True):
        right += where[at : one.start()] + new["number"] + one["unit"]
        at = one.end()
    return where[start:end], right


def _of_time(bare: str, text: str) -> Correction | None:
    """晚上 for 早上, 昨天 for 今天: the one time of the text."""
    times = find_times(bare)
    if len(times) != 1 or times[0] != (0, len(bare)):
        return None
    if _PART_OF_DAY.fullmatch(bare):
        said = {match[0] for match in _PART_OF_DAY.finditer(text)}
        if len(said) == 1 and bare not in said:
            return Correction(next(iter(said)), bare, Part.TIME)
        return None
    old = [text[start:end] for start, end in find_times(text)]
    if len(set(old)) == 1 and bare not in old[0] and old[0] not in bare:
        return Correction(None, bare, Part.TIME)
    return None
