"""Days in residents' expressions of time: 昨天, 上个礼拜三, 11月20号, 国庆, 三天前.

In the patterns a blank stands for an optional space (see `compile_spaced`).
"""

import re
from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
DAY, WEEK = timedelta(days=1), timedelta(days=7)


class Span(NamedTuple):
    """An interval, from `start` until before `end`; both in Shanghai time."""

    start: datetime
    end: datetime
    rough: bool = False  # the wording is vague: 最近, 前几天
    weekly: bool = False  # named by weekday: on a Monday morning 周一晚上 means last week's
    # Named by date: 20号半夜两点 is on the 20th, but 周三半夜两点 is after Wednesday.
    dated: bool = False


class Reference(NamedTuple):
    """Reference of a search for a day: back from `now`, or forward from `since` (20号到22号)."""

    now: datetime
    since: datetime | None = None

    def pick(self, spans: Iterable[Span], year: str | None = None) -> Span:
        """The candidate that the speaker means. Raises ValueError when there is none.

        That is the first after `since`, or else the latest that has begun by `now`. With a named
        `year` there is one candidate, which may lie in the future.
        """
        if year:
            return min(spans)
        if since := self.since:
            return min(span for span in spans if span.end > since)
        return max(span for span in spans if span.start <= self.now)


HANZI = "零〇一二两俩三四五六七八九十廿卅"
N = rf"(?:\d{{1,2}}|[{HANZI}]{{1,4}})"
PAIR = "(?:十一二|一两|一二|两三|二三|三四|四五|五六|六七|七八|八九|九十)"
_DIGITS = str.maketrans("零〇一二两俩三四五六七八九", "0012223456789")


def number_of(numeral: str) -> int:
    """Value of a Chinese or Arabic numeral up to 99: 廿三 → 23, 十二 → 12. Raises ValueError."""
    numeral = numeral.strip().replace("廿", "二十").replace("卅", "三十").translate(_DIGITS)
    if "十" in numeral:
        tens, ones = numeral.split("十")
        return int(tens or 1) * 10 + int(ones or 0)
    return int(numeral)


def count_range(numeral: str) -> tuple[int, int, bool]:
    """Least value, greatest value, and whether vague: 三 → (3, 3, False), 两三 → (2, 3, True)."""
    if "几" in numeral:
        least = 12 if "十" in numeral else 2
        return least, least + 4, True
    if re.fullmatch(PAIR, numeral):
        return number_of(numeral[:-1]), number_of(numeral[:-1]) + 1, True
    return number_of(numeral), number_of(numeral), False


def any_of(words: Iterable[str]) -> str:
    """Pattern that matches any of the words, longer ones first."""
    return f"(?:{'|'.join(sorted(words, key=len, reverse=True))})"


_RELATIVE_DAYS = {  # days before today: first day, day after the last (negative: in the future)
    "大前天": (3, 2), "前天 前日 前": (2, 1), "昨天 昨日 昨儿 昨": (1, 0),
    "今天 今日 今儿 今朝 今": (0, -1), "明天 明日 明": (-1, -2), "后天": (-2, -3),
    "大后天": (-3, -4), "前两天": (3, 0), "这两天 最近两天 近两天": (1, -1),
    "这几天 最近几天 近几天 这些天": (3, -1), "前几天 前些天": (7, 1),
    "最近 近期 近来 近日 这段时间 这阵子 这一阵 最近这段时间": (30, -1),
    "前阵子 前段时间 前一阵子 前一段时间 前些日子": (60, 7),
}  # fmt: skip
_RELATIVE_DAYS_BY_WORD = {
    word: days for words, days in _RELATIVE_DAYS.items() for word in words.split()
}
_MOMENTS = {"刚刚": HOUR, "刚才": HOUR, "方才": HOUR, "现在": MINUTE}
_OFFSETS = {"上上": -2, "上": -1, "这": 0, "本": 0, "当": 0, "下": 1, "下下": 2}
_YEARS = {"大前年": -3, "前年": -2, "去年": -1, "今年": 0, "本年": 0, "明年": 1, "后年": 2}
_MONTH_THIRDS = {"初": (1, 11), "上": (1, 11), "中": (11, 21)} | dict.fromkeys("底末下", (21, 32))
_SEASONS = {  # first month, number of months
    "": (1, 12), "初": (1, 2), "中": (6, 2), "底": (11, 2), "末": (11, 2), "上": (1, 6),
    "下": (7, 6), "春": (3, 3), "夏": (6, 3), "秋": (9, 3), "冬": (12, 3),
}  # fmt: skip
_HOLIDAYS = {  # label in the package `holidays`, offset in days
    "元旦": ("元旦", 0), "春节": ("春节", 0), "过年": ("春节", 0), "清明": ("清明节", 0),
    "五一": ("劳动节", 0), "劳动节": ("劳动节", 0), "端午": ("端午节", 0), "中秋": ("中秋节", 0),
    "国庆": ("国庆节", 0), "十一": ("国庆节", 0), "除夕": ("春节", -1), "大年三十": ("春节", -1),
    "大年夜": ("春节", -1), "大年初一": ("春节", 0), "元宵": ("春节", 14),
}  # fmt: skip
_LONG_HOLIDAYS = ("春节", "过年", "五一", "国庆", "十一")
_UNITS = {"分": MINUTE, "钟": MINUTE, "时": HOUR, "头": HOUR, "天": DAY}
_UNITS |= dict.fromkeys("周期拜", WEEK)
_HALVES = {"时": ("30", "分"), "头": ("30", "分"), "月": ("15", "天"), "年": ("6", "月")}


