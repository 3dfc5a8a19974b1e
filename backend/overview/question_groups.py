"""Questions that no article answers, grouped by likeness: what to write next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.models.knowledge import UnansweredQuestion
from backend.topics.board import topics_of
from backend.topics.index import formula_at
from nlu.incidents.message import Message
from nlu.trained import case_model

MOST_GROUPED = 500  # of the newest questions: the grouping of more takes seconds


@dataclass(frozen=True)
class QuestionGroup:
    """`articles` are those that the questions followed without getting an answer."""

    questions: tuple[str, ...]  # the typical one first
    number: int
    articles: tuple[str, ...]


def unanswered_groups(session: Session, *, now: datetime) -> list[QuestionGroup]:
    """The most asked first; a question that is like no other is a group of its own."""
    newest = select(UnansweredQuestion).order_by(UnansweredQuestion.id.desc()).limit(MOST_GROUPED)
    rows = {str(row.id): row for row in session.scalars(newest)}
    # Nobody is known to have asked, so each question is one voice.
    messages = [Message(key, key, row.question, at=row.asked_at) for key, row in rows.items()]
    topics = topics_of(messages, formula_at(now), case_model()) if messages else []
    groups = [[rows[each.id] for each in (topic.typical, *topic.messages)] for topic in topics]
    grouped = {row.id for group in groups for row in group}
    alone = _same_words([row for row in rows.values() if row.id not in grouped])
    return sorted(map(_group, [*groups, *alone]), key=lambda group: -group.number)


def _same_words(rows: Sequence[UnansweredQuestion]) -> list[list[UnansweredQuestion]]:
    by_words: dict[str, list[UnansweredQuestion]] = {}
    for row in rows:
        by_words.setdefault(row.question, []).append(row)
    return list(by_words.values())


def _group(rows: Sequence[UnansweredQuestion]) -> QuestionGroup:
    return QuestionGroup(
        questions=tuple(dict.fromkeys(row.question for row in rows)),
        number=len({row.id for row in rows}),
        articles=tuple(sorted({row.article_id for row in rows if row.article_id})),
    )
