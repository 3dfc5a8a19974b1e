"""Replaces the wrong words by the right ones, in a text or in a place. Pure.

Returns None unless exactly one position fits.
"""

import re

from dialogue.answers.parts import Part
from dialogue.corrections.alike import with_same_noun, words_like
from dialogue.corrections.names import with_name
from dialogue.corrections.numbers import (
    MEASURE,
    NUMERALS,
    PART_OF_DAY,
    PLACE_UNITS,
    only_with_unit,
    unit_of,
    with_amount,
)
from nlu.appeals.details import spans_of_time
from nlu.language.text import digits_of, find_phones
from nlu.places.answers import place_in

_TWO_NUMERALS = re.compile(f"[{NUMERALS}]{{2}}")
_UNDER_OR_ON = re.compile("(?<=号)楼[下上顶]")
_ROUGH = frozenset("现在 刚才 刚刚 最近 目前 平时 近期 以后 之前 之后".split())
_DAY = re.compile(r"[昨今前明]|[每天日号]|周|星期|礼拜|月")
_HOUR = re.compile(r"[0-9一二三四五六七八九十两半][点时:：]|钟头|小时前")
_DAY_ALONE = re.compile(
    r"大?[昨今前明][天日]|上?上?个?(?:周|星期|礼拜)[一二三四五六日天]|\d{1,2}月\d{1,2}[日号]|\d{1,2}号"
)
_LABEL = re.compile(
    r"[，,。；;、\s]*(?:我|本人)?的?(?:联系)?(?:电话|手机|号码|座机|联系方式)号?码?(?:是|为|[:：])?\s?$"
)


def with_part(text: str, right: str, part: Part | None) -> str | None:
    """The text with what is right in the place of its only time, number, name, phone or words."""
    match part:
        case Part.TIME:
            return with_time(text, right)
        case Part.PLACE:
            placed = with_numbers(text, right) or with_name(text, right)
            return placed or (None if place_in(right) else _with_words(text, right))
        case Part.CONTACT:
            return _with_phone(text, right)
        case Part.NAME:
            return _with_own_name(text, right)
        case Part.MATTER:
            return with_amount(text, right)
        case None:
            return with_name(text, right) or with_amount(text, right) or _with_words(text, right)
    return None


def _with_words(text: str, right: str) -> str | None:
    """The text with `right` in the place of the words that it must stand for."""
    wrong = words_like(text, right)
    replaced = replace_words(text, wrong, right) if wrong else None
    return with_same_noun(replaced, wrong, right) if wrong and replaced else None


def without_contact(text: str) -> str | None:
    """The text without phone numbers and the words before them."""
    phones = find_phones(text)
    for phone in reversed(phones):
        text = _LABEL.sub("", text[: phone.start]) + text[phone.end :]
    return text.strip("，, ") if phones else None


def replace_words(text: str, wrong: str, right: str) -> str | None:
    """Every `wrong` that is not part of a longer number, or of what is right already."""
    plain, sought = digits_of(text), digits_of(wrong)
    right_spans = [match.span() for match in re.finditer(re.escape(digits_of(right)), plain)]
    if wrong not in right and right in text and sought not in plain:
        return text
    pieces, position = list[str](), 0
    for match in re.finditer(re.escape(sought), plain):
        start, end = match.span()
        is_right = any(first <= start and end <= last for first, last in right_spans)
        if is_right or _splits_number(text, start, end):
            continue
        start, end = _with_repeated(text, max(position, start), end, wrong, right, position)
        pieces += [text[position:start], right]
        position = end
    if not pieces:
        return text if right_spans and wrong in right else None
    replaced = "".join([*pieces, text[position:]])
    return None if wrong in replaced.replace(right, "\n") else replaced


