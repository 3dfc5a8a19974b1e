"""Table of the knowledge base."""

from datetime import date, datetime

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
