"""Tables of the knowledge base, and of what it could not answer."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.database import Base
from backend.models.units import Unit


class ArticleState(StrEnum):
    DRAFT = "draft"  # never published
    PUBLISHED = "published"
    RETIRED = "retired"


class VersionState(StrEnum):
    DRAFT = "draft"
    IN_REVIEW = "in_review"
    PUBLISHED = "published"


class ArticleRow(Base):
    """One article of the knowledge base as residents read it; staff edit it by versions."""

    __tablename__ = "articles"

    id: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    domain: Mapped[str]
    questions: Mapped[list[str]] = mapped_column(JSONB)
    body: Mapped[str]
    office: Mapped[str]
    checked: Mapped[date]
    updated_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(
        default=ArticleState.PUBLISHED, server_default=ArticleState.PUBLISHED
    )
    owner_code: Mapped[str | None] = mapped_column(ForeignKey("units.code"))  # None: the city
    review_by: Mapped[date | None]  # when the owner is to check it again
    owner: Mapped[Unit | None] = relationship()


class ArticleVersion(Base):
    """A text of an article with who wrote and who reviewed it. The open one is the next text."""

    __tablename__ = "article_versions"
    __table_args__ = (
        UniqueConstraint("article_id", "number"),
        Index(
            "ix_article_versions_open",
            "article_id",
            unique=True,
            postgresql_where=text("state <> 'published'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[str] = mapped_column(ForeignKey("articles.id", ondelete="CASCADE"))
    number: Mapped[int]
    state: Mapped[str] = mapped_column(default=VersionState.DRAFT)
    title: Mapped[str]
    domain: Mapped[str]
    questions: Mapped[list[str]] = mapped_column(JSONB)
    body: Mapped[str]
    office: Mapped[str]
    checked: Mapped[date]
    written_by: Mapped[str | None]  # username; None: imported
    written_at: Mapped[datetime]
    reviewed_by: Mapped[str | None]
    reviewed_at: Mapped[datetime | None]
    remark: Mapped[str | None]  # why the reviewer sent it back


class ArticleUse(Base):
    """The bot has shown an article in a chat."""

    __tablename__ = "article_uses"
    __table_args__ = (
        Index("ix_article_uses_conversation_id", "conversation_id", "shown_at"),
        Index("ix_article_uses_article_id", "article_id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    article_id: Mapped[str] = mapped_column(ForeignKey("articles.id", ondelete="CASCADE"))
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"))
    shown_at: Mapped[datetime] = mapped_column(index=True)
    person_asked_at: Mapped[datetime | None]  # soon afterwards the resident asked for a person


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
