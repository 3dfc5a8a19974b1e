"""Expressions of time in residents' texts: 昨天晚上十点半, 每天早上六点到九点, 国庆前.

Residents report the past, so a recurring time (周三, 11月20号, 晚上十点) means its latest
occurrence that has begun. 十点 lasts an hour (10:00-11:00), 半 half an hour, 一刻 a quarter, 10:20
a minute.
In the patterns below a blank stands for an optional space.
"""

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from nlu.dates.days import (
    DAY,
    EACH,
    HANZI,
    HOUR,
    MINUTE,
    PAIR,
    RULES,
    SHANGHAI,
    WEEK,
    N,
    Reference,
    Span,
    any_of,
    compile_spaced,
    count_range,
    days_from,
    number_of,
)


@dataclass(frozen=True)
class When:
    """An interval from `start` until before `end`, in Shanghai time.

    For a repeated event (`every`) it is the most recent occurrence. `rough` marks a vague wording.
    """

    start: datetime
    end: datetime
    every: str | None = None  # day, week, workday, weekend
    rough: bool = False


# Parts of the day: words → (first hour, last hour, least and greatest hour of a clock time beside
# the word). Hours over 24 belong to the following night: 晚上五点 is 17:00, 晚上三点 is 27:00.
_PARTS = {
    "凌晨 拂晓 天没亮 天不亮": (0, 5, 0, 7),
    "早上 早晨 清晨 清早 大清早 一大早 大早上 一早 早间 早 晨": (5, 9, 3, 13),
    "早高峰": (7, 9, 5, 11),
    "上午 上半日": (8, 12, 5, 13),
    "中午 正午 午间 大中午": (11, 14, 10, 16),
    "下午 午后 下半日": (12, 18, 12, 21),
    "白天 大白天": (6, 18, 6, 19),
    "傍晚 黄昏 晚高峰": (17, 19, 16, 21),
    "晚上 夜晚 晚间 大晚上 上半夜 前半夜 晚": (18, 24, 17, 30),
    "夜里 夜间 深夜 午夜 半夜 大半夜 半夜里 深更半夜 半夜三更 三更半夜 夜": (22, 29, 18, 30),
    "后半夜 下半夜 晚上凌晨 夜里凌晨 半夜凌晨 晚凌晨": (24, 29, 24, 30),
}
_PART_HOURS = {word: hours for words, hours in _PARTS.items() for word in words.split()}
_PART = any_of(word for word in _PART_HOURS if word not in "早晨晚夜") + (
    r"|(?<=[今昨明前每])(?:晚凌晨|[早晨晚夜])"
    r"|(?<=[天日号一二三四五六末])(?:晚凌晨|[早晚夜](?![点饭餐班会报晚些自]))"
)
_RANGE_MARK = " (?:一?直?到|[至~～—–-]+) "
# 10:20, 八点半, 三点一刻, 七八点钟
_CLOCK = (
    r"(?:(?P<hour>\d{1,2})[:：](?P<minute>[0-5]\d)(?:[:：][0-5]\d)?(?!\d)"
    rf"|(?:(?P<pair>{PAIR}|\d(?=[、,，]\d [点时]))(?:[、,，]\d)?|(?P<oral>{N})) "
    r"(?:点(?!(?<=一点)[也都儿])|时(?![候间常段刻装尚不]))"
    rf"(?:(?P<half>半)|(?P<quarter>[一三])刻| (?P<minutes>{N}) 分|(?P<exact>[0-5]\d"
    rf"|零[{HANZI}]|[二三四五]?十[{HANZI}]?))?(?:钟|整)?(?P<some>多|来钟|不到|过|出头)?钟?"
    rf"(?![{HANZI}\d])|(?P<bare>{N})(?={_RANGE_MARK}{N} [点时]))"
)


def _hours(part: str | None, clock: re.Match[str] | None) -> tuple[int, int, bool]:
    """Start and end in minutes from midnight, over 1440 in the next night; and whether vague."""
    if clock is None:
        start, end = _PART_HOURS[part or ""][:2]
        return start * 60, end * 60, False
    (hour, minute, length), rough = _clock_time(clock), bool(clock["some"])
    if part is not None:
        least, most = _PART_HOURS[part][2:]
        shifts = (-12, 0, 12, 24)[hour != 12 : 4 if hour <= 12 else 2]
        hour = min(hour + shift for shift in shifts if least <= hour + shift < most)
    elif 1 <= hour <= 4 and not clock["hour"]:
        hour, rough = hour + 12, True  # afternoon: for the night residents name the part of the day
    return hour * 60 + minute, hour * 60 + minute + length, rough


