"""Numbers that were spoken, written in figures: one recogniser writes 三百零二, another 302."""

import re

_DIGITS = {c: str(i) for i, c in enumerate("零一二三四五六七八九")} | {
    "〇": "0",
    "两": "2",
    "幺": "1",
}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10_000, "亿": 100_000_000}
_NUMERAL = "零〇一二两三四五六七八九幺十百千万亿"
# A road or a community may have a number for a name: 一一七社区, 五六二村.
_NUMBER = re.compile(rf"(?:\d+(?:\.\d+)?)?[{_NUMERAL}](?:[{_NUMERAL}\d]|点(?=[{_NUMERAL}\d]))*")
_NAMED_SO = re.compile(r"[社村巷弄街路桥园景里墩堡房]")


def in_figures(text: str, *, shortest: int = 3) -> str:
    """`text` with each spoken number of `shortest` characters or more in figures.

    Shorter ones are as often part of a word or of a name (一些, 十五奎巷).
    """

    def written(match: re.Match[str]) -> str:
        said = match.group()
        if len(said) < shortest or _NAMED_SO.match(text, match.end()):
            return said
        return _figures(said) or said

    return _NUMBER.sub(written, text)


def _figures(said: str) -> str | None:
    whole, point, after = said.partition("点")
    figures = _whole(whole)
    if figures is None or not point:
        return figures
    digits = _read_out(after)
    return None if digits is None else f"{figures}.{digits}"


def _whole(said: str) -> str | None:
    has_unit = any(c in _UNITS or c in _LARGE for c in said)
    return str(value) if has_unit and (value := _value(said)) is not None else _read_out(said)


def _read_out(said: str) -> str | None:
    """幺三八零零: digit by digit."""
    digits = [_DIGITS.get(c, c) for c in said]
    return "".join(digits) if all(d.isdecimal() for d in digits) else None


def _value(said: str) -> int | None:
    """三百零五千 is 305 thousand: what stands before a larger unit is multiplied by it."""
    total = section = 0
    digits, last = "", 1
    for character in said:
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
