"""Which articles the bot has shown, and which did not help: 人工 asked for, or a low rating."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from backend.models.cases import CaseEvent
from backend.models.knowledge import ArticleUse
from backend.models.ratings import Rating
from backend.vocabulary.case_lifecycle import Action
from backend.vocabulary.grades import Grade

SOON = timedelta(minutes=30)  # a person asked for within this time follows the article
PERIOD = timedelta(days=90)  # that the numbers cover


@dataclass(frozen=True)
class Usefulness:
    shown: int = 0
    person_asked: int = 0
    low_rated: int = 0  # cases answered with it and rated badly, or as not solved

    @property
    def failures(self) -> int:
        return self.person_asked + self.low_rated


NEVER_SHOWN = Usefulness()


def note_shown(session: Session, article_id: str, conversation_id: int, *, now: datetime) -> None:
    session.add(ArticleUse(article_id=article_id, conversation_id=conversation_id, shown_at=now))


def note_person_asked(session: Session, conversation_id: int, *, now: datetime) -> None:
    """The resident wants a person: the articles shown shortly before did not help."""
    recent = (
        ArticleUse.conversation_id == conversation_id,
        ArticleUse.shown_at > now - SOON,
        ArticleUse.person_asked_at.is_(None),
    )
    session.execute(update(ArticleUse).where(*recent).values(person_asked_at=now))


def usefulness(session: Session, *, now: datetime) -> Mapping[str, Usefulness]:
    """By article, for the last `PERIOD`."""
    since = now - PERIOD
    shown = session.execute(
        select(ArticleUse.article_id, func.count(), func.count(ArticleUse.person_asked_at))
        .where(ArticleUse.shown_at >= since)
        .group_by(ArticleUse.article_id)
    )
    by_article = {row[0]: (row[1], row[2]) for row in shown}
    low = _low_rated(session, since)
    return {
        article: Usefulness(*by_article.get(article, (0, 0)), low.get(article, 0))
        for article in {*by_article, *low}
    }


def _low_rated(session: Session, since: datetime) -> dict[str, int]:
    article = CaseEvent.details["article"].astext
    is_low = or_(Rating.score <= Grade.DISSATISFIED, Rating.solved.is_(False))
    query = (
        select(article, func.count(Rating.id.distinct()))
        .join(Rating, (Rating.case_id == CaseEvent.case_id) & (Rating.round == CaseEvent.round))
        .where(CaseEvent.action.in_((Action.ANSWER, Action.RESOLVE)), CaseEvent.at >= since)
        .where(article.is_not(None), is_low)
        .group_by(article)
    )
    return {row[0]: row[1] for row in session.execute(query)}
