"""The settlement of a case: a coded outcome, a text for the resident, and what is still to come.

Still to come may be a follow-up date, and a visit that the resident must make (S80, S89).
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from backend.cases.step import Details, StepContext
from backend.clock import SHANGHAI
from backend.deadlines.city import calendar
from backend.deadlines.typed_day import typed_day
from backend.errors import BadInput
from backend.models.knowledge import ArticleRow
from backend.texts.cases import OFFICE
from backend.vocabulary.outcomes import STAFF_OUTCOMES, ForwardedTo, Outcome

LATEST_FOLLOW_UP = timedelta(days=3 * 365)
LONGEST_PART = 200  # characters of each part of an offline visit


@dataclass(frozen=True)
class Settlement:
    outcome: Outcome
    text: str
    follow_up_on: date | None = None
    offline: dict[str, str] | None = None


def settle(step: StepContext, outcome: Outcome) -> None:
    """Write the settlement into the case and the event. Raises BadInput."""
    case, settlement = step.case, read_settlement(step, outcome)
    case.outcome, case.outcome_text = settlement.outcome, settlement.text
    case.offline = settlement.offline
    day = settlement.follow_up_on
    case.follow_up_at = _start_of_work(day) if day else None
    step.event_details.update(outcome=settlement.outcome, text=settlement.text)


def read_settlement(step: StepContext, outcome: Outcome) -> Settlement:
    """The settlement that the details of `step` describe. Raises BadInput."""
    text = step.details.require("text", "给市民的答复")
    return Settlement(outcome, text, _follow_up_day(step, outcome), _offline(step.details))


def chosen_outcome(details: Details) -> Outcome:
    """The outcome that a unit has chosen. Raises BadInput."""
    outcome = details.require("outcome", "办理结果")
    if outcome not in STAFF_OUTCOMES:
        raise BadInput(f"办理结果只能是：{'、'.join(STAFF_OUTCOMES)}")
    return Outcome(outcome)


def forwarded_to(details: Details) -> ForwardedTo:
    """Raises BadInput."""
    to = details.require("to", "转送给谁")
    if to not in list(ForwardedTo):
        raise BadInput(f"转送给谁只能是：{'、'.join(ForwardedTo)}")
    return ForwardedTo(to)


def answer_details(step: StepContext) -> Details:
    """The details, with the article's text where no other text is given. Raises BadInput."""
    details = step.details
    if details.article is None:
        return details
    row = step.session.get(ArticleRow, details.article)
    if row is None:
        raise BadInput(f"没有编号为 {details.article} 的知识库文章")
    return details.with_text(details.text or article_answer(row.body, row.office))


def article_answer(body: str, office: str) -> str:
    return f"{body}\n{OFFICE.format(office=office).plain}" if office else body


def _follow_up_day(step: StepContext, outcome: Outcome) -> date | None:
    if outcome is not Outcome.LONG_TERM:
        if step.details.by:
            raise BadInput("只有“需长期推进”才写约定的日期")
        return None
    text = step.details.require("by", "到哪一天再给市民一个说法")
    day = typed_day(text)
    today = step.now.astimezone(SHANGHAI).date()
    if day <= today:
        raise BadInput("约定的日期要在今天以后")
    if day > today + LATEST_FOLLOW_UP:
        raise BadInput("约定的日期太远，最多三年")
    return day


def _start_of_work(day: date) -> datetime:
    """Start of work on that day, or on the next working day."""
    working_day = calendar().add(day, 0)
    return datetime.combine(working_day, calendar().hours.begin, SHANGHAI)


def _offline(details: Details) -> dict[str, str] | None:
    """All three parts are required, so that the resident need not go twice."""
    if not details.offline:
        return None
    parts = {name: (details.offline.get(name) or "").strip() for name in ("what", "where", "bring")}
    if not all(parts.values()):
        raise BadInput("要市民跑一趟，就写清办什么、到哪里、带什么；什么都不用带，就写“不用带东西”")
    if max(map(len, parts.values())) > LONGEST_PART:
        raise BadInput(f"办什么、到哪里、带什么，各最多 {LONGEST_PART} 字")
    return parts
