"""「管理 · 常用语」: the canned replies of the chat desk."""

from collections.abc import Callable
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from sqlalchemy.orm import Session

from backend.clock import now
from backend.conversations.desk_settings import REPLIES, latest
from backend.database import Database
from backend.desk import reply_editing
from backend.desk.canned_replies import CannedReply, replies_of
from backend.errors import MinhuError
from backend.staff.accounts import audit
from backend.staff.permissions import require_administers, require_administers_city
from backend.web.console.auth import Posted, Visitor, posted_in, visitor_of
from backend.web.console.frame import Refusal, desk_page, step_or_page
from backend.web.console.pages import ConsoleRoute
from backend.web.forms import Form, number_in

HERE = "/console/admin/replies"


def reply_routes(database: Database) -> APIRouter:
    routes = APIRouter(prefix="/admin/replies", route_class=ConsoleRoute)
    here, posted = Depends(visitor_of(database)), Depends(posted_in(database))

    @routes.get("")
    def show(visitor: Annotated[Visitor, here], done: str = "") -> Response:
        with database.begin() as session:
            return _page(
                session, visitor, {}, notice="记下了，接会话的人马上就能用。" if done else ""
            )

    @routes.post("")
    def save(post: Annotated[Posted, posted]) -> Response:
        return _step(database, post, _save)

    @routes.post("/delete")
    def delete(post: Annotated[Posted, posted]) -> Response:
        return _step(database, post, _delete)

    return routes


def _step(database: Database, post: Posted, take: Callable[[Session, Posted], None]) -> Response:
    def step(session: Session) -> str:
        require_administers_city(post.staff)
        take(session, post)
        return f"{HERE}?done=1"

    return step_or_page(database, step, partial(_again, post))


def _save(session: Session, post: Posted) -> None:
    form = post.form
    reply = CannedReply(form.get("code", ""), form.get("title", ""), form.get("text", ""))
    over = number_in(form, "over")
    reply_editing.save_reply(session, post.staff, reply, over=over, now=now())
    audit(session, post.staff, "edit_replies", reply.title, now=now())


def _delete(session: Session, post: Posted) -> None:
    code, over = post.form.get("code", ""), number_in(post.form, "over")
    reply_editing.delete_reply(session, post.staff, code, over=over, now=now())
    audit(session, post.staff, "edit_replies", code, now=now())


def _again(post: Posted, session: Session, problem: MinhuError) -> Response:
    return _page(session, post.visitor, post.form, problem)


def _page(
    session: Session, visitor: Visitor, entries: Form, problem: Refusal = None, *, notice: str = ""
) -> Response:
    require_administers(visitor.staff)
    version = latest(session, REPLIES)
    replies = replies_of(version)
    return desk_page(
        session, visitor, "admin_replies.html", problem,
        replies=replies,
        examples={one.code: reply_editing.example(one, visitor.staff) for one in replies},
        version=version,
        entries=entries,
        longest=(reply_editing.LONGEST_TITLE, reply_editing.LONGEST_TEXT),
        notice=notice,
    )  # fmt: skip
