"""Steps on articles: write, submit for review, publish, send back, retire, set the owner."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from sqlalchemy.orm import Session

from backend.clock import now
from backend.database import Database
from backend.errors import MinhuError, NotFound
from backend.knowledge import editing
from backend.models.knowledge import ArticleRow
from backend.staff.accounts import audit
from backend.web.console.auth import Posted, posted_in
from backend.web.console.frame import step_or_page
from backend.web.console.knowledge import HERE, article_page, new_page
from backend.web.console.pages import ConsoleRoute

_Step = Callable[[Session, Posted, ArticleRow], object]


def knowledge_step_routes(database: Database) -> APIRouter:
    routes = APIRouter(prefix="/knowledge", route_class=ConsoleRoute)
    posted = Depends(posted_in(database))

    @routes.post("")
    def create(post: Annotated[Posted, posted]) -> Response:
        return step_or_page(database, partial(_create, post), partial(_new_again, post))

    @routes.post("/{article_id}/{name}")
    def step(article_id: str, name: str, post: Annotated[Posted, posted]) -> Response:
        take = partial(_take, post, article_id, name)
        return step_or_page(database, take, partial(_article_again, post, article_id, name))

    return routes


def _create(post: Posted, session: Session) -> str:
    content = editing.read_content(post.form, editing.today_of(now()))
    article = editing.create(session, post.staff, content, now=now())
    audit(session, post.staff, "create_article", article.id, now=now())
    return f"{HERE}/{article.id}"


def _new_again(post: Posted, session: Session, problem: MinhuError) -> Response:
    return new_page(session, post.visitor, post.form, problem)


def _take(post: Posted, article_id: str, name: str, session: Session) -> str:
    if name not in _STEPS:
        raise NotFound("没有这一步")
    article = editing.article_for(session, post.staff, article_id)
    _STEPS[name](session, post, article)
    audit(session, post.staff, f"{name}_article", article.id, now=now())
    return f"{HERE}/{article.id}"


def _article_again(
    post: Posted, article_id: str, name: str, session: Session, problem: MinhuError
) -> Response:
    typed = post.form if name == "draft" else None
    return article_page(session, post.visitor, article_id, entries=typed, problem=problem)


def _draft(session: Session, post: Posted, article: ArticleRow) -> None:
    content = editing.read_content(post.form, editing.today_of(now()))
    editing.save_draft(session, post.staff, article, content, now=now())


def _send_back(session: Session, post: Posted, article: ArticleRow) -> None:
    remark = post.form.get("remark", "")
    editing.send_back(session, post.staff, article, remark, now=now())


def _owner(session: Session, post: Posted, article: ArticleRow) -> None:
    owner, review_by = post.form.get("owner", ""), post.form.get("review_by", "")
    editing.set_owner(session, post.staff, article, owner, review_by)


_STEPS: Mapping[str, _Step] = {
    "draft": _draft,
    "submit": lambda session, post, article: editing.submit(session, post.staff, article),
    "publish": lambda session, post, article: editing.publish(
        session, post.staff, article, now=now()
    ),
    "send_back": _send_back,
    "retire": lambda session, post, article: editing.retire(
        session, post.staff, article, now=now()
    ),
    "owner": _owner,
}