def days_from(first: date, count: int = 1, **marks: bool) -> Span:
    """`count` whole days from `first` on; `marks` are fields of Span."""
    start = datetime.combine(first, time(0), tzinfo=SHANGHAI)
    return Span(start, start + count * DAY, **marks)


def _months(year: int, month: int, count: int = 1, rough: bool = False) -> Span:
    """Whole months; `month` may lie outside 1 to 12 and then falls in another year."""
    turns = (divmod(year * 12 + m - 1, 12) for m in (month, month + count))
    start, end = (datetime(y, m + 1, 1, tzinfo=SHANGHAI) for y, m in turns)
    return Span(start, end, rough)


def _years(word: str | None, reference: Reference, around: int = 8) -> Iterable[int]:
    if word is None:  # eight years each way, so that 2月29号 is found
        return range(reference.now.year - around, reference.now.year + around + 1)
    year = reference.now.year + _YEARS[word] if word in _YEARS else number_of(word.rstrip("年 "))
    return [year if year > 99 else 2000 + year]


def _days_in_month(match: re.Match[str], year: int, month: int) -> Iterator[Span]:
    """The day, the third (上旬) or the whole of the month; nothing when it has no such day."""
    span = _months(year, month)
    last = monthrange(span.start.year, span.start.month)[1]
    if match["day"]:
        if 1 <= (number := number_of(match["day"])) <= last:
            yield days_from(span.start.replace(day=number), dated=True)
    elif match["third"]:
        start, end = _MONTH_THIRDS[match["third"]]
        yield days_from(span.start.replace(day=start), min(end, last + 1) - start, rough=True)
    else:
        yield span


def _calendar(match: re.Match[str], reference: Reference) -> Span:
    year, month_word = match["year"], match["month"]
    anchor = reference.since or reference.now
    if month_word is None:
        months = [(anchor.year, anchor.month + n) for n in range(-2, 3)]
    elif month_word in _OFFSETS:
        return min(
            _days_in_month(match, reference.now.year, reference.now.month + _OFFSETS[month_word])
        )
    elif not 1 <= number_of(month_word) <= 12:
        raise ValueError(month_word)
    else:
        months = [(y, number_of(month_word)) for y in _years(year, reference)]
    return reference.pick((span for y, m in months for span in _days_in_month(match, y, m)), year)


def _season(match: re.Match[str], reference: Reference) -> Span:
    key = match["stretch"].strip("年")[:1]
    rough = key not in "上下"  # and "" is in every string
    spans = (_months(year, *_SEASONS[key], rough) for year in _years(match["year"], reference))
    return reference.pick(spans, match["year"])


def _weekday(match: re.Match[str], reference: Reference) -> Span:
    day, week_word = match["weekday"], match["which"]
    anchor = reference.since or reference.now
    first = "一二三四五六日12345末天".index(day or "一") % 7
    count = {None: 7, "末": 2}.get(day, 1)
    if week_word:
        return days_from(
            reference.now + (first - reference.now.weekday()) * DAY + _OFFSETS[week_word] * WEEK,
            count,
        )
    start = anchor + (first - anchor.weekday()) * DAY
    return reference.pick(days_from(start + n * WEEK, count, weekly=True) for n in range(-2, 3))


def _holiday(match: re.Match[str], reference: Reference) -> Span:
    label, ahead = _HOLIDAYS[match["feast"]]
    long = match["long"] or (match["feast"] in _LONG_HOLIDAYS and not match["one"])
    years = (_holidays_of(year) for year in _years(match["year"], reference, around=1))
    holidays = (by_label[label] for by_label in years if label in by_label)
    days = (off if long else days_from(day + ahead * DAY, dated=True) for day, off in holidays)
    return reference.pick(days, match["year"])


@cache
def _holidays_of(year: int) -> dict[str, tuple[date, Span]]:
    """By holiday label: its first day, and the run of days off that the day belongs to."""
    from holidays import country_holidays  # slow to import, and rarely needed

    china, holidays_by_label = country_holidays("CN", years=year, language="zh_CN"), {}
    for day in sorted(china, reverse=True):
        first, after = day, day
        while not china.is_working_day(first - DAY):
            first -= DAY
        while not china.is_working_day(after):
            after += DAY
        for label in china[day].split("; "):
            holidays_by_label[label] = day, days_from(first, (after - first).days)
    return holidays_by_label


