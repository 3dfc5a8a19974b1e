"""Arranges a call-back: number, time, yes, asked for one at a time. Pure."""

import re
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from dialogue.answers import Polarity, read
from nlu.appeals.cues import TROUBLE
from nlu.dates.days import SHANGHAI
from nlu.dates.times import find, resolve
from nlu.language.choices import choice_index
from nlu.language.text import find_phones

CALL_ME = "请打电话给我"  # the button that asks for it
LONGEST_AHEAD = timedelta(days=14)
SHORTEST = timedelta(minutes=30)  # 三点 is no minute: somebody has to find the time
ANY_TIME = timedelta(hours=24)

_DAY = timedelta(days=1)
_PAST = re.compile("昨|前[天日]|上[个周星礼]|刚|去年|最近")

_LONGEST_ASKING = 40  # characters
_ANY_TIME = re.compile(
    r"随时|都(?:可以|行|好|方便)|什么时候都|任何时候|随便|尽快|越快越好|马上|现在"
)
# Beside what `dialogue.answers` says: answers to the questions about a call alone.
_STOP = re.compile(
    r"(?:那|先|还是|就|我|你们?|算了?){0,4}(?:不用|不要|不必|不需要|别|不)"
    r"(?:再|给我)?(?:打|回电?)?(?:电话)?(?:给我|过来)?"
)
_CHANGE = re.compile(r"(?:我?要?(?:改|换)|错)(?:一?个|一下)?(?:时间|号码|电话)?")
_OF_A_CALL = re.compile("电话|手机|号码|打(?!麻将|架|牌|桩|钻)|方便|有空|接")
_ITS_PART = re.compile("时间|日子|钟点|号码?|电话|手机|[改换]")
_LONGEST_CHANGE = 12  # characters beside a no; more of them tell of something else
_END = "。！!,，.～~ 了吧呀啊哦"


class CallQuestion(StrEnum):
    PHONE = "phone"
    WHEN = "when"
    CONFIRM = "confirm"


@dataclass(frozen=True)
class Call:
    phone: str | None = None
    start: datetime | None = None
    end: datetime | None = None

    @property
    def question(self) -> CallQuestion:
        if self.phone is None:
            return CallQuestion.PHONE
        return CallQuestion.CONFIRM if self.start else CallQuestion.WHEN

    def whole(self) -> tuple[str, datetime, datetime]:
        """Phone, start and end of a call that only waits for the yes."""
        assert self.phone is not None
        assert self.start is not None
        assert self.end is not None
        return self.phone, self.start, self.end


class Outcome(StrEnum):
    ASKING = "asking"
    AGREED = "agreed"
    STOPPED = "stopped"
    ELSEWHERE = "elsewhere"  # about something else: the form steps aside


_ASKS_CALL = re.compile(
    r"(?:给|跟|和|对)我(?:再)?(?:回|打|来|拨)(?:一?个|下|一下)?(?:电话|回电|过来)"
    r"|(?:打|回|来|拨)(?:一?个|下)?(?:电话|回电)(?:给我|跟我|和我|找我|过来)(?:说|讲|谈|聊|联系)?"
    r"|打给我|^回电$|电话联系我|打我(?:的)?(?:电话|手机)|回拨(?:给我)?|回我(?:一?个)?电话"
)
_BESIDE_CALL = re.compile(
    r"请|麻烦|能不能|能否|可不可以|可以|你们|您们|[你您]|让|叫|喊|派|安排|找|有人|个人|人工?|客服|工作人员|说|讲|谈|聊"
    r"|我(?:就)?(?:不会|不识|不太会|看不|听不|年纪|岁数|眼睛|耳朵|腿脚)[^，,。]{0,8}"
    r"|我?(?:打字|写字|打不来字|说不来|说不清楚?|讲不清楚?|手机)[^，,。]{0,6}|随时(?:都)?(?:行|可以|方便)?|什么时候都行"
    r"|都行|方便|尽快|吧|吗|好吗|行吗|好|行|呢|啊|了|的|我|号码|手机|电话|是|打"
    r"|谢谢|下|一下|过来|[，,。！!？?：:~～ ]"
)


def wants_call(words: str) -> bool:
    """True if the message asks us to ring, and says nothing else but when and which number."""
    if len(words) > _LONGEST_ASKING:
        return False
    rest = words
    for phone in reversed(find_phones(words)):
        rest = rest[: phone.start] + rest[phone.end :]
    for start, end in reversed(find(rest)):
        rest = rest[:start] + rest[end:]
    if not _ASKS_CALL.search(rest):
        return False
    return not _BESIDE_CALL.sub("", _ASKS_CALL.sub("", rest, count=1))


