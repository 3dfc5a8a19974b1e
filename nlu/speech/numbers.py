"""Spoken numbers in digits: 三百零二 → 302, as recognisers differ in writing them."""

import re

_DIGITS = {c: str(i) for i, c in enumerate("零一二三四五六七八九")} | {
    "〇": "0",
    "两": "2",
    "幺": "1",
}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10_000, "亿": 100_000_000}
_NUMERAL = "零〇一二两三四五六七八九幺十百千万亿"
_NUMBER = re.compile(rf"(?:\d+(?:\.\d+)?)?[{_NUMERAL}](?:[{_NUMERAL}\d]|点(?=[{_NUMERAL}\d]))*")
# Behind a number that is a name: 一一七社区, 五六二村
_NAME_AFTER = re.compile(r"[社村巷弄街路桥园景里墩堡房]")


def convert_numerals(text: str, *, shortest: int = 3) -> str:
    """The text with each spoken number of `shortest` characters or more in digits.

    Shorter ones are often part of a word or a name (一些, 十五奎巷).
    """

    def digits_of_match(match: re.Match[str]) -> str:
        numeral = match.group()
        if len(numeral) < shortest or _NAME_AFTER.match(text, match.end()):
            return numeral
        return _figures(numeral) or numeral

    return _NUMBER.sub(digits_of_match, text)


def _figures(numeral: str) -> str | None:
    integer, point, decimals = numeral.partition("点")
    figures = _integer(integer)
    if figures is None or not point:
        return figures
    digits = _read_out(decimals)
    return None if digits is None else f"{figures}.{digits}"


def _integer(numeral: str) -> str | None:
    has_unit = any(c in _UNITS or c in _LARGE for c in numeral)
    return str(value) if has_unit and (value := _value(numeral)) is not None else _read_out(numeral)


def _read_out(numeral: str) -> str | None:
    """Digits of a number that is read out: 幺三八零零 → 13800; None for another character."""
    digits = [_DIGITS.get(c, c) for c in numeral]
    return "".join(digits) if all(d.isdecimal() for d in digits) else None


def _value(numeral: str) -> int | None:
    """Value of a number with units; None for another character.

    The part before a larger unit is multiplied by it: 三百零五千 is 305 thousand.
    """
    total = section = 0
    digits, last = "", 1
    for character in numeral:
        if character in _LARGE:
            total = (total + section + int(digits or 0)) * _LARGE[character]
            section, digits, last = 0, "", _LARGE[character]
        elif character in _UNITS:
            unit = _UNITS[character]
            if section and section < unit:
                section = (section + int(digits or 0)) * unit
            else:
                section += int(digits or 1) * unit
            digits, last = "", unit
        elif character.isdecimal() or character in _DIGITS:
            digits += _DIGITS.get(character, character)
        else:
            return None
    # 三百五 is 350, and 三百零五 is 305.
    return total + section + int(digits or 0) * (last // 10 if len(digits) == 1 < last else 1)