def _relative_day(match: re.Match[str], reference: Reference) -> Span:
    if length := _MOMENTS.get(match[0]):
        return Span(reference.now - length, reference.now, rough=length == HOUR)
    first, last = _RELATIVE_DAYS_BY_WORD[match[0]]
    return days_from(
        reference.now - first * DAY,
        first - last,
        rough=first - last > 1,
        dated=first == 0 and match[0] != "今",
    )


def _ago(match: re.Match[str], reference: Reference) -> Span:
    count, unit = match["count"], match["unit"]
    if count == "半":
        count, unit = _HALVES[unit[-1]]
    least, most, rough = count_range(count)
    if unit[-1] in "月年":
        size, month = (12, 1) if unit == "年" else (1, reference.now.month)
        return _months(
            reference.now.year, month - most * size, (most - least + 1) * size, rough=True
        )
    length = _UNITS[unit[-1]]
    first, last = reference.now - most * length, reference.now - least * length
    if length < DAY:
        return Span(first, last + length, rough)
    return days_from(first, (last - first).days + 1, rough=rough or length == WEEK)


# Patterns of the kinds of day, tried in the order of RULES; the first match counts.
_YEAR = (
    r"(?:(?P<year>大前年|[前去今本明后]年|(?:19|20)\d\d ?年|二[零〇][零〇一二三四五六七八九]{2}年"
    r"|\d\d年(?= \d{1,2} 月))(?![轻龄纪级限检货]) 的? )"
)
EACH = "(?:周|星期|礼拜)"
# 三, 末; not 三次
_WEEKDAY = r"(?P<weekday>[一二三四五六日天](?![次回趟遍])|末|[1-5](?![\d次回]))"
# 20号; not 号子
_NUMBERED = rf"(?P<day>{N}) [号日](?!子)"
# 上旬, 月底
_THIRD = r"(?P<third>[上中下](?=旬)|(?<=月)[初底末]|(?<=月)中(?![午间秋国]))旬?"
# 上个月, 11月; not 月亮
_MONTH = rf"(?P<month>(?:上上|上|这|本|当|下下|下)(?=一?个?月)|{N}(?= 月)) 一?个?月(?![亮租球])份?"
# 年底, 上半年, 夏天
_STRETCH = r"(?P<stretch>(?:年|(?<=年))(?:[初底末]|中(?![午秋国间学]))|[上下]半年|[春夏秋冬][天季])"
_RELATIVE_WORD = (
    any_of(word for word in [*_RELATIVE_DAYS_BY_WORD, *_MOMENTS] if len(word) > 1)
    + "|[今昨明](?=[早晨晚夜])|前(?=晚(?![上间]))"
)
_UNIT = "(?P<unit>分钟?|个?小时|个?钟头|天|周|个?星期|个?礼拜|个?月|年)"
_NO = r"(?!)"  # never matches
_Rule = Callable[[re.Match[str], Reference], Span]
# Pattern → function that turns its match into a span
RULES: dict[str, _Rule] = {
    r"(?P<year>(?:20)?\d\d)[./-](?P<month>\d{1,2})[./-](?P<day>\d{1,2})(?!\d)[日号]?": _calendar,
    rf"{_YEAR}?{_MONTH}(?: 的? (?:{_NUMBERED}|{_THIRD}))?": _calendar,
    rf"(?P<year>{_NO})?(?P<month>\d{{1,2}})[./-](?P<day>\d{{1,2}})(?![\d:点时])[日号]?": _calendar,
    rf"(?P<year>{_NO})?(?P<month>{_NO})?(?:{_NUMBERED}|月?{_THIRD})": _calendar,
    rf"{_YEAR}?(?P<feast>{any_of(_HOLIDAYS)}(?<!十一)|十一(?=期间|长假|假期|黄金周))(?:劳动)?节?"
    r"(?P<long>期间|[小长]*假期?|黄金周|放假)?(?P<one>那天|当天|当日)?": _holiday,
    rf"{_YEAR}?{_STRETCH}": _season,
    rf"{_YEAR}(?P<stretch>)": _season,
    rf"(?P<which>上上|上|这|本|下下|下) 一?个? {EACH} {_WEEKDAY}?(?![围边转刊])": _weekday,
    rf"(?P<which>{_NO})?(?:个?{EACH} {_WEEKDAY}|(?<=[每到逢])个?{EACH})": _weekday,
    _RELATIVE_WORD: _relative_day,
    rf"(?P<count>{PAIR}|半|十?几|{N}) {_UNIT}[以之]?前": _ago,
}


def compile_spaced(pattern: str) -> re.Pattern[str]:
    """Compile a pattern in which a blank means an optional space."""
    return re.compile(pattern.replace(" ", r"[ \u3000]?"))
