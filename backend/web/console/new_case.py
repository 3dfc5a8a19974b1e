"""「登记来电来访」: what a resident says on the phone or at the window is taken down, read back to
them, and registered on their yes."""

import secrets
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from sqlalchemy.orm import Session

from backend.clock import now
from backend.database import Database
from backend.desk import phone_intake
from backend.desk.phone_intake import READ_IT_BACK, IntakeForm, Preview
from backend.errors import BadInput
from backend.models.cases import Case
from backend.staff.accounts import actor_for, audit
from backend.staff.permissions import require_takes_down
from backend.vocabulary.channels import BY_STAFF
from backend.vocabulary.labels import KIND_LABELS
from backend.web.console.auth import Form, Posted, Visitor, posted_in, visitor_of
from backend.web.console.case_forms import LONGEST
from backend.web.console.pages import PageRoute, page
from backend.web.console.queue import waiting_count

LONGEST_LINE = 500


def new_case_routes(database: Database) -> APIRouter:
    routes = APIRouter(prefix="/new-case", route_class=PageRoute)

    @routes.get("")
    def show(visitor: Annotated[Visitor, Depends(visitor_of(database))]) -> Response:
        require_takes_down(visitor.staff)
        with database.begin() as session:
            return _page(session, visitor, {})

    @routes.post("")
    def go_on(posted: Annotated[Posted, Depends(posted_in(database))]) -> Response:
        """First shows what to read back; with the resident's yes it registers."""
        require_takes_down(posted.staff)
        with database.begin() as session:
            return _next(session, posted)

    return routes


def _next(session: Session, posted: Posted) -> Response:
    visitor, form = posted.visitor, posted.form
    try:
        taken = _taken_down(form)
        if form.get("step") == "register":
            return _registered(session, posted, taken)
        if form.get("step") == "edit":
            return _page(session, visitor, form)
        seen = phone_intake.preview(session, taken, now=now())
    except BadInput as problem:
        return _page(session, visitor, form, problem=problem.message, status=400)
    return _page(session, visitor, form, seen=seen)


def _registered(session: Session, posted: Posted, taken: IntakeForm) -> Response:
    if not posted.form.get("key"):
        raise BadInput(READ_IT_BACK)
    key = f"{posted.staff.username}:{posted.form['key']}"
    case = phone_intake.register(session, taken, actor_for(posted.staff), key=key, now=now())
    audit(session, posted.staff, "take_down", case.case_no, now=now())
    return _page(session, posted.visitor, {}, case=case)


def _taken_down(form: Form) -> IntakeForm:
    """Raises BadInput."""
    for name in ("text", "place", "name", "phone", "answer", "article"):
        most = LONGEST.get("text" if name == "answer" else name, LONGEST_LINE)
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
    )


def _page(
    session: Session,
    visitor: Visitor,
    typed: Form,
    *,
    seen: Preview | None = None,
    case: Case | None = None,
    problem: str | None = None,
    status: int = 200,
) -> Response:
    return page(
        "new_case.html",
        status=status,
        visitor=visitor,
        waiting=waiting_count(session, visitor),
        notice="",
        typed=typed,
        seen=seen,
        case=case,
        problem=problem,
        key=secrets.token_hex(16),
        by_staff=BY_STAFF,
    )
