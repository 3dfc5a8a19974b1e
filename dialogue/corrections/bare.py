"""A short answer to the read-back that corrects it without saying so: 81号 for 18号. Pure.

The whole message must be the correction, and match exactly one number or time of the place or the
text. Otherwise it adds to the text.
"""

import re
from dataclasses import replace

from dialogue.answers.clauses import clauses
from dialogue.answers.parts import Part
from dialogue.corrections.alike import words_like
from dialogue.corrections.numbers import (
    ANY_MEASURE,
    MEASURE,
    PART_OF_DAY,
    PLACE_UNITS,
    only_with_unit,
    unit_of,
)
from dialogue.corrections.words import CLOSING, NEGATED, Correction, part_of
from nlu.dates.times import find as find_times
from nlu.language.text import digits_of

LONGEST_BARE = 14  # characters
_ONLY_MEASURES = re.compile(rf"(?:{ANY_MEASURE}){{1,3}}")
_ONLY_NUMBER = re.compile("[0-9]{2,4}")
_SOUNDS = re.compile(
    "(?:[哦噢喔啊呀哎唉诶嗯额，,。！!~ ]|不对|错了|应该|就是|是在"
    "|是的?|那个|我说的?|一共|总共|只有|有(?!几)|在){0,5}"
)
_MOST = 2000  # characters of a text that are read
# 应该是养鸡, 我说的是物业费, 养的是鸡
_STATED = re.compile(
    "(?:[^，。！!？?]{1,8}[？?])?(?:(?:应该|其实|而|我说的|我讲的|我要说的|就){0,2}是(?!不是)|(?P<verb>[^，。！？?的是不]{1,3})的(?:其实|应该)?是)"
    rf"(?P<right>[^，。！!？?；;\s]{{1,16}}?)[{CLOSING}]*(?:[，。！!；;\s]+(?P<rest>.*))?",
    re.DOTALL,
)


# 不是护栏，隔离带
_PAIR = re.compile(
    rf"不是(?P<wrong>[^，。是]{{2,6}}?)[，, ](?P<right>[^，。！!？?也还都不没]{{2,6}}?)"
    rf"[{CLOSING}。！!]*"
)


def find_stated(words: str, text: str) -> Correction | None:
    """The right words that an answer states alone (是养鸡) or of what is done in `text` (养的是鸡).

    None when there are none, and for 没拴绳的是两条狗, which only adds to 遛狗没拴绳.
    """
    match = _STATED.fullmatch(words.strip())
    if match is None or words.rstrip().endswith(("？", "?", "吗")):
        return None
    verb, right, rest = match["verb"] or "", match["right"], match["rest"] or ""
    if verb and (counted := find_bare(right, text, None)):
        return replace(counted, rest=rest)  # 坏的是三盏
    if verb and not _is_done_to_other(text, verb, right):
        return None
    return Correction(right=f"{verb}{right}", rest=rest)


def _is_done_to_other(text: str, verb: str, right: str) -> bool:
    """True if the text says that it is done to one other thing: 养狗 where 养鸡 is right."""
    wrong = words_like(text, f"{verb}{right}") or ""
    is_alike = abs(len(wrong) - len(verb) - len(right)) <= 1 and not MEASURE.search(right)
    return wrong.startswith(verb) and is_alike


def adds_to(words: str, text: str) -> bool:
    """True if the words say who or what does what `text` tells of: 漏水的是602."""
    match = _STATED.fullmatch(words.strip())
    return match is not None and bool(match["verb"]) and match["verb"] in text


def find_denied(words: str, text: str) -> Correction | None:
    """不是半夜: words of `text` that are wrong, and nothing that is right; None for none."""
    match = NEGATED.fullmatch(words.strip(f"{CLOSING}，,。！!~ "))
    wrong = match["wrong"] if match else ""
    return Correction(wrong, part=part_of(wrong)) if wrong and wrong in text else None


