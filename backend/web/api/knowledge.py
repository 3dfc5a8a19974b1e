"""Articles of the knowledge base: search and edit."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field
from sqlalchemy import Select, String, cast, or_, select

from backend.clock import now
from backend.database import Database
from backend.errors import NotAllowed, NotFound
from backend.knowledge import service as knowledge
from backend.models.knowledge import ArticleRow
from backend.models.staff import Role, StaffAccount
from backend.staff.accounts import audit
from backend.vocabulary.messages import storable
from backend.vocabulary.typed_text import Line, Text
from backend.web.api.auth import signed_in
from backend.web.inputs import Words

EDITS_ARTICLES = frozenset({Role.DISPATCHER, Role.ADMIN})
MOST_ARTICLES = 200


class ArticleIn(BaseModel):
    """An article's new content; missing fields stay unchanged."""

    title: Annotated[Line, Field(min_length=1)] | None = None
    domain: Annotated[Line, Field(min_length=1)] | None = None
    questions: Annotated[list[Line], Field(max_length=50)] | None = None
    body: Annotated[Text, Field(min_length=1)] | None = None
    office: Line | None = None
    checked: date | None = None


def knowledge_routes(database: Database) -> APIRouter:
    routes = APIRouter(prefix="/knowledge", tags=["knowledge"])
    signed = Depends(signed_in(database))

    @routes.get("", dependencies=[signed])
    def list_articles(q: Words = None) -> dict[str, Any]:
        with database.begin() as session:
            rows = session.scalars(_matching(q).limit(MOST_ARTICLES))
            return {"articles": [_as_json(row) for row in rows]}

    @routes.put("/{article_id}")
    def edit(
        article_id: str, staff: Annotated[StaffAccount, signed], body: ArticleIn
    ) -> dict[str, Any]:
        if Role(staff.role) not in EDITS_ARTICLES:
            raise NotAllowed(f"{Role(staff.role).label}不能改知识库")
        with database.begin() as session:
            row = knowledge.by_id(session, storable(article_id))
            if row is None:
                raise NotFound(f"没有编号为 {article_id} 的文章")
            changed = body.model_dump(exclude_none=True)
            for name, value in changed.items():
                setattr(row, name, value)
            row.updated_at = now()
            audit(session, staff, "edit_article", row.id, now=now(), changed=sorted(changed))
            return _as_json(row)

    return routes


def _matching(words: str | None) -> Select[ArticleRow]:
    query = select(ArticleRow).order_by(ArticleRow.id)
    if not words:
        return query
    columns = (ArticleRow.id, ArticleRow.title, ArticleRow.body)
    return query.where(
        or_(
            *(column.icontains(words, autoescape=True) for column in columns),
            cast(ArticleRow.questions, String).icontains(words, autoescape=True),
        )
    )


def _as_json(row: ArticleRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "title": row.title,
        "domain": row.domain,
        "questions": row.questions,
        "body": row.body,
        "office": row.office,
        "checked": row.checked.isoformat(),
        "updated_at": row.updated_at.isoformat(),
    }
