"""Tables of panel reviews."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from backend.database import Base


class PanelReview(Base):
    """A random sample of a period's cases that invited reviewers score (评议)."""

    __tablename__ = "panel_reviews"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    first: Mapped[date]  # first day of the period whose settled cases were drawn
    after: Mapped[date]  # the day after the period
    seed: Mapped[str]
    seed_from: Mapped[str]  # public place of the seed
    each: Mapped[int]  # cases drawn for each unit
    cases: Mapped[int]  # cases in the draw
    cases_digest: Mapped[str]  # hash of their numbers, which proves the list
    drawn_at: Mapped[datetime]
    drawn_by: Mapped[str]
    published_at: Mapped[datetime | None]
    published_by: Mapped[str | None]


class PanelItem(Base):
    """One drawn case."""

    __tablename__ = "panel_items"
    __table_args__ = (UniqueConstraint("review_id", "case_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("panel_reviews.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    unit_code: Mapped[str] = mapped_column(ForeignKey("units.code"))


class PanelInvitation(Base):
    """A reviewer's one-time code; only its hash is stored."""

    __tablename__ = "panel_invitations"

    code_hash: Mapped[str] = mapped_column(primary_key=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("panel_reviews.id"), index=True)
    capacity: Mapped[str]  # expert or resident; no name is stored
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class PanelScore(Base):
    """A reviewer's score of one case."""

    __tablename__ = "panel_scores"
    __table_args__ = (CheckConstraint("score BETWEEN 1 AND 5", name="score_range"),)

    item_id: Mapped[int] = mapped_column(ForeignKey("panel_items.id"), primary_key=True)
    code_hash: Mapped[str] = mapped_column(
        ForeignKey("panel_invitations.code_hash"), primary_key=True
    )
    score: Mapped[int]
