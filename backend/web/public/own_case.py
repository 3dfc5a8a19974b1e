"""One's own case by its number and query code, and its rating; works without JavaScript.

The page shows state, deadline, unit and answer: no name, no number of a person, and none of the
words of the appeal, since whoever holds the slip of paper may read it.
"""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy.orm import Session

from backend.case_codes import codes
from backend.cases.step import StepContext
from backend.cases.stepping import act
from backend.clock import now
from backend.database import Database
from backend.desk.masking import without_identity
from backend.errors import BadInput, Conflict, MinhuError, NotFound, TooManyWaiting
from backend.models.cases import Case
from backend.ratings import service as ratings
from backend.texts.cases import CENTRE
from backend.texts.public import CHOOSE_GRADE, THANKS, THANKS_DONE_AGAIN
from backend.vocabulary.actors import RESIDENT
from backend.vocabulary.case_lifecycle import Action, Status
from backend.vocabulary.grades import GRADES, Grade
from backend.vocabulary.step_details import WithReason
from backend.web.forms import Form, form_of
from backend.web.inputs import address_of
from backend.web.pages import PageRoute, page

STAGES = ("登记", "派给单位", "单位签收", "办结", "结案")
_REACHED = {
    Status.REGISTERED: 1,
    Status.RETURNED: 1,
    Status.DISPATCHED: 2,
    Status.ACCEPTED: 3,
    Status.ON_HOLD: 3,
    Status.RESOLVED: 4,
    Status.CLOSED: 5,
}
LONGEST_REASON = 1000


@dataclass(frozen=True)
class OwnCase:
    """What the page shows."""

    case: Case
    unit: str
    reached: int  # number of STAGES behind it
    answer: str
    grade: str  # given in this round; empty without one
    may_rate: bool


def own_case_routes(database: Database) -> APIRouter:
    routes = APIRouter(prefix="/case", route_class=PageRoute)
    form = Depends(form_of)

    @routes.get("")
    def ask() -> Response:
        return page("public_case_form.html", number="", problem="")

    @routes.post("")
    def show(request: Request, entries: Annotated[Form, form]) -> Response:
        return _shown(database, request, entries)

    @routes.post("/rating")
    def rate(request: Request, entries: Annotated[Form, form]) -> Response:
        try:
            with _opened(database, request, entries) as (session, case):
                notice = _rate(session, case, entries, now())
        except (BadInput, Conflict) as refused:
            return _shown(database, request, entries, refused.message, refused.status_code)
        except (NotFound, TooManyWaiting) as problem:
            return _form(entries, problem)
        return _shown(database, request, entries, notice)

    return routes


def _opened(
    database: Database, request: Request, entries: Form
) -> AbstractContextManager[tuple[Session, Case]]:
    number, code = entries.get("number", ""), entries.get("code", "")
    return codes.opened(database, number, code, address_of(request), now=now())


def _form(entries: Form, problem: MinhuError) -> Response:
    """The form again, as number or code are wrong, or there were too many tries."""
    number = entries.get("number", "")[: codes.LONGEST]
    status, message = problem.status_code, problem.message
    return page("public_case_form.html", status=status, number=number, problem=message)


def _shown(
    database: Database, request: Request, entries: Form, notice: str = "", status: int = 200
) -> Response:
    try:
        with _opened(database, request, entries) as (session, case):
            return page(
                "public_case.html",
                status=status,
                own=_own_case(session, case),
                code=entries.get("code", ""),
                notice=notice,
                stages=STAGES,
                grades=GRADES,
            )
    except (NotFound, TooManyWaiting) as problem:
        return _form(entries, problem)


def _own_case(session: Session, case: Case) -> OwnCase:
    rating = ratings.find_rating(session, case, case.round)
    status = Status(case.status)
    return OwnCase(
        case=case,
        unit=case.unit.name if case.unit else CENTRE.plain,
        reached=_REACHED[status],
        answer=without_identity(case.outcome_text or "", case.resident.name),
        grade=Grade(rating.score).label if rating else "",
        may_rate=rating is None and status in ratings.RATEABLE and case.outcome != "withdrawn",
    )


def _rate(session: Session, case: Case, entries: Form, at: datetime) -> str:
    """Store grade and reason, and begin the case anew when asked for. Raises BadInput, Conflict."""
    grade, reason = _grade(entries), entries.get("reason", "")[:LONGEST_REASON]
    ratings.rate(session, case, grade, round=case.round, message_id=None, now=at)
    if not grade.is_low:
        return THANKS.plain
    ratings.give_reason(session, case, reason, now=at)
    if not entries.get("again"):
        return THANKS.plain
    details = WithReason(Action.REOPEN, reason or grade.label)
    act(StepContext(session, case, RESIDENT, at, details))
    return THANKS_DONE_AGAIN.plain


def _grade(entries: Form) -> Grade:
    """Raises BadInput."""
    try:
        return Grade(int(entries.get("grade", "")))
    except ValueError:
        raise BadInput(CHOOSE_GRADE.plain) from None
