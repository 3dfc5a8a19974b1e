"""Articles of the knowledge base: search and edit."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field
from sqlalchemy import Select, String, cast, or_, select

from backend.clock import now
from backend.database import Database
from backend.knowledge import editing
from backend.models.knowledge import ArticleRow, ArticleVersion
from backend.models.staff import StaffAccount
from backend.staff.accounts import audit
from backend.staff.permissions import require_edits_articles
from backend.vocabulary.typed_text import Line, Text
from backend.web.api.auth import signed_in
from backend.web.inputs import Words

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
        """The article, with the next text as `pending`: a second person publishes it."""
        require_edits_articles(staff)
        with database.begin() as session:
            row = editing.article_for(session, staff, article_id)
            if changed := body.model_dump(exclude_none=True):
                editing.submit_edit(session, staff, row, changed, now=now())
                audit(session, staff, "edit_article", row.id, now=now(), changed=sorted(changed))
            return _as_json(row) | {"pending": _pending(editing.open_version(session, row))}

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


def _pending(version: ArticleVersion | None) -> dict[str, Any] | None:
    """The text that residents do not read yet."""
    if version is None:
        return None
    return _text(version) | {
        "number": version.number,
        "state": version.state,
        "written_by": version.written_by,
    }


def _text(text: ArticleRow | ArticleVersion) -> dict[str, Any]:
    return {
        "title": text.title,
        "domain": text.domain,
        "questions": text.questions,
        "body": text.body,
        "office": text.office,
        "checked": text.checked.isoformat(),
    }


def _as_json(row: ArticleRow) -> dict[str, Any]:
    return _text(row) | {
        "id": row.id,
        "updated_at": row.updated_at.isoformat(),
        "state": row.state,
        "owner": row.owner_code,
        "review_by": row.review_by.isoformat() if row.review_by else None,
    }
