"""The numbers in what somebody said aloud, digit by digit: what a recogniser gets wrong most."""

import re

from nlu.language.text import digits_of, find_case_nos, find_phones

_HANZI = "零〇一二两三四五六七八九十百千万幺"
_UNIT = "号楼|幢|栋|弄|单元|室|号|楼|层|元|块钱|块|毛|万元"
_WITH_UNIT = re.compile(rf"(?P<number>\d+(?:\.\d+)?|[{_HANZI}]+)\s?(?P<unit>{_UNIT})")
_LONG = re.compile(r"(?P<number>\d{3,})(?P<unit>)")
_NO_SUM = re.compile(r"[一两]块(?!钱)")  # 一块地砖
_TENS = {"十": 10, "百": 100, "千": 1000}


def spelled(text: str) -> list[str]:
    """Case numbers, phones, house numbers and sums in `text`, each spelled: 电话 1 3 8 …"""
    found: list[tuple[int, int, str]] = []
    for case in find_case_nos(text):
        label = "尾号" if case.partial else "编号"
        found.append((case.start, case.end, f"{label} {_spaced(case.value)}"))
    for phone in find_phones(text):
        _add(found, phone.start, phone.end, f"电话 {_spaced(phone.value.replace('-', ''))}")
    for pattern in (_WITH_UNIT, _LONG):
        for match in pattern.finditer(text):
            if not _NO_SUM.fullmatch(match[0]):
                words = f"{_spaced(arabic(match['number']))} {match['unit']}".strip()
                _add(found, match.start(), match.end(), words)
    return [words for _, _, words in sorted(found)]


def _add(found: list[tuple[int, int, str]], start: int, end: int, words: str) -> None:
    if not any(start < other_end and other_start < end for other_start, other_end, _ in found):
        found.append((start, end, words))


def _spaced(number: str) -> str:
    return " ".join(number)


def arabic(said: str) -> str:
    """`三千五百` and `三千五` as 3500, `五零一` as 501; figures stay."""
    if not any(unit in said for unit in "十百千万"):
        return digits_of(said)
    if "万" not in said:
        return str(_below_ten_thousand(said))
    high, low = said.rsplit("万", 1)
    if len(low) == 1:
        low = f"{low}千"  # 三万五
    return str(int(arabic(high) or 1) * 10_000 + _below_ten_thousand(low))


def _below_ten_thousand(said: str) -> int:
    if len(said) > 1 and said[-2] in "百千" and said[-1] not in _TENS:
        said += "十" if said[-2] == "百" else "百"  # 三千五
    total, digit = 0, 0
    for character in said:
        if unit := _TENS.get(character):
            total += (digit or 1) * unit
            digit = 0
        else:
            digit = int(digits_of(character))
    return total + digit
