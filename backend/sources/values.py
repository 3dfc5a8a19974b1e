"""Reading one value as a source writes it: times, numbers, telephones, codes.

Each reader returns the value, or raises ValueError with a sentence for the people at the source.
"""

import math
import re
from collections.abc import Mapping
from datetime import datetime

from backend.clock import SHANGHAI
from backend.vocabulary.messages import storable
from nlu.language.text import find_phones

LONGEST_LINE, LONGEST_TEXT = 200, 20_000
OLDEST_YEAR = 1990
MOJIBAKE = "\ufffd"  # what a decoder writes for bytes that it could not read
_EXACT_IN_SPREADSHEETS = 10**15  # from here on a spreadsheet rounds a number's last digits
_DATE = r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?"
_CLOCK = r"[T\s]*(\d{1,2})\s*[:：时点]\s*(\d{1,2})?\s*分?(?:\s*[:：]?\s*(\d{1,2})\s*秒?)?"
_WRITTEN = re.compile(rf"{_DATE}(?:{_CLOCK})?")
_RUN_TOGETHER = re.compile(r"(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2})?)?")


def as_words(value: object) -> str:
    """Any cell as text: a whole number without `.0`, a time as ISO 8601, nothing as ""."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT_IN_SPREADSHEETS:
        value = int(value)
    if isinstance(value, datetime):
        return value.isoformat()
    return storable(str(value)).strip()


def read_line(value: object) -> str:
    return _short_enough(" ".join(_legible(value).split()), LONGEST_LINE)


def read_text(value: object) -> str:
    return _short_enough(_legible(value), LONGEST_TEXT)


def read_number(value: object) -> float:
    try:
        number = float(_legible(value))
    except ValueError:
        raise ValueError("应为数字") from None
    if not math.isfinite(number):
        raise ValueError("应为数字")
    return number


def read_phone(value: object) -> str:
    words = _legible(value)
    found = find_phones(words)
    if len(found) != 1 or len(words) > 30:
        raise ValueError("不像一个电话号码")
    return found[0].value


def read_choice(value: object, values: Mapping[str, str]) -> str:
    words = read_line(value)
    if words not in values:
        raise ValueError(f"“{words[:20]}”不在清单里，应为{'、'.join(values)}之一")
    return values[words]


def read_time(value: object) -> datetime:
    """ISO 8601, or the common Chinese ways; without an offset it is Shanghai's clock."""
    moment = value if isinstance(value, datetime) else _time_in(_legible(value))
    if moment is None:
        raise ValueError("时间看不懂，请写成 2026-11-23 14:05")
    if moment.year < OLDEST_YEAR or moment.year > 9000:
        raise ValueError("年份不对")
    return moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)


def _time_in(words: str) -> datetime | None:
    try:
        return datetime.fromisoformat(words) if re.search(r"[-:]", words) else _fields(words)
    except ValueError:
        return _fields(words)


def _fields(words: str) -> datetime | None:
    match = _WRITTEN.fullmatch(words) or _RUN_TOGETHER.fullmatch(words)
    if match is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups())
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=SHANGHAI)
    except ValueError:
        return None


def _legible(value: object) -> str:
    if isinstance(value, dict | list):
        raise ValueError("应为一个值，不是一组值")
    if isinstance(value, float) and abs(value) >= _EXACT_IN_SPREADSHEETS:
        raise ValueError("数字太长，被表格软件改成了近似数，请把这一列设为文本")
    words = as_words(value)
    if MOJIBAKE in words:
        raise ValueError("有乱码，请检查文件的编码")
    return words


def _short_enough(words: str, most: int) -> str:
    if len(words) > most:
        raise ValueError(f"太长，最多 {most} 字")
    return words
