"""Puts what is right in the place of what is wrong, in a text or in a place. Pure.

What cannot be placed without a doubt is not placed: the result is None.
"""

import re

from dialogue.correction_names import with_name
from nlu.dates.times import find as find_times
from nlu.language.text import digits_of, find_phones

_NUMERALS = "0-9零〇一二两三四五六七八九十百"
_UNIT = "(?P<unit>号楼(?![下上顶])|号|幢|栋|单元|室|楼|层|弄|组|排|座|户)"
_NUMBERED = re.compile(rf"(?P<number>[{_NUMERALS}]+)\s?{_UNIT}")
_BEFORE_SPOT = re.compile("(?<=号)楼[下上顶]")
_SAME_UNIT = {"栋": "幢", "号楼": "幢", "层": "楼"}
_ROUGH = frozenset("现在 刚才 刚刚 最近 目前 平时 近期 以后 之前 之后".split())
_PART_OF_DAY = re.compile(
    "凌晨|清晨|大?清早|一大早|早上|早晨|上午|中午|下午|傍晚|晚上|夜里|夜间|深夜|大?半夜|后半夜|白天|早|晚"
)
_DAY = re.compile(r"[昨今前明]|[每天日号]|周|星期|礼拜|月")
_DAY_ALONE = re.compile(
    r"大?[昨今前明][天日]|上?上?个?(?:周|星期|礼拜)[一二三四五六日天]|\d{1,2}月\d{1,2}[日号]|\d{1,2}号"
)
_LABEL = re.compile(
    r"[，,。；;、\s]*(?:我|本人)?的?(?:联系)?(?:电话|手机|号码|座机|联系方式)号?码?(?:是|为|[:：])?\s?$"
)


def place_in_text(text: str, wrong: str | None, right: str, part: str | None) -> str | None:
    if wrong:
        return replace_words(text, wrong, right)
    match part:
        case "time":
            return _with_time(text, right)
        case "place":
            return _with_numbers(text, right) or with_name(text, right)
        case "contact":
            return _with_phone(text, right)
        case "name":
            return _with_name(text, right)
        case None:
            return with_name(text, right)
    return None


def place_in_place(place: str, wrong: str | None, right: str) -> str | None:
    if wrong:
        return replace_words(place, wrong, right)
    return _with_numbers(place, right) or with_name(place, right)


def remove_contact(text: str) -> str | None:
    """The text without phone numbers and the words before them."""
    phones = find_phones(text)
    for phone in reversed(phones):
        before = _LABEL.sub("", text[: phone.start])
        text = before + text[phone.end :]
    return text.strip("，, ") if phones else None


def replace_words(text: str, wrong: str, right: str) -> str | None:
    """Every `wrong` that is not part of a longer number, or of what is right already."""
    plain, sought = digits_of(text), digits_of(wrong)
    kept = [match.span() for match in re.finditer(re.escape(digits_of(right)), plain)]
    if wrong not in right and right in text and sought not in plain:
        return text
    pieces, at, count = list[str](), 0, 0
    for match in re.finditer(re.escape(sought), plain):
        start, end = match.span()
        if any(s <= start and end <= e for s, e in kept) or _splits_number(text, start, end):
            continue
        start, end = _with_what_right_repeats(text, max(at, start), end, wrong, right, at)
        pieces += [text[at:start], right]
        at, count = end, count + 1
    if not count:
        return text if kept and wrong in right else None
    result = "".join([*pieces, text[at:]])
    return None if _leaves(result, wrong, right) else result


def _with_what_right_repeats(
    text: str, start: int, end: int, wrong: str, right: str, least: int
) -> tuple[int, int]:
    """四路公交 becomes 三路公交 when only 四路 was called wrong: 公交 is not doubled."""
    for more in range(len(right) - 1, 0, -1):
        beside = right[-more:]
        if text.startswith(beside, end) and not wrong.endswith(beside):
            end += more
            break
    for more in range(len(right) - 1, 0, -1):
        beside = right[:more]
        if start - more >= least and text[start - more : start] == beside:
            return (start, end) if wrong.startswith(beside) else (start - more, end)
    return start, end


def _leaves(result: str, wrong: str, right: str) -> bool:
    return wrong in result.replace(right, "\n")


