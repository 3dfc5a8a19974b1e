"""Numbers with a unit, and parts of the day: what short corrections are made of."""

import re

from nlu.language.text import digits_of

NUMERALS = "0-9零〇一二两三四五六七八九十百"
_NUMBER = rf"(?:[{NUMERALS}千万半几]{{1,7}}(?:\.[0-9]{{1,2}})?)"
OF_PLACE = "号楼(?![下上顶])|号|幢|栋|单元|室|楼(?![下上顶])|层|弄|组|排|座"
_OF_MATTER = (
    "个人|人|户|名|位|天|个?多?(?:月|星期|礼拜)|周|年|个?(?:小时|钟头)|分钟|秒钟?|次|趟|遍|回|块钱?|元钱?|毛钱?"
    "|万|千|只|辆|台|棵|盏|条|家|班|路|米|公里|平方米?|平|斤|吨|岁|个"
)
ANY_MEASURE = rf"{_NUMBER}\s?(?:{OF_PLACE}|{_OF_MATTER})"
MEASURE = re.compile(rf"(?P<number>{_NUMBER})\s?(?P<unit>{OF_PLACE}|{_OF_MATTER})")
PLACE_UNITS = frozenset("号楼 号 幢 栋 单元 室 楼 层 弄 组 排 座".split())
_SAME_UNIT = {
    "栋": "幢", "号楼": "幢", "层": "楼", "块钱": "块", "元": "块", "元钱": "块", "毛钱": "毛",
    "个人": "人", "名": "人", "位": "人", "星期": "周", "个星期": "周", "礼拜": "周",
    "个礼拜": "周", "月": "个月", "个小时": "小时", "钟头": "小时", "个钟头": "小时",
    "趟": "次", "遍": "次", "回": "次", "平方": "平", "平方米": "平",
}  # fmt: skip
PART_OF_DAY = re.compile(
    "凌晨|清晨|大?清早|一大早|早上|早晨|上午|中午|下午|傍晚|晚上|夜里|夜间|深夜|大?半夜|后半夜|白天"
)


def is_amount(words: str) -> bool:
    """True if the words are a number, with or without a unit that is none of a place: 300元."""
    match = MEASURE.fullmatch(words)
    if match is None:
        return re.fullmatch(_NUMBER, words) is not None
    return match["unit"] not in PLACE_UNITS


def with_amount(text: str, right: str) -> str | None:
    """The text with its only number of that unit replaced; None when it has none or several."""
    if not is_amount(right):
        return None
    new = MEASURE.fullmatch(right)
    old = [measure for measure in MEASURE.finditer(text) if measure["unit"] not in PLACE_UNITS]
    old = only_with_unit(old, unit_of(new)) if new else old
    if len(old) != 1:
        return None
    number = new["number"] if new else right
    return text[: old[0].start("number")] + number + text[old[0].end("number") :]


def unit_of(measure: re.Match[str]) -> str:
    """One name for units that mean the same: 幢 of 3栋."""
    return _SAME_UNIT.get(measure["unit"], measure["unit"])


def only_with_unit(measures: list[re.Match[str]], unit: str) -> list[re.Match[str]]:
    """Quantities of the unit when all have one number; empty when the numbers differ."""
    same = [measure for measure in measures if unit_of(measure) == unit]
    return same if len({digits_of(measure["number"]) for measure in same}) == 1 else []
