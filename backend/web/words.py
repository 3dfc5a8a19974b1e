"""Times, deadlines and places in words for staff."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from backend.clock import SHANGHAI
from backend.desk.case_file import list_text
from backend.desk.masking import without_numbers
from backend.measures.periods import Period
from backend.models.cases import Case
from backend.vocabulary.case_lifecycle import Status
from backend.vocabulary.tracks import Track

SOON = timedelta(hours=24)
_NEAR_DAYS = {-1: "昨天", 0: "今天", 1: "明天"}
State = Literal["late", "soon", "fine", "stopped", "done"]


@dataclass(frozen=True)
class Due:
    """A deadline in words; `state` chooses its colour."""

    words: str
    state: State
    at: datetime


def time_span(length: timedelta) -> str:
    """`3 天`, `1 天 4 小时`, `5 小时`, `12 分钟`."""
    minutes = int(length.total_seconds()) // 60
    days, hours = minutes // 1440, minutes // 60 % 24
    if days >= 3 or (days and not hours):
        return f"{days} 天"
    if days:
        return f"{days} 天 {hours} 小时"
    if hours:
        return f"{hours} 小时"
    return f"{minutes} 分钟" if minutes else "不到 1 分钟"


def time_left(due: datetime, now: datetime) -> Due:
    if due < now:
        return Due(f"超期 {time_span(now - due)}", "late", due)
    rest = due - now
    return Due(f"还剩 {time_span(rest)}", "soon" if rest < SOON else "fine", due)


def resolve_due(case: Case, now: datetime) -> Due:
    """The deadline of the case, or how it ended."""
    status = Status(case.status)
    if status is Status.ON_HOLD:
        return Due("挂起，不计时", "stopped", case.resolve_by)
    if status.is_open:
        return time_left(case.resolve_by, now)
    ended = case.resolved_at or case.closed_at or case.resolve_by
    if case.outcome == "withdrawn":
        return Due("市民已撤诉", "done", ended)
    return Due("按期办结" if ended <= case.resolve_by else "超期办结", "done", ended)


def sign_due(case: Case, now: datetime) -> Due | None:
    """The deadline to accept or return the case; None while no unit has to."""
    return time_left(case.sign_by, now) if case.sign_by else None


def respond_due(case: Case, now: datetime) -> Due | None:
    """The deadline of the first contact with the resident in this round."""
    if case.responded_at:
        in_time = case.responded_at <= case.respond_by
        return Due("按期联系" if in_time else "超期联系", "done", case.responded_at)
    return time_left(case.respond_by, now) if Status(case.status).is_open else None


def next_due(case: Case, now: datetime) -> Due:
    """The nearest of the running deadlines, as lists show it."""
    deadlines = (("签收", sign_due(case, now)), ("联系", respond_due(case, now)))
    whole = resolve_due(case, now)
    if whole.state in ("stopped", "done"):
        return whole
    running = [
        Due(f"{name}{due.words}", due.state, due.at)
        for name, due in deadlines
        if due and due.state != "done"
    ]
    return min([Due(f"办结{whole.words}", whole.state, whole.at), *running], key=lambda due: due.at)


def period(of: Period) -> str:
    """`2026年11月`, `2026年11月1日到2026年11月15日`."""
    first, last = of.first, of.after - timedelta(days=1)
    if of.is_month:
        return f"{first.year}年{first.month}月"
    days = [f"{day.year}年{day.month}月{day.day}日" for day in (first, last)]
    return days[0] if first == last else "到".join(days)


def moment(at: datetime, now: datetime) -> str:
    """`今天 14:05`, `11月23日 周一 14:05`, with the year when it is not this one's."""
    local, today = at.astimezone(SHANGHAI), now.astimezone(SHANGHAI).date()
    if near := _NEAR_DAYS.get((local.date() - today).days):
        return f"{near} {local:%H:%M}"
    year = f"{local.year}年" if local.year != today.year else ""
    return f"{year}{local.month}月{local.day}日 周{'一二三四五六日'[local.weekday()]} {local:%H:%M}"


def iso_moment(iso_time: str, now: datetime) -> str:
    """Like `moment`, for a time in ISO 8601."""
    return moment(datetime.fromisoformat(iso_time), now)


def span(start: datetime, end: datetime, now: datetime) -> str:
    """`今天 14:00-16:00`, `11月27日 08:00 - 11月28日 08:00`."""
    same_day = start.astimezone(SHANGHAI).date() == end.astimezone(SHANGHAI).date()
    until = f"-{end.astimezone(SHANGHAI):%H:%M}" if same_day else f" - {moment(end, now)}"
    return f"{moment(start, now)}{until}"


def summary(text: str, most: int = 80) -> str:
    """The first line without phone numbers, for lists and titles."""
    line = without_numbers(text).strip().split("\n", 1)[0].strip()
    return line if len(line) <= most else f"{line[:most]}…"


def listed(case: Case) -> str:
    return summary(list_text(case))


def marks(case: Case) -> list[str]:
    """What a list says of a case beside its text. Needs its resident and lead."""
    return list(_marks(case))


def _marks(case: Case) -> Iterator[str]:
    if case.round > 1:
        yield f"第 {case.round} 轮"
    if not case.anonymous:
        yield from care_marks(case)
    yield from (label for label, is_set in _flags(case) if is_set)
    if case.chases:
        yield f"催了 {case.chases} 次"
    if case.lead:
        yield f"并在 {case.lead.case_no} 里"


def care_marks(case: Case) -> Iterator[str]:
    """Whom to ring rather than to write to."""
    if case.resident.elder_mode:
        yield "老人"
    if case.resident.care_agreed_at:
        yield "要照顾"


def _flags(case: Case) -> Iterator[tuple[str, object]]:
    yield "有新消息", case.news_at
    yield "请中心转问", case.relay_asked_at
    yield "要打电话告诉", case.tell_at
    yield "要确认督办", case.urged_at
    yield "匿名", case.anonymous
    yield "等复核", case.closing
    yield "申请延期", case.extension_asked
    yield "有争议", case.disputed_at
    yield "涉法涉诉", case.track == Track.LEGAL


def place(case: Case) -> str:
    """The place in the resident's words, else the areas found; empty when unknown."""
    return str(case.location.get("text") or area_names(case))


def area_names(case: Case) -> str:
    """District, street and community, as far as the gazetteer could tell."""
    areas = [case.location.get(part) for part in ("district", "street", "community")]
    return " ".join(area["name"] for area in areas if area)
