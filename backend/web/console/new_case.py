"""「登记来电来访」: staff write down an appeal, read it back, then register it."""

import secrets
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from sqlalchemy.orm import Session

from backend.case_codes import codes
from backend.cases.at_once import INQUIRY
from backend.clock import now
from backend.database import Database
from backend.desk import phone_intake
from backend.desk.phone_intake import CARE_NEEDS, READ_IT_BACK, IntakeForm, Preview
from backend.errors import BadInput
from backend.knowledge.service import find
from backend.models.cases import Case
from backend.staff.accounts import actor_for, audit
from backend.staff.permissions import require_takes_down
from backend.vocabulary.channels import BY_STAFF
from backend.vocabulary.labels import KIND_LABELS
from backend.web.console.auth import Posted, Visitor, posted_in, visitor_of
from backend.web.console.frame import Refusal, desk_page
from backend.web.console.pages import ConsoleRoute
from backend.web.forms import Form
from nlu.articles.search import Article

LONGEST_LINE = 500
LONGEST = {"text": 5000, "answer": 5000, "article": 100}


def new_case_routes(database: Database) -> APIRouter:
    routes = APIRouter(prefix="/new-case", route_class=ConsoleRoute)

    @routes.get("")
    def show(visitor: Annotated[Visitor, Depends(visitor_of(database))]) -> Response:
        require_takes_down(visitor.staff)
        with database.begin() as session:
            return _page(session, visitor, {})

    @routes.post("")
    def go_on(posted: Annotated[Posted, Depends(posted_in(database))]) -> Response:
        """Shows the summary to read back, then registers the case."""
        require_takes_down(posted.staff)
        with database.begin() as session:
            return _next(session, posted)

    return routes


def _next(session: Session, posted: Posted) -> Response:
    visitor, form = posted.visitor, posted.form
    try:
        intake = _taken_down(form)
        if form.get("step") == "register":
            return _register(session, posted, intake)
        if form.get("step") == "edit":
            return _page(session, visitor, form)
        preview = phone_intake.preview(session, intake, now=now())
    except BadInput as problem:
        return _page(session, visitor, form, problem=problem)
    return _page(session, visitor, form, preview=preview)


def _register(session: Session, posted: Posted, intake: IntakeForm) -> Response:
    if not posted.form.get("key"):
        raise BadInput(READ_IT_BACK)
    key = f"{posted.staff.username}:{posted.form['key']}"
    case = phone_intake.register(session, intake, actor_for(posted.staff), key=key, now=now())
    audit(session, posted.staff, "take_down", case.case_no, now=now())
    code = codes.make(session, case, now=now())
    return _page(session, posted.visitor, {}, case=case, code=code)


def _taken_down(form: Form) -> IntakeForm:
    """Raises BadInput."""
    for name in ("text", "place", "name", "phone", "answer", "article"):
        most = LONGEST.get(name, LONGEST_LINE)
        if len(form.get(name, "")) > most:
            raise BadInput(f"最多写 {most} 字，现在有 {len(form[name])} 字")
    kind = form.get("kind") or None
    if kind is not None and kind not in KIND_LABELS:
        raise BadInput("没有这个类型")
    return IntakeForm(
        form.get("channel", ""),
        form.get("text", ""),
        place=form.get("place"),
        kind=kind,
        name=form.get("name"),
        phone=form.get("phone"),
        answer=form.get("answer"),
        article=form.get("article"),
        is_elder=bool(form.get("elder")),
        care=tuple(need for need in CARE_NEEDS if form.get(f"care:{need}")),
        has_consent=bool(form.get("care_consent")),
    )


def _page(
    session: Session,
    visitor: Visitor,
    entries: Form,
    *,
    preview: Preview | None = None,
    case: Case | None = None,
    code: str = "",
    problem: Refusal = None,
) -> Response:
    return desk_page(
        session,
        visitor,
        "new_case.html",
        problem,
        entries=entries,
        preview=preview,
        articles=_articles(session, preview),
        case=case,
        code=code,
        key=secrets.token_hex(16),
        by_staff=BY_STAFF,
        needs=CARE_NEEDS,
        care_fields=[f"care:{need}" for need in CARE_NEEDS],
    )


def _articles(session: Session, preview: Preview | None) -> list[Article]:
    """Articles that may answer the question while the resident is on the phone."""
    is_asked = preview is not None and preview.kind == INQUIRY
    return find(session, preview.form.text) if preview and is_asked else []