def without_denied(rest: str, before: str, now: str) -> str:
    """What else is said, without 不是半夜 of words that were corrected."""
    denied = (NEGATED.fullmatch(clause.text) for clause in clauses(rest))
    for match in filter(None, denied):
        if match["wrong"] in before and match["wrong"] not in now:
            rest = rest.replace(match[0], "")
    return rest.strip(" ，,。\n")


def find_bare(words: str, text: str, place: str | None) -> Correction | None:
    """The correction that such a short answer makes of `text` and `place`; None for none."""
    pair = _PAIR.fullmatch(words)
    if pair and pair["wrong"] in text:
        return Correction(pair["wrong"], pair["right"])
    bare = words.strip()
    bare = bare[_end_of_sounds(bare) :].rstrip(f"{CLOSING}，,。！!~ ")
    if not bare or len(bare) > LONGEST_BARE or words.rstrip().endswith(("？", "?", "吗")):
        return None
    if _ONLY_NUMBER.fullmatch(bare):
        return _of_only_number(bare, place or "")
    if _ONLY_MEASURES.fullmatch(bare):
        return _of_measures(bare, text[:_MOST], place or "")
    return _of_time(bare, text[:_MOST])


def _end_of_sounds(words: str) -> int:
    sounds = _SOUNDS.match(words)
    return sounds.end() if sounds else 0


def _of_only_number(number: str, place: str) -> Correction | None:
    """351 for the only number of the place."""
    measures = (match for match in MEASURE.finditer(place) if match["unit"] in PLACE_UNITS)
    old = {match["number"] for match in measures}
    if len(old) != 1 or digits_of(next(iter(old))) == number:
        return None
    return Correction(next(iter(old)), number, Part.PLACE)


def _of_measures(bare: str, text: str, place: str) -> Correction | None:
    """Each number stands for the one of its unit; together they are one stretch."""
    new = list(MEASURE.finditer(bare))
    is_place = all(match["unit"] in PLACE_UNITS for match in new)
    for where in (place, text):
        old = [_only_one_like(match, where) for match in new]
        if None in old:
            continue
        wrong, right = _stretch([match for match in old if match], new, where)
        if not wrong or digits_of(wrong) == digits_of(right):
            return None
        return Correction(wrong, right, Part.PLACE if is_place else None)
    return None


def _only_one_like(measure: re.Match[str], where: str) -> re.Match[str] | None:
    """The one number of the same unit; None when there is none, or several."""
    unit, there = unit_of(measure), list(MEASURE.finditer(where))
    if unit == "号":
        there = [match for match in there if where[: match.start()][-1:] != "月"]  # 3月5号
    same = only_with_unit(there, unit)
    if not same and unit == "个":
        same = only_with_unit([match for match in there if match["unit"] == "个人"], "人")
    return same[0] if same else None


def _stretch(old: list[re.Match[str]], new: list[re.Match[str]], where: str) -> tuple[str, str]:
    """From the first to the last number in the text, and the same with the right numbers."""
    if [match.start() for match in old] != sorted({match.start() for match in old}):
        return "", ""
    start, end = old[0].start(), old[-1].end()
    right, position = "", start
    for wrong_number, right_number in zip(old, new, strict=True):
        right += where[position : wrong_number.start()] + right_number["number"]
        right += wrong_number["unit"]
        position = wrong_number.end()
    return where[start:end], right


def _of_time(bare: str, text: str) -> Correction | None:
    """晚上 for 早上, 昨天 for 今天: the one time of the text."""
    if find_times(bare) != [(0, len(bare))]:
        return None
    if PART_OF_DAY.fullmatch(bare):
        parts_of_day = set(PART_OF_DAY.findall(text))
        if len(parts_of_day) == 1 and bare not in parts_of_day:
            return Correction(parts_of_day.pop(), bare, Part.TIME)
        return None
    times = {text[start:end] for start, end in find_times(text)}
    if len(times) == 1 and not any(bare in time or time in bare for time in times):
        return Correction(right=bare, part=Part.TIME)
    return None
