"""Tables of topics: incidents of several cases, joined by the clustering and corrected by people.

All three are derived from cases: they hold no words of residents but the title, and the rows of a
case are deleted together with it.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.database import Base
from backend.models.cases import Case


class Topic(Base):
    """An incident of two cases and more. Its numbers are computed from its cases."""

    __tablename__ = "topics"
    __table_args__ = (Index("ix_topics_heat", "heat", postgresql_where=text("NOT dismissed")),)

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]  # place and matter
    place: Mapped[str | None]
    typical_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))  # the most typical case
    cases: Mapped[int]
    people: Mapped[int]  # distinct residents; the copies of a flood are one
    recent_people: Mapped[int]  # in the last days of the formula
    earlier_people: Mapped[int]  # in as many days before
    heat: Mapped[float]
    parts: Mapped[dict[str, float]] = mapped_column(JSONB)  # of the heat, each from 0 to 1
    heat_version: Mapped[str]
    is_flood: Mapped[bool]
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    is_renamed: Mapped[bool] = mapped_column(default=False)  # by a person: the title stays
    dismissed: Mapped[bool] = mapped_column(default=False)  # by a person: not on the board
    typical: Mapped[Case] = relationship()


class TopicCase(Base):
    """A case that the clustering has read. Without a topic it is alone so far."""

    __tablename__ = "topic_cases"

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("topics.id"), index=True)
    joined_at: Mapped[datetime] = mapped_column(index=True)
    pinned: Mapped[bool] = mapped_column(default=False)  # a person chose the topic


class TopicEdit(Base):
    """One manual edit; kept as long as the audit log. The topic may have been deleted since."""

    __tablename__ = "topic_edits"

    id: Mapped[int] = mapped_column(primary_key=True)
    topic_id: Mapped[int] = mapped_column(index=True)
    action: Mapped[str]
    at: Mapped[datetime]
    actor: Mapped[str]
    actor_name: Mapped[str]
    details: Mapped[dict[str, Any]] = mapped_column(JSONB)