def _splits_number(text: str, start: int, end: int) -> bool:
    """Whether the words found are the tail or the head of a longer number: 6号 in 426号."""
    number = re.compile(f"[{_NUMERALS}]{{2}}")
    around = text[max(0, start - 1) : start + 1], text[end - 1 : end + 1]
    return any(number.fullmatch(pair) is not None for pair in around)


def _with_numbers(place: str, right: str) -> str | None:
    """426号 becomes 462号: the numbers of the same unit."""
    if right in place:
        return place
    if re.fullmatch(f"[{_NUMERALS}]+", right):
        return _with_only_number(place, right)
    if changed := _with_area(place, right):
        return changed
    said = list(_NUMBERED.finditer(right))
    if not said or "".join(match[0] for match in said) != right.replace(" ", ""):
        return None
    for match in said:
        changed = _with_unit(place, match)
        if changed is None:
            return None
        place = changed
    return place


_CITY = "(?:浙江省)?(?:杭州市?)?"
_DISTRICT = re.compile(rf"{_CITY}(?P<name>[一-鿿]{{1,4}}?(?<![小社校园厂景])[区县])")
_TOWN = re.compile(rf"{_CITY}(?:[一-鿿]{{1,4}}?[区县市])?(?P<name>[一-鿿]{{1,5}}?(?:街道|镇|乡))")


def _with_area(place: str, right: str) -> str | None:
    """The district or the town at the start of the place becomes another of its level."""
    for pattern in (_DISTRICT, _TOWN):
        match = pattern.match(place)
        if match and re.fullmatch(match.re.pattern, right) and right[-1] == match["name"][-1]:
            start, end = match.span("name")
            name = pattern.fullmatch(right)
            return place[:start] + name["name"] + place[end:] if name else None
    return None


def _with_unit(place: str, said: re.Match[str]) -> str | None:
    same = [one for one in _NUMBERED.finditer(place) if _unit(one) == _unit(said)]
    if not same and said["unit"] == "号楼":  # 3号楼下 may be under 3号楼
        same = [one for one in _NUMBERED.finditer(place) if _BEFORE_SPOT.match(place, one.end())]
    if len({one["number"] for one in same}) != 1:
        return None
    for one in reversed(same):
        place = place[: one.start()] + said["number"] + one["unit"] + place[one.end() :]
    return place


def unit_of(number: str) -> str:
    """幢 of 3栋."""
    match = _NUMBERED.search(number)
    return _unit(match) if match else ""


def _unit(match: re.Match[str]) -> str:
    return _SAME_UNIT.get(match["unit"], match["unit"])


def _with_only_number(place: str, right: str) -> str | None:
    numbers = list(_NUMBERED.finditer(place))
    if len(numbers) != 1:
        return None
    start, end = numbers[0].span("number")
    return place[:start] + right + place[end:]


def _with_time(text: str, right: str) -> str | None:
    """The text with its time replaced; its day or hour stays when only the other is said."""
    new = _times(right)
    if len(new) != 1:
        return None
    said = right[new[0][0] : new[0][1]]
    old = _times(text)
    if len(old) > 1:
        old = [span for span in old if _shape(text[slice(*span)]) & _shape(said)]
    if len(old) != 1:
        return None
    start, end = old[0]
    if text[start:end] == said:
        return text
    part = _PART_OF_DAY.search(text, start, end)
    if part and part.start() > start and not _DAY.search(said):
        start = part.start()
    if part and _PART_OF_DAY.fullmatch(said):
        end = part.end()  # the hour stays: 早上八点 becomes 晚上八点
    if (
        part
        and part.start() > start
        and not _PART_OF_DAY.search(said)
        and _DAY_ALONE.fullmatch(said)
    ):
        end = part.start()  # the part of the day stays
    return text[:start] + said + text[end:]


def _times(text: str) -> list[tuple[int, int]]:
    return [(start, end) for start, end in find_times(text) if text[start:end] not in _ROUGH]


def _shape(said: str) -> set[str]:
    shape = {"part"} if _PART_OF_DAY.search(said) else set()
    return shape | ({"day"} if _DAY.search(said) else set())


def _with_phone(text: str, right: str) -> str | None:
    phones = find_phones(text)
    if len(phones) != 1:
        return None
    return text[: phones[0].start] + right + text[phones[0].end :]


def _with_name(text: str, right: str) -> str | None:
    match = re.search("我叫([\u4e00-\u9fff·]{2,4})(?=[，,。；; ]|$)", text)
    return text[: match.start(1)] + right + text[match.end(1) :] if match else None
