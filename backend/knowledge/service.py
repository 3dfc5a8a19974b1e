"""The knowledge base: articles in the database, and a search index rebuilt after each edit."""

from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy import delete, desc, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from backend.models.knowledge import (
    ArticleRow,
    ArticleState,
    ArticleVersion,
    UnansweredQuestion,
)
from backend.settings import DATA_FOLDER
from nlu.appeals.masks import mask_identity
from nlu.articles.search import Answer, Article, ArticleIndex, load, not_covered_in
from nlu.classifiers.meaning import meaning

RETENTION = timedelta(days=180)  # an unanswered question
MOST_KEPT_OF_QUESTION = 200  # characters
NOT_COVERED = DATA_FOLDER / "not_covered.yml"

_index: tuple[object, ArticleIndex] | None = None


def load_articles(session: Session, folder: Path, *, now: datetime) -> int:
    """Insert the articles of `folder` that are missing in the database; returns how many.

    Existing articles are not changed, because staff may have edited them.
    """
    added = 0
    for article in load(folder):
        inserted = session.scalar(
            insert(ArticleRow)
            .values(**_values(article, now))
            .on_conflict_do_nothing()
            .returning(ArticleRow.id)
        )
        added += inserted is not None
    return added


def _values(article: Article, now: datetime) -> dict[str, object]:
    return {
        **vars(article),
        "questions": list(article.questions),
        "checked": article.checked or date.min,
        "updated_at": now,
    }


def answer(session: Session, question: str) -> Answer:
    """The article that answers `question`, or candidates to choose from."""
    return index(session).answer(question)


def find(session: Session, words: str, *, most: int = 3) -> list[Article]:
    """The articles that are likest to `words`, the likest first."""
    result = answer(session, words)
    best = [result.article] if result.article else []
    others = [hit.article for hit in result.candidates]
    return [*best, *(article for article in others if article not in best)][:most]


def index(session: Session) -> ArticleIndex:
    """The search index; rebuilt if an article has changed."""
    global _index
    version = articles_version(session)
    current = _index
    if current is None or current[0] != version:
        articles = published_articles(session)
        new_index = ArticleIndex(articles, not_covered_in(NOT_COVERED), meaning())
        current = (version, new_index)
        _index = current
    return current[1]


def articles_version(session: Session) -> tuple[int, datetime | None]:
    """Changes with each edit."""
    newest = func.max(ArticleRow.updated_at)
    row = session.execute(select(func.count(), newest).select_from(ArticleRow)).one()
    return row[0], row[1]


def published_articles(session: Session) -> list[Article]:
    is_published = ArticleRow.state == ArticleState.PUBLISHED
    rows = session.scalars(select(ArticleRow).where(is_published).order_by(ArticleRow.id))
    return [article_of(row) for row in rows]


def by_id(session: Session, article_id: str) -> ArticleRow | None:
    """A published article; None for another, and for a draft or a retired one."""
    row = session.get(ArticleRow, article_id)
    return row if row is not None and row.state == ArticleState.PUBLISHED else None


def article_of(row: ArticleRow | ArticleVersion) -> Article:
    """The article as it is searched."""
    return Article(
        id=row.id if isinstance(row, ArticleRow) else row.article_id,
        title=row.title,
        domain=row.domain,
        questions=tuple(row.questions),
        office=row.office,
        checked=row.checked,
        body=row.body,
    )


def keep_unanswered(
    session: Session, question: str, article_id: str | None, *, now: datetime
) -> None:
    """Keep a question that no article answers, without whom it is from; old ones are deleted."""
    masked = mask_identity(question)[:MOST_KEPT_OF_QUESTION]
    session.add(UnansweredQuestion(question=masked, article_id=article_id, asked_at=now))
    session.execute(delete(UnansweredQuestion).where(UnansweredQuestion.asked_at < now - RETENTION))


def unanswered(session: Session, *, most: int = 100) -> list[tuple[str, str | None, int]]:
    """Questions with the article they followed and how often they were asked, the most first."""
    number = func.count()
    query = (
        select(UnansweredQuestion.question, UnansweredQuestion.article_id, number)
        .group_by(UnansweredQuestion.question, UnansweredQuestion.article_id)
        .order_by(desc(number), func.max(UnansweredQuestion.id).desc())
        .limit(most)
    )
    return [(question, article, n) for question, article, n in session.execute(query)]
