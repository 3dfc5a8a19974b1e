"""Tables of the knowledge base, and of what it could not answer."""

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from backend.database import Base


class ArticleRow(Base):
    """One article of the knowledge base, which staff may edit."""

    __tablename__ = "articles"

    id: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    domain: Mapped[str]
    questions: Mapped[list[str]] = mapped_column(JSONB)
    body: Mapped[str]
    office: Mapped[str]
    checked: Mapped[date]
    updated_at: Mapped[datetime]


class UnansweredQuestion(Base):
    """A question that no article answers: what to write next.

    It names nobody: telephone and identity numbers, names and flats are masked, and it is not
    linked to the chat. Kept for `backend.knowledge.service.RETENTION`.
    """

    __tablename__ = "unanswered_questions"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    question: Mapped[str]
    # The article that it was asked about, when it followed one
    article_id: Mapped[str | None] = mapped_column(ForeignKey("articles.id", ondelete="SET NULL"))
    asked_at: Mapped[datetime] = mapped_column(index=True)