def _with_repeated(
    text: str, start: int, end: int, wrong: str, right: str, least: int
) -> tuple[int, int]:
    """四路公交 becomes 三路公交 when only 四路 was called wrong: 公交 is not doubled."""
    for length in range(len(right) - 1, 0, -1):
        beside = right[-length:]
        if text.startswith(beside, end) and not wrong.endswith(beside):
            end += length
            break
    for length in range(len(right) - 1, 0, -1):
        beside = right[:length]
        if start - length >= least and text[start - length : start] == beside:
            return (start, end) if wrong.startswith(beside) else (start - length, end)
    return start, end


def _splits_number(text: str, start: int, end: int) -> bool:
    """True if the span is the tail or the head of a longer number: 6号 in 426号."""
    pairs = text[max(0, start - 1) : start + 1], text[end - 1 : end + 1]
    return any(_TWO_NUMERALS.fullmatch(pair) for pair in pairs)


def with_numbers(place: str, right: str) -> str | None:
    """426号 becomes 462号: the numbers of the same unit; a district or town that of its level."""
    if right in place:
        return place
    if re.fullmatch(f"[{NUMERALS}]+", right):
        measures = _measures(place)
        return _with_number(place, measures, right) if len(measures) == 1 else None
    new = _measures(right)
    if not new or "".join(match[0] for match in new) != right.replace(" ", ""):
        return None
    for match in new:
        same = only_with_unit(_measures(place), unit_of(match))
        if not same and match["unit"] == "号楼":  # 3号楼下 may be under 3号楼
            same = [old for old in _measures(place) if _UNDER_OR_ON.match(place, old.end())]
        if not same:
            return None
        place = _with_number(place, same, match["number"])
    return place


def _measures(place: str) -> list[re.Match[str]]:
    return [match for match in MEASURE.finditer(place) if match["unit"] in (*PLACE_UNITS, "户")]


def _with_number(place: str, measures: list[re.Match[str]], number: str) -> str:
    for match in reversed(measures):
        place = place[: match.start("number")] + number + place[match.end("number") :]
    return place


def with_time(text: str, right: str, wrong: str | None = None) -> str | None:
    """The text with its time replaced; its day or hour stays when only the other is said.

    Of several times it is the one that is named as wrong, else the first of the same shape.
    """
    right_times = _times(right)
    if len(right_times) != 1:
        return None
    new = right[slice(*right_times[0])]
    if new in text:
        return text
    old = [span for span in _times(text) if not wrong or wrong in text[slice(*span)]]
    if len(old) > 1:
        old = [span for span in old if _shape(text[slice(*span)]) & _shape(new)]
    if not old:
        return None
    start, end = old[0]
    if wrong:
        return text[:start] + text[start:end].replace(wrong, new) + text[end:]
    if part := PART_OF_DAY.search(text, start, end):
        is_behind_day = part.start() > start
        if PART_OF_DAY.fullmatch(new):
            end = part.end()  # the hour stays: 早上八点 becomes 晚上八点
        elif is_behind_day and _DAY_ALONE.fullmatch(new) and not PART_OF_DAY.search(new):
            end = part.start()  # the part of the day stays
        if is_behind_day and not _DAY.search(new):
            start = part.start()
    return text[:start] + new + text[end:]


def _times(text: str) -> list[tuple[int, int]]:
    return [(start, end) for start, end in spans_of_time(text) if text[start:end] not in _ROUGH]


def _shape(time: str) -> set[str]:
    named = (("part", PART_OF_DAY), ("day", _DAY), ("hour", _HOUR))
    return {name for name, pattern in named if pattern.search(time)} or {"length"}


def _with_phone(text: str, right: str) -> str | None:
    phones = find_phones(text)
    if len(phones) != 1:
        return None
    return text[: phones[0].start] + right + text[phones[0].end :]


def _with_own_name(text: str, right: str) -> str | None:
    match = re.search("我叫([\u4e00-\u9fff·]{2,4})(?=[，,。；; ]|$)", text)
    return text[: match.start(1)] + right + text[match.end(1) :] if match else None
