"""What a case is settled with: a coded outcome, words for the resident, and what is still to come:
a date for what takes long, and a way that they must go themselves (S80, S89)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from backend.clock import SHANGHAI
from backend.deadlines.rules import Calendar
from backend.errors import BadInput
from backend.models.knowledge import ArticleRow
from backend.vocabulary.outcomes import STAFF_OUTCOMES, ForwardedTo, Outcome

if TYPE_CHECKING:
    from backend.cases.step import Details, Step

FURTHEST = timedelta(days=3 * 365)
LONGEST_PART = 200  # characters of each of an offline step's parts


@dataclass(frozen=True)
class Settlement:
    outcome: Outcome
    text: str
    by: date | None = None
    offline: dict[str, str] | None = None


def chosen(details: "Details", now: datetime) -> Settlement:
    """As a unit says that it is done. Raises BadInput."""
    outcome = details.needing("outcome", "办理结果")
    if outcome not in STAFF_OUTCOMES:
        raise BadInput(f"办理结果只能是：{'、'.join(STAFF_OUTCOMES)}")
    return told(Outcome(outcome), details, now)


def told(outcome: Outcome, details: "Details", now: datetime) -> Settlement:
    """With the words and the dates that go with `outcome`. Raises BadInput."""
    text = details.needing("text", "给市民的答复")
    return Settlement(outcome, text, _by(outcome, details, now), _offline(details))


def settle(step: "Step", settled: Settlement) -> None:
    case = step.case
    case.outcome, case.outcome_text, case.offline = settled.outcome, settled.text, settled.offline
    case.follow_up_at = _morning_of(settled.by, step.calendar) if settled.by else None
    step.found.update(outcome=settled.outcome, text=settled.text)


def forwarded_to(details: "Details") -> ForwardedTo:
    """Raises BadInput."""
    to = details.needing("to", "转送给谁")
    if to not in list(ForwardedTo):
        raise BadInput(f"转送给谁只能是：{'、'.join(ForwardedTo)}")
    return ForwardedTo(to)


def words_of(step: "Step") -> "Details":
    """With the article's own words where nothing else is written. Raises BadInput."""
    details = step.details
    if details.article is None:
        return details
    row = step.session.get(ArticleRow, details.article)
    if row is None:
        raise BadInput(f"没有编号为 {details.article} 的知识库文章")
    return details.saying(details.text or article_words(row.body, row.office))


def article_words(body: str, office: str) -> str:
    return f"{body}\n要办或细问，找：{office}。" if office else body


def _by(outcome: Outcome, details: "Details", now: datetime) -> date | None:
    if outcome is not Outcome.LONG_TERM:
        if details.by:
            raise BadInput("只有“需长期推进”才写约定的日期")
        return None
    written = details.needing("by", "到哪一天再给市民一个说法")
    try:
        day = date.fromisoformat(written)
    except ValueError:
        raise BadInput("日期要写成 2026-12-31 这样") from None
    today = now.astimezone(SHANGHAI).date()
    if day <= today:
        raise BadInput("约定的日期要在今天以后")
    if day > today + FURTHEST:
        raise BadInput("约定的日期太远，最多三年")
    return day


def _morning_of(day: date, calendar: Calendar) -> datetime:
    """When work begins on that day, or on the next working one."""
    return datetime.combine(calendar.add(day, 0), calendar.hours.begin, SHANGHAI)


def _offline(details: "Details") -> dict[str, str] | None:
    """What, where, and what to bring: all three, so that nobody goes twice."""
    if not details.offline:
        return None
    parts = {name: (details.offline.get(name) or "").strip() for name in ("what", "where", "bring")}
    if not all(parts.values()):
        raise BadInput("要市民跑一趟，就写清办什么、到哪里、带什么；什么都不用带，就写“不用带东西”")
    if max(map(len, parts.values())) > LONGEST_PART:
        raise BadInput(f"办什么、到哪里、带什么，各最多 {LONGEST_PART} 字")
    return parts
