"""The settlement of a case: a coded outcome, a text for the resident, and what is still to come.

Still to come may be a follow-up date, and a visit that the resident must make (S80, S89).
"""

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from backend.cases.step import StepContext
from backend.clock import SHANGHAI
from backend.deadlines.city import calendar
from backend.deadlines.typed_day import typed_day
from backend.errors import BadInput
from backend.models.knowledge import ArticleRow, ArticleState
from backend.texts.cases import OFFICE
from backend.vocabulary.outcomes import Outcome
from backend.vocabulary.step_details import Answer, Offline, Resolve

LATEST_FOLLOW_UP = timedelta(days=3 * 365)
LONGEST_PART = 200  # characters of each part of an offline visit


def settle(
    step: StepContext,
    outcome: Outcome,
    text: str,
    offline: Offline | None,
    follow_up_on: date | None = None,
) -> None:
    """Write the settlement into the case and the event. Raises BadInput."""
    case = step.case
    case.outcome, case.outcome_text = outcome, text
    case.offline = whole_visit(offline)
    case.follow_up_at = _start_of_work(follow_up_on) if follow_up_on else None
    step.event_details.update(outcome=outcome, text=text)


def answer_text(session: Session, details: Answer | Resolve) -> str:
    """The text of the answer, or the article's where no text is given. Raises BadInput."""
    text, article = details.text, details.article
    if article is None and not text:
        raise BadInput("请填写给市民的答复", field="text")
    row = session.get(ArticleRow, article) if article else None
    if article and (row is None or row.state != ArticleState.PUBLISHED):
        raise BadInput(f"没有编号为 {article} 的知识库文章", field="article")
    return text or (article_answer(row.body, row.office) if row else "")


def article_answer(body: str, office: str) -> str:
    return f"{body}\n{OFFICE.format(office=office).plain}" if office else body


def follow_up_day(details: Resolve, now: datetime) -> date | None:
    """The day that a long-term outcome needs. Raises BadInput."""
    by = details.by
    if details.outcome is not Outcome.LONG_TERM:
        if by:
            raise BadInput("只有“需长期推进”才写约定的日期")
        return None
    if not by:
        raise BadInput("请填写到哪一天再给市民一个说法", field="by")
    day = typed_day(by)
    today = now.astimezone(SHANGHAI).date()
    if day <= today:
        raise BadInput("约定的日期要在今天以后", field="by")
    if day > today + LATEST_FOLLOW_UP:
        raise BadInput("约定的日期太远，最多三年", field="by")
    return day


def _start_of_work(day: date) -> datetime:
    """Start of work on that day, or on the next working day."""
    working_day = calendar().add(day, 0)
    return datetime.combine(working_day, calendar().hours.begin, SHANGHAI)


def whole_visit(offline: Offline | None) -> dict[str, str] | None:
    """All three parts are required, so that the resident need not go twice. Raises BadInput."""
    if not offline:
        return None
    parts = {name: str(offline.get(name) or "") for name in ("what", "where", "bring")}
    if not all(parts.values()):
        raise BadInput("要市民跑一趟，就写清办什么、到哪里、带什么；什么都不用带，就写“不用带东西”")
    if max(map(len, parts.values())) > LONGEST_PART:
        raise BadInput(f"办什么、到哪里、带什么，各最多 {LONGEST_PART} 字")
    return parts