def _clock_time(clock: re.Match[str]) -> tuple[int, int, int]:
    """Hour, minute, and length in minutes of a clock time. Raises ValueError past 24:00."""
    if clock["pair"]:
        return count_range(clock["pair"])[0], 0, 120
    hour = number_of(clock["hour"] or clock["oral"] or clock["bare"])
    minute, length = (30, 30) if clock["half"] else (0, 60)
    if clock["quarter"]:
        minute, length = number_of(clock["quarter"]) * 15, 15
    elif exact := clock["minute"] or clock["minutes"] or clock["exact"]:
        minute, length = number_of(exact), 1
    if minute > 59 or hour * 60 + minute > 24 * 60:
        raise ValueError(clock[0])
    return hour, minute, length


_RULE_OF = {compile_spaced(pattern): rule for pattern, rule in RULES.items()}
# 大概在
_GUESS = "(?:大概|大约|约|差不多|好像|可能|应该|将近)是?在?"
_POINT_PATTERNS = {
    "day": [*_RULE_OF],
    "part": [compile_spaced(rf" 的?(?:{_GUESS})? (?P<said>{_PART})")],
    "clock": [compile_spaced(rf" 的?(?:{_GUESS})? {_CLOCK}")],
}
_STEP_PATTERNS = {
    "guess": [compile_spaced(rf"{_GUESS} ")],
    "every": [compile_spaced(
        rf"(?:(?P<workday>(?:每个?)?(?:工作日|上班日)|平日里?|每?个?{EACH}一{_RANGE_MARK}{EACH}?五)"
        rf"|(?P<day>每天|每日|天天|日日|平时|平常|(?:每到|每逢|一到|每)(?={_PART}|[早晚夜]))"
        rf"|(?P<week>每[到逢]?|一到)(?=个? {EACH}))都?是?在? "
    )],
    **_POINT_PATTERNS,
    "to": [compile_spaced(_RANGE_MARK)],
    **{f"{name}2": patterns for name, patterns in _POINT_PATTERNS.items()},
    "about": [compile_spaced(" (?:左右|前后|上下|光景|的?样子)")],
    "then": [compile_spaced(" (?:的时候|时候|那天|期间)")],
    "beside": [compile_spaced(
        "(?P<before>[以之]前|前(?![面门台排往来期天年些几两后]))|[以之过]?后(?![面门来续期天年院])"
    )],
}  # fmt: skip


def resolve(words: str, now: datetime) -> When | None:
    """Interval that an expression means at the moment `now`.

    `words` are normalised and contain nothing but the expression. None when they are no expression
    of time, or an impossible one (2月30号).
    """
    words = words.strip().lstrip("从自在是")
    groups, end = _match_steps(words, 0)
    try:
        return _when(groups, now.astimezone(SHANGHAI)) if end == len(words) else None
    except (ValueError, LookupError, OverflowError):
        return None


_Groups = dict[str, re.Match[str]]  # the match of each step of _STEP_PATTERNS


def _match_steps(text: str, at: int) -> tuple[_Groups, int]:
    """Matches of the expression that begins at position `at`, and the position of its end."""
    groups: _Groups = {}
    for step, patterns in _STEP_PATTERNS.items():
        if step == "about" and "to" in groups and not groups.keys() & {"day2", "part2", "clock2"}:
            at = groups.pop("to").start()
        if step.endswith("2") and "to" not in groups:
            continue
        match = next((m for pattern in patterns if (m := pattern.match(text, at))), None)
        if match:
            groups[step], at = match, match.end()
    return groups, at


def _when(groups: _Groups, now: datetime) -> When:
    every = groups["every"].lastgroup if "every" in groups else None
    span = (
        _place_on_day(groups, "", Reference(now))
        if "day" in groups
        else _latest(groups, every, now)
    )
    if every == "week" and groups["day"]["weekday"] == "末":
        every = "weekend"
    if "to" in groups:
        span = span._replace(end=_until(groups, span.start, now))
    if beside := groups.get("beside"):
        around = WEEK if span.end - span.start >= DAY else 3 * HOUR
        start = span.start if "clock" in groups else span.end
        ends = (span.start - around, span.start) if beside["before"] else (start, start + around)
        span = Span(*ends, rough=True)
    if span.start >= span.end:
        raise ValueError(span)
    guess = "about" in groups or any(re.search(_GUESS, match[0]) for match in groups.values())
    return When(span.start, span.end, every, span.rough or guess)


def _place_on_day(
    groups: _Groups, suffix: str, reference: Reference, days: Span | None = None
) -> Span:
    """The hours of an expression on its day; `suffix` "2" selects the end of a range."""
    days = days or _RULE_OF[groups[f"day{suffix}"].re](groups[f"day{suffix}"], reference)
    part = groups[f"part{suffix}"]["said"] if f"part{suffix}" in groups else None
    if part is None and f"clock{suffix}" not in groups:
        return days
    if days.start.time() != time(0):
        raise ValueError(days)  # 两小时前晚上
    hours = _hours(part, groups.get(f"clock{suffix}"))
    start, end = days.start + hours[0] * MINUTE, days.end - DAY + hours[1] * MINUTE
    early, back = reference.since is None and start > reference.now, timedelta()
    if days.weekly and early:
        back = WEEK
    elif days.dated and part and _PART_HOURS[part][1] == 29:
        late = hours[0] >= 25 * 60
        back = DAY if late or (early and days.start.date() == reference.now.date()) else back
    return Span(start - back, end - back, hours[2] or days.rough or end - start > DAY)