def begin(words: str, now: datetime, known_phone: str | None) -> Call:
    """A call with the details that the words and the profile give."""
    return _with_details(Call(phone=known_phone), words, now)


def answer(call: Call, words: str, now: datetime) -> tuple[Call, Outcome]:
    if _stops(call, words):
        return call, Outcome.STOPPED
    changed = call if _tells_trouble(words) else _with_details(call, words, now)
    if changed != call:
        return changed, Outcome.ASKING
    if call.question is CallQuestion.CONFIRM:
        number = choice_index(words, 3)
        if number == 0 or read(words).polarity is Polarity.YES:
            return call, Outcome.AGREED
        if number == 1 or _changes(words):
            return Call(), Outcome.ASKING
    elif any(character.isdigit() for character in words) or _ANY_TIME.search(words):
        return call, Outcome.ASKING  # a number that is no phone, or the like: asked again
    return call, Outcome.ELSEWHERE


def _tells_trouble(words: str) -> bool:
    """True if a time in the words is that of a matter: 楼下夜里施工太吵."""
    return TROUBLE.search(words) is not None and _OF_A_CALL.search(words) is None


def _stops(call: Call, words: str) -> bool:
    parts = [part for part in re.split("[，,。！! ]", words[:_LONGEST_ASKING]) if part]
    for part in parts:
        is_so = len(parts) == 1 or "打" in part  # 不，明天下午 and 不要，换个时间 change it
        if is_so and _STOP.fullmatch(part.strip(_END)):
            return True
    if call.question is CallQuestion.CONFIRM and choice_index(words, 3) == 2:
        return True
    answer = read(words)
    return answer.polarity is Polarity.NEVER_MIND and not answer.more


def _changes(words: str) -> bool:
    """True if they say no, without saying what is right."""
    if _CHANGE.fullmatch(words.strip(_END)):
        return True
    answer = read(words)
    is_about_it = len(answer.more) <= _LONGEST_CHANGE and _ITS_PART.search(answer.more)
    return answer.polarity is Polarity.NO and (not answer.more or bool(is_about_it))


def _with_details(call: Call, words: str, now: datetime) -> Call:
    phones = find_phones(words)
    if phones:
        call = replace(call, phone=phones[0].value)
        words = words[: phones[0].start] + words[phones[0].end :]
    window = window_of(words, now)
    return replace(call, start=window[0], end=window[1]) if window else call


def window_of(words: str, now: datetime) -> tuple[datetime, datetime] | None:
    """The next window of time that the words name; None for none within two weeks."""
    for start, end in find(words):
        if window := _to_come(words[start:end], now):
            return window
    if _ANY_TIME.search(words):
        return now, now + ANY_TIME
    return None


def _to_come(time: str, now: datetime) -> tuple[datetime, datetime] | None:
    when = resolve(time, now)
    if when is None:
        return None
    start, end = when.start, when.end
    if end - start >= _DAY:  # a day, and no hour of it
        start, end = start + timedelta(hours=8), end - timedelta(hours=4)
    if end <= now and not _PAST.search(time):
        start, end = _next_time(time, start, end, now)
    if end <= now or start - now > LONGEST_AHEAD:
        return None
    start = max(start, now)
    return start, max(end, start + SHORTEST)


def _next_time(
    time: str, start: datetime, end: datetime, now: datetime
) -> tuple[datetime, datetime]:
    """The next window of the same name: `nlu.dates.times` gives the latest one that has passed."""
    if re.search("月", time):
        return _next_year(start, end, now) if now - end > timedelta(days=100) else (start, end)
    step = timedelta(days=7) if re.search("周|星期|礼拜", time) else _DAY
    missed = (now - end) // step + 1
    return start + missed * step, end + missed * step


def _next_year(start: datetime, end: datetime, now: datetime) -> tuple[datetime, datetime]:
    """The same window of the first year in which it is to come and has that day."""
    local = start.astimezone(SHANGHAI)
    for year in range(local.year + 1, local.year + 9):
        with suppress(ValueError):  # no 29 February
            moved = local.replace(year=year)
            if moved + (end - start) > now:
                return moved, moved + (end - start)
    return start, end


def in_words(start: datetime, end: datetime, now: datetime) -> str:
    """`11月27日8点到12点`, `今天15点到15点30分`."""
    start, end = start.astimezone(SHANGHAI), end.astimezone(SHANGHAI)
    today = now.astimezone(SHANGHAI).date()
    last = "" if end.date() == start.date() else _day(end, today)
    return f"{_day(start, today)}{_clock(start)}到{last}{_clock(end)}"


def _day(at: datetime, today: date) -> str:
    return "今天" if at.date() == today else f"{at.month}月{at.day}日"


def _clock(at: datetime) -> str:
    return f"{at.hour}点{f'{at.minute}分' if at.minute else ''}"
