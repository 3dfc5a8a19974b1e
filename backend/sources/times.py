"""Reads a time as systems and people write it: ISO 8601, Chinese, a spreadsheet's serial number.

Only the strict ISO form goes to an ISO parser, which would take the end of 09:12-10:00 for an
offset. Without an offset the zone is Shanghai.
"""

import re
import unicodedata
from datetime import date, datetime, timedelta

from backend.clock import SHANGHAI

OLDEST_YEAR, NEWEST_YEAR = 1990, 9000
_UNREADABLE = "时间看不懂，请写成 2026-11-23 14:05"
# A negative offset counts only in the full form: 09:12-10:00 is a span.
_ISO = re.compile(
    r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?\s?(?:Z|\+\d\d:?\d\d)?"
    r"|T\d\d:\d\d:\d\d(?:\.\d{1,6})?-\d\d:\d\d)?"
)
# Day 0 of a spreadsheet's calendar, which has a 29 February 1900; days of 1954 to 2118.
_DAY_0 = datetime(1899, 12, 30, tzinfo=SHANGHAI)
_SERIAL_DAYS = (20_000, 80_000)
_EPOCH_SECONDS = (6 * 10**8, 10**11)  # since 1970; of 1989 to 5138
_DIGITS = re.compile(r"(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d)?)?")
_YEAR_FIRST = (
    r"(?P<year>\d{4}|\d\d)\s*[-/.年]\s*(?P<month>\d\d?)\s*[-/.月]\s*(?P<day>\d\d?)\s*[日号]?"
)
_YEAR_LAST = r"(?P<month>\d\d?)/(?P<day>\d\d?)/(?P<year>\d{4})"
_WEEKDAY = r"(?:\s*[(]?(?:星期|周|礼拜)[一二三四五六日天][)]?)?"
_PART = r"(?P<part>凌晨|清晨|早上|早晨|上午|中午|下午|傍晚|晚上|夜里|[AaPp][Mm])"
_CLOCK = (
    rf"(?:[T,]?\s*{_PART}?\s*(?P<hour>\d\d?)\s*[:.时点]\s*(?P<minute>\d\d?)?\s*分?"
    r"(?:\s*:?\s*(?P<second>\d\d?)(?:\.\d+)?\s*秒?)?\s*(?P<after>[AaPp][Mm])?)?"
)
_END = (
    r"(?:\s*[-~至到—–]+\s*\d\d?\s*[:.时点]\s*\d{0,2}\s*分?)?"  # the end of a span; its start counts
)
_WRITTEN = tuple(
    re.compile(rf"{day}{_WEEKDAY}\s*{_CLOCK}{_END}") for day in (_YEAR_FIRST, _YEAR_LAST)
)
_AFTERNOON = frozenset({"下午", "傍晚", "晚上", "夜里", "pm"})


def read_moment(value: object) -> datetime:
    """Raises ValueError."""
    moment = _moment(value)
    if moment is None:
        raise ValueError(_UNREADABLE)
    if not OLDEST_YEAR <= moment.year <= NEWEST_YEAR:
        raise ValueError("年份不对")
    return moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)


def _moment(value: object) -> datetime | None:
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)  # noqa: DTZ001 (the zone follows)
    text = unicodedata.normalize("NFKC", str(value)).strip().lstrip("'")
    for reading in (_iso, _by_number, _in_digits, _written):
        try:
            if moment := reading(text):
                return moment
        except (ValueError, OverflowError):
            continue
    return None


def _iso(text: str) -> datetime | None:
    if not _ISO.fullmatch(text):
        return None
    return datetime.fromisoformat(text.replace(" +", "+").replace(" Z", "Z"))


def _by_number(text: str) -> datetime | None:
    """46349.38 (days), 1795400000 (seconds) or 1795400000000 (milliseconds)."""
    if not re.fullmatch(r"\d{5}(?:\.\d+)?|\d{9,10}|\d{13}", text):
        return None
    number = int(text) / 1000 if re.fullmatch(r"\d{13}", text) else float(text)
    if _SERIAL_DAYS[0] <= number < _SERIAL_DAYS[1]:
        return _DAY_0 + timedelta(seconds=round(number * 86400))
    if _EPOCH_SECONDS[0] <= number < _EPOCH_SECONDS[1]:
        return datetime.fromtimestamp(number, SHANGHAI)
    return None


def _in_digits(text: str) -> datetime | None:
    """20261123, 202611230912 or 20261123091230."""
    match = _DIGITS.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups())
    return datetime(year, month, day, hour, minute, second)  # noqa: DTZ001


def _written(text: str) -> datetime | None:
    match = next(filter(None, (pattern.fullmatch(text) for pattern in _WRITTEN)), None)
    if match is None:
        return None
    year, month, day = (int(match[name]) for name in ("year", "month", "day"))
    hour, minute, second = (int(match[name] or 0) for name in ("hour", "minute", "second"))
    part = (match["part"] or match["after"] or "").lower()
    midnight = datetime(year if year > 99 else 2000 + year, month, day)  # noqa: DTZ001
    clock = timedelta(hours=_hour_of_day(hour, part), minutes=minute, seconds=second)
    if minute > 59 or second > 59 or clock > timedelta(days=1):
        return None
    return midnight + clock


def _hour_of_day(hour: int, part: str) -> int:
    """下午3 is 15, 晚上12 is 24, 凌晨12 is 0, 中午1 is 13; 24:00 is the next day's beginning."""
    if hour == 12 and part in ("晚上", "夜里"):
        return 24
    if hour == 12 and part in ("凌晨", "am"):
        return 0
    is_later = part in _AFTERNOON or (part == "中午" and hour < 11)
    return hour + 12 if is_later and hour < 12 else hour
