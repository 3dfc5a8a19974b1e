"""「知识」: articles with owners and numbers, what residents asked in vain, one article's page."""

from itertools import zip_longest
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from sqlalchemy import ColumnElement, Select, String, cast, or_, select
from sqlalchemy.orm import Session

from backend.clock import now
from backend.database import Database
from backend.errors import NotFound
from backend.knowledge import editing, uses
from backend.knowledge.differences import differences
from backend.knowledge.trial import try_question
from backend.models.knowledge import ArticleRow, ArticleState, ArticleVersion, VersionState
from backend.models.staff import Role
from backend.overview.question_groups import unanswered_groups
from backend.staff.permissions import EDITS_ARTICLES, REVIEWS_ARTICLES, require_reviews_articles
from backend.vocabulary.messages import storable
from backend.web.console.auth import Visitor, visitor_of
from backend.web.console.frame import Refusal, desk_page
from backend.web.console.pages import ConsoleRoute
from backend.web.forms import Form
from backend.web.inputs import Page, Words

HERE = "/console/knowledge"
PAGE_SIZE, MOST_GROUPS, MOST_VERSIONS = 50, 30, 50
VIEWS = {
    "published": "已发布",
    "review": "待复核",
    "drafts": "草稿",
    "due": "该复查",
    "unhelpful": "没帮上忙",
    "retired": "已停用",
}


def knowledge_page_routes(database: Database) -> APIRouter:
    routes = APIRouter(prefix="/knowledge", route_class=ConsoleRoute)
    here = Depends(visitor_of(database))

    @routes.get("")
    def show_all(
        visitor: Annotated[Visitor, here], view: str = "", q: Words = None, page: Page = None
    ) -> Response:
        with database.begin() as session:
            return all_page(session, visitor, view=view, words=q or "", number=page or 1)

    @routes.get("/unanswered")
    def show_unanswered(visitor: Annotated[Visitor, here]) -> Response:
        with database.begin() as session:
            groups = unanswered_groups(session, now=now())[:MOST_GROUPS]
            return _page(session, visitor, "knowledge_unanswered.html", groups=groups)

    @routes.get("/new")
    def new(visitor: Annotated[Visitor, here], question: Words = None) -> Response:
        with database.begin() as session:
            return new_page(session, visitor, {"questions": question or ""})

    @routes.get("/{article_id}")
    def show(
        article_id: str, visitor: Annotated[Visitor, here], question: Words = None
    ) -> Response:
        with database.begin() as session:
            return article_page(session, visitor, article_id, question=question or "")

    return routes


def all_page(session: Session, visitor: Visitor, *, view: str, words: str, number: int) -> Response:
    chosen = view if view in VIEWS else "published"
    numbers = uses.usefulness(session, now=now())
    unhelpful = {code for code, one in numbers.items() if one.failures}
    query = _matching(words).where(_in_view(chosen, unhelpful))
    rows = session.scalars(
        query.order_by(ArticleRow.review_by, ArticleRow.id)
        .offset((number - 1) * PAGE_SIZE)
        .limit(PAGE_SIZE + 1)
    ).all()
    return _page(
        session, visitor, "knowledge.html",
        articles=rows[:PAGE_SIZE], has_more=len(rows) > PAGE_SIZE, number=number,
        views=VIEWS, view=chosen, q=words, uses=numbers, never=uses.NEVER_SHOWN,
        today=editing.today_of(now()), period=uses.PERIOD.days,
    )  # fmt: skip


def _in_view(view: str, unhelpful: set[str]) -> ColumnElement[bool]:
    is_published = ArticleRow.state == ArticleState.PUBLISHED
    match view:
        case "review":
            return ArticleRow.id.in_(_with_version(VersionState.IN_REVIEW))
        case "drafts":
            return ArticleRow.id.in_(_with_version(VersionState.DRAFT))
        case "due":
            return is_published & (ArticleRow.review_by <= editing.today_of(now()))
        case "unhelpful":
            return ArticleRow.id.in_(unhelpful)
        case "retired":
            return ArticleRow.state == ArticleState.RETIRED
        case _:
            return is_published


def _with_version(state: VersionState) -> Select[str]:
    return select(ArticleVersion.article_id).where(ArticleVersion.state == state)


def _matching(words: str) -> Select[ArticleRow]:
    query = select(ArticleRow)
    if not words:
        return query
    columns = (ArticleRow.id, ArticleRow.title, ArticleRow.body)
    questions = cast(ArticleRow.questions, String).icontains(words, autoescape=True)
    return query.where(or_(*(one.icontains(words, autoescape=True) for one in columns), questions))


def new_page(
    session: Session, visitor: Visitor, entries: Form, problem: Refusal = None
) -> Response:
    return _page(session, visitor, "article_new.html", problem, entries=entries)


def article_page(
    session: Session,
    visitor: Visitor,
    article_id: str,
    *,
    question: str = "",
    entries: Form | None = None,
    problem: Refusal = None,
) -> Response:
    """The article; with a `problem`, what was typed stays in the form. Raises NotFound."""
    require_reviews_articles(visitor.staff)
    article = session.get(ArticleRow, storable(article_id))
    if article is None:
        raise NotFound("没有这篇文章")
    versions = editing.versions(session, article)
    draft = next((one for one in versions if one.state != VersionState.PUBLISHED), None)
    published = next((one for one in versions if one.state == VersionState.PUBLISHED), None)
    shown = versions[:MOST_VERSIONS]
    return _page(
        session, visitor, "article.html", problem,
        article=article,
        draft=draft,
        entries=entries or _entries(draft or article),
        changes=differences(published, draft) if draft else [],
        history=[(new, differences(old, new)) for new, old in _pairs(shown)],
        may_edit=_may(visitor, EDITS_ARTICLES) and editing.is_in_scope(
            session, visitor.staff, article
        ),
        may_review=_may(visitor, REVIEWS_ARTICLES) and editing.is_in_scope(
            session, visitor.staff, article
        ),
        question=question,
        trial=try_question(session, draft, question) if question else None,
        uses=uses.usefulness(session, now=now()).get(article.id, uses.NEVER_SHOWN),
        period=uses.PERIOD.days,
    )  # fmt: skip


def _pairs(
    versions: list[ArticleVersion],
) -> list[tuple[ArticleVersion, ArticleVersion | None]]:
    """Each published version with the one before it."""
    published = [one for one in versions if one.state == VersionState.PUBLISHED]
    return list(zip_longest(published, published[1:]))


def _entries(text: ArticleRow | ArticleVersion) -> dict[str, str]:
    return {
        "title": text.title,
        "domain": text.domain,
        "questions": "\n".join(text.questions),
        "body": text.body,
        "office": text.office,
        "checked": text.checked.isoformat(),
    }


def _may(visitor: Visitor, roles: frozenset[Role]) -> bool:
    return Role(visitor.staff.role) in roles


def _page(
    session: Session,
    visitor: Visitor,
    template: str,
    problem: Refusal = None,
    **more: Any,
) -> Response:
    require_reviews_articles(visitor.staff)
    edits = _may(visitor, EDITS_ARTICLES)
    return desk_page(session, visitor, template, problem, edits=edits, **more)
