"""Parses single values of a source: times, numbers, telephone numbers, codes.

Each reader returns the parsed value or raises ValueError with a Chinese message for the source.
"""

import math
import re
from collections.abc import Mapping
from datetime import datetime

from backend.clock import SHANGHAI
from backend.vocabulary.messages import storable
from nlu.language.text import find_phones

MAX_LINE_LENGTH, MAX_TEXT_LENGTH = 200, 20_000  # characters
OLDEST_YEAR = 1990
MOJIBAKE = "\ufffd"  # a decoder's replacement for undecodable bytes
_EXACT_IN_SPREADSHEETS = 10**15  # spreadsheets round the last digits of larger numbers
_DATE = r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?"
_CLOCK = r"[T\s]*(\d{1,2})\s*[:：时点]\s*(\d{1,2})?\s*分?(?:\s*[:：]?\s*(\d{1,2})\s*秒?)?"
_SEPARATED = re.compile(rf"{_DATE}(?:{_CLOCK})?")
_DIGITS_ONLY = re.compile(r"(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2})?)?")


def cell_text(value: object) -> str:
    """A cell as text: a whole number without `.0`, a time as ISO 8601, None as ""."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT_IN_SPREADSHEETS:
        value = int(value)
    if isinstance(value, datetime):
        return value.isoformat()
    return storable(str(value)).strip()


def read_line(value: object) -> str:
    return _limited(" ".join(_legible(value).split()), MAX_LINE_LENGTH)


def read_text(value: object) -> str:
    return _limited(_legible(value), MAX_TEXT_LENGTH)


def read_number(value: object) -> float:
    try:
        number = float(_legible(value))
    except ValueError:
        raise ValueError("应为数字") from None
    if not math.isfinite(number):
        raise ValueError("应为数字")
    return number


def read_phone(value: object) -> str:
    text = _legible(value)
    phones = find_phones(text)
    if len(phones) != 1 or len(text) > 30:
        raise ValueError("不像一个电话号码")
    return phones[0].value


def read_choice(value: object, codes: Mapping[str, str]) -> str:
    """The code for a label; `codes` maps the source's labels to codes."""
    label = read_line(value)
    if label not in codes:
        raise ValueError(f"“{label[:20]}”不在清单里，应为{'、'.join(codes)}之一")
    return codes[label]


def read_time(value: object) -> datetime:
    """Accepts ISO 8601 and common Chinese formats; without an offset the zone is Shanghai."""
    moment = value if isinstance(value, datetime) else _parsed_time(_legible(value))
    if moment is None:
        raise ValueError("时间看不懂，请写成 2026-11-23 14:05")
    if moment.year < OLDEST_YEAR or moment.year > 9000:
        raise ValueError("年份不对")
    return moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)


def _parsed_time(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if re.search(r"[-:]", text) else _chinese_time(text)
    except ValueError:
        return _chinese_time(text)


def _chinese_time(text: str) -> datetime | None:
    match = _SEPARATED.fullmatch(text) or _DIGITS_ONLY.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups())
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=SHANGHAI)
    except ValueError:
        return None


def _legible(value: object) -> str:
    """The cell as text. Raises ValueError for a list, a rounded number or mojibake."""
    if isinstance(value, dict | list):
        raise ValueError("应为一个值，不是一组值")
    if isinstance(value, float) and abs(value) >= _EXACT_IN_SPREADSHEETS:
        raise ValueError("数字太长，被表格软件改成了近似数，请把这一列设为文本")
    text = cell_text(value)
    if MOJIBAKE in text:
        raise ValueError("有乱码，请检查文件的编码")
    return text


def _limited(text: str, max_length: int) -> str:
    if len(text) > max_length:
        raise ValueError(f"太长，最多 {max_length} 字")
    return text