def _latest(groups: _Groups, every: str | None, now: datetime) -> Span:
    """Latest occurrence of hours without a day, or of a repeated event."""
    if every is None and not groups.keys() & {"part", "clock"}:
        raise ValueError(groups)
    days = (days_from(now - n * DAY) for n in range(9))
    worked = (day for day in days if every != "workday" or day.start.weekday() < 5)
    return max(
        span
        for day in worked
        if (span := _place_on_day(groups, "", Reference(now), day)).start <= now
    )


def _until(groups: _Groups, start: datetime, now: datetime) -> datetime:
    """End of a range that begins at `start`: its last day, or the next such clock time."""
    if "day2" in groups:
        span = _place_on_day(groups, "2", Reference(now, since=start))
        return span.start if "clock2" in groups else span.end
    part, clock = groups["part2"]["said"] if "part2" in groups else None, groups.get("clock2")
    minutes, period = _hours(part, clock)[0 if clock else 1], 24 * 60
    if clock and part is None:
        hour, minute, _ = _clock_time(clock)
        minutes, period = (
            hour * 60 + minute,
            12 * 60 if hour <= 12 and not clock["hour"] else period,
        )
    midnight = start.replace(hour=0, minute=0, second=0, microsecond=0)
    ends = (midnight + (minutes % period + period * n) * MINUTE for n in range(5))
    return min(end for end in ends if end > start)


# False matches, with ⟦⟧ around the matched words and the text on both sides: ⟦三号⟧楼, ⟦国庆⟧路.
_PLACES = "路街巷弄道里坊村园苑区庄线幢座栋元室桥门口组队"
_NUMERALS = rf"{HANZI}几每个半整\d"
_NOT_A_TIME = re.compile(
    r"⟦一点⟧|[第有这那几下列各共说提达差早晚快好多大慢少]⟦.点|⟦\w+点⟧[要意建原问诉疑希]"
    r"|⟦[一二两三四五]点⟧(?!钟|左右|到|就|才|[我他她来去开起])|⟦\d{1,2}[./-]\d{1,2}⟧"
    rf"|[{_PLACES}]⟦\w{{1,3}}号|⟦\w{{1,3}}号⟧[楼线门院店厂馆库口桥机车井坑岗]"
    rf"|⟦[{HANZI}]日⟧|⟦\w+[日月]⟧之?以?内|⟦[一二两三]月⟧|(?<![周期拜])[{_NUMERALS}]⟦(?:周|星期|礼拜|年|月)"
    r"|[楼地]⟦下[午月]|[楼马路街车]⟦上[午月]|一⟦下周|[以之然此最]⟦[前后]天|说⟦明天⟧气"
    r"|⟦(?:现在|[前昨今明])⟧|[离家]⟦最近|⟦最近⟧的(?![时一几])|⟦刚[刚才]⟧好|⟦平[时常]⟧心"
    r"|一⟦天天|⟦天天⟧[向超物快果]|⟦今日⟧(?:头条|说法)|⟦明天⟧物业(?:公司|服务|管理)"
    r"|[王李张刘陈杨赵黄吴徐孙朱胡郭林沈]⟦国庆|[一二三四五六七八九十]⟦五一"
    r"|⟦(?:五一|国庆|清明|中秋|端午|春天|秋天|春节)⟧"
    r"(?:[路街巷村桥里一二三四五六七八九十]|新村|小[区学]|中学|广场|花园|大厦|上河|劳动)"
    r"|[一个整半]⟦[早晚上中下半夜深白]|⟦[早晚上中下][上午]⟧(?:好(?![多吵像几久大])|[班学课茶自])"
)
# A match that would begin inside a number: the 0 of 20点
_INSIDE_NUMBER = re.compile(rf"[{HANZI}\dA-Za-z.:第-][{HANZI}\d]")


def find(text: str) -> list[tuple[int, int]]:
    """Spans [start, end) of expressions of time in a normalised text; durations do not count."""
    spans: list[tuple[int, int]] = []
    at = 0
    while at < len(text):
        groups, end = _match_steps(text, at) if text[at] not in " \u3000的" else ({}, at)
        if groups.keys() & {"day", "part", "clock", "every"} and _is_time(text, at, end):
            spans.append((at, end))
            at = end
        else:
            at += 1
    return spans


def _is_time(text: str, start: int, end: int) -> bool:
    if _INSIDE_NUMBER.fullmatch(text[max(0, start - 1) : start + 1]):
        return False
    before, after = text[max(0, start - 2) : start], text[end : end + 5]
    return not _NOT_A_TIME.search(f"{before}⟦{text[start:end]}⟧{after}")
