"""Read-back of the numbers in a voice message, digit by digit.

Numbers are what a speech recogniser gets wrong most often.
"""

import re

from nlu.language.text import digits_of, find_case_nos, find_phones

_HANZI = "零〇一二两三四五六七八九十百千万幺"
_UNIT = "号楼|幢|栋|弄|单元|室|号|楼|层|元|块钱|块|毛|万元"
# 12号楼, 三百块, 两单元
_NUMBER_WITH_UNIT = re.compile(rf"(?P<number>\d+(?:\.\d+)?|[{_HANZI}]+)\s?(?P<unit>{_UNIT})")
_LONG_NUMBER = re.compile(r"(?P<number>\d{3,})(?P<unit>)")
_PIECE = re.compile(r"[一两]块(?!钱)")  # 块 as a classifier: 一块地砖 is no sum of money
_MULTIPLIERS = {"十": 10, "百": 100, "千": 1000}


def spelled_numbers(text: str) -> list[str]:
    """Case numbers, phones, house numbers and sums in text order, spelled: 电话 1 3 8 …"""
    spans: list[tuple[int, int, str]] = []
    for case in find_case_nos(text):
        label = "尾号" if case.partial else "编号"
        spans.append((case.start, case.end, f"{label} {_space_out(case.value)}"))
    for phone in find_phones(text):
        _add_if_free(
            spans, phone.start, phone.end, f"电话 {_space_out(phone.value.replace('-', ''))}"
        )
    for pattern in (_NUMBER_WITH_UNIT, _LONG_NUMBER):
        for match in pattern.finditer(text):
            if not _PIECE.fullmatch(match[0]):
                words = f"{_space_out(arabic_digits(match['number']))} {match['unit']}".strip()
                _add_if_free(spans, match.start(), match.end(), words)
    return [words for _, _, words in sorted(spans)]


def _add_if_free(spans: list[tuple[int, int, str]], start: int, end: int, words: str) -> None:
    if not any(start < other_end and other_start < end for other_start, other_end, _ in spans):
        spans.append((start, end, words))


def _space_out(number: str) -> str:
    return " ".join(number)


def arabic_digits(numeral: str) -> str:
    """Arabic digits of a Chinese numeral: 三千五百 and 三千五 → 3500, 五零一 → 501, 42 → 42."""
    if not any(unit in numeral for unit in "十百千万"):
        return digits_of(numeral)
    if "万" not in numeral:
        return str(_below_ten_thousand(numeral))
    high, low = numeral.rsplit("万", 1)
    if len(low) == 1:
        low = f"{low}千"  # 三万五
    return str(int(arabic_digits(high) or 1) * 10_000 + _below_ten_thousand(low))


def _below_ten_thousand(numeral: str) -> int:
    if len(numeral) > 1 and numeral[-2] in "百千" and numeral[-1] not in _MULTIPLIERS:
        numeral += "十" if numeral[-2] == "百" else "百"  # 三千五
    total, digit = 0, 0
    for character in numeral:
        if unit := _MULTIPLIERS.get(character):
            total += (digit or 1) * unit
            digit = 0
        else:
            digit = int(digits_of(character))
    return total + digit
