"""Lists of topics for staff, who see topics of which they may see a case."""

from collections.abc import Iterable

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from backend.models.cases import Case
from backend.models.topics import Topic, TopicCase
from backend.topics.groups import FEWEST
from backend.topics.numbers import is_any, is_counted

MOST_SHOWN = 50


def hot_topics(
    session: Session, visible: Select[Case], *, dismissed: bool = False, most: int = MOST_SHOWN
) -> list[Topic]:
    """The hottest first; `visible` are the cases that the caller may see."""
    visible_topics = select(TopicCase.topic_id).where(
        TopicCase.case_id.in_(visible.with_only_columns(Case.id))
    )
    query = select(Topic).where(
        Topic.cases >= FEWEST, Topic.dismissed == dismissed, Topic.id.in_(visible_topics)
    )
    order = (Topic.heat.desc(), Topic.people.desc(), Topic.last_at.desc(), Topic.id)
    typical = joinedload(Topic.typical).joinedload(Case.resident)
    return list(session.scalars(query.options(typical).order_by(*order).limit(most)))


def unit_counts(session: Session, topics: Iterable[int]) -> dict[int, dict[str | None, int]]:
    """Cases of each topic by unit, most first; None for cases without a unit."""
    rows = session.execute(
        select(TopicCase.topic_id, Case.unit_code, func.count())
        .join(Case, Case.id == TopicCase.case_id)
        .where(is_any(TopicCase.topic_id, topics), is_counted())
        .group_by(TopicCase.topic_id, Case.unit_code)
        .order_by(func.count().desc(), Case.unit_code)
    )
    counts: dict[int, dict[str | None, int]] = {}
    for topic_id, unit, number in rows:
        if topic_id is not None:
            counts.setdefault(topic_id, {})[unit] = number
    return counts


def cases_of(topic: Topic, visible: Select[Case]) -> Select[Case]:
    """The counted cases of the topic among `visible`, the newest first."""
    members = select(TopicCase.case_id).where(TopicCase.topic_id == topic.id)
    return visible.where(Case.id.in_(members), is_counted()).order_by(Case.registered_at.desc())


def topics_of_cases(session: Session, case_ids: Iterable[int]) -> dict[int, Topic]:
    """The topic of each case that is in one."""
    rows = session.execute(
        select(TopicCase.case_id, Topic)
        .join(Topic, Topic.id == TopicCase.topic_id)
        .where(is_any(TopicCase.case_id, case_ids), Topic.cases >= FEWEST)
    )
    return {case_id: topic for case_id, topic in rows}  # noqa: C416  (not typed as pairs)
