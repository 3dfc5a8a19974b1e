"""Stores groups of cases as topics. A topic keeps its number while most of its cases stay."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, exists, insert, select, update
from sqlalchemy.orm import Session

from backend.models.topics import Topic, TopicCase
from backend.topics.formula import HeatFormula
from backend.topics.numbers import compute_numbers, domains_of, is_any, members_of, unmeasured
from nlu.incidents.message import Message

FEWEST = 2  # a single case is no topic


@dataclass(frozen=True)
class Group:
    """Cases of one incident as the clustering sees it."""

    messages: Sequence[Message]  # their ids are the ids of cases
    pinned: int | None  # the topic that people chose for some of them
    title: str
    place: str | None
    typical: int  # id of the most typical case

    @property
    def case_ids(self) -> list[int]:
        return [int(message.id) for message in self.messages]


def store(session: Session, groups: Sequence[Group], formula: HeatFormula, now: datetime) -> None:
    """Write the groups' topics and their numbers; topics that lost all their cases are deleted."""
    read = [case_id for group in groups for case_id in group.case_ids]
    current = _current_topics(session, read)
    _add_missing(session, (case_id for case_id in read if case_id not in current), now)
    topics = _choose_topics(session, groups, current, formula)
    _move(session, groups, topics, current)
    touched = {topic.id for topic in topics if topic} | {t for t in current.values() if t}
    refresh(session, touched, formula, now)
    _name(groups, topics)


def refresh(session: Session, ids: Iterable[int], formula: HeatFormula, now: datetime) -> None:
    """Compute the topics' numbers again from their cases; delete topics without cases."""
    members, domains = members_of(session, ids), domains_of(session, ids)
    for topic in session.scalars(select(Topic).where(is_any(Topic.id, members))):
        compute_numbers(topic, members[topic.id], formula, now, domains.get(topic.id))
    session.flush()
    has_cases = exists().where(TopicCase.topic_id == Topic.id)
    session.execute(delete(Topic).where(is_any(Topic.id, ids), ~has_cases))


def _current_topics(session: Session, case_ids: Sequence[int]) -> dict[int, int | None]:
    rows = session.execute(
        select(TopicCase.case_id, TopicCase.topic_id).where(is_any(TopicCase.case_id, case_ids))
    )
    return {case_id: topic_id for case_id, topic_id in rows}  # noqa: C416  (not typed as pairs)


def _add_missing(session: Session, case_ids: Iterable[int], now: datetime) -> None:
    rows = [{"case_id": case_id, "joined_at": now, "pinned": False} for case_id in case_ids]
    if rows:
        session.execute(insert(TopicCase), rows)


def _choose_topics(
    session: Session,
    groups: Sequence[Group],
    current: Mapping[int, int | None],
    formula: HeatFormula,
) -> list[Topic | None]:
    """The topic of each group; None for a single case. The largest groups choose first."""
    elsewhere = _topics_with_other_cases(session, current)
    assigned: set[int] = set()
    topics: dict[int, Topic | None] = {}
    for place in sorted(range(len(groups)), key=lambda n: (-len(groups[n].messages), n)):
        group = groups[place]
        votes = Counter(t for case_id in group.case_ids if (t := current.get(case_id)))
        if group.pinned:
            votes[group.pinned] += len(group.messages)
        chosen = next((t for t, _ in votes.most_common() if t not in assigned), None)
        is_topic = len(group.messages) >= FEWEST or group.pinned or chosen in elsewhere
        topics[place] = _topic(session, group, chosen, formula) if is_topic else None
        assigned |= {topic.id for topic in (topics[place],) if topic}
    return [topics[place] for place in range(len(groups))]


def _topics_with_other_cases(session: Session, current: Mapping[int, int | None]) -> set[int]:
    """Topics that also have cases that this run did not read, because they are too old."""
    topics = {topic for topic in current.values() if topic}
    others = select(TopicCase.topic_id).where(
        is_any(TopicCase.topic_id, topics), ~is_any(TopicCase.case_id, current)
    )
    return {topic for topic in session.scalars(others) if topic}


def _topic(session: Session, group: Group, chosen: int | None, formula: HeatFormula) -> Topic:
    topic = session.get(Topic, chosen) if chosen else None
    if topic is None:
        topic = unmeasured(group.title, group.place, group.typical, formula)
        session.add(topic)
        session.flush()
    return topic


def _move(
    session: Session,
    groups: Sequence[Group],
    topics: Sequence[Topic | None],
    current: Mapping[int, int | None],
) -> None:
    """Set the topic of each case that changed it, except where a person has chosen meanwhile."""
    moved: dict[int | None, list[int]] = defaultdict(list)
    for group, topic in zip(groups, topics, strict=True):
        topic_id = topic.id if topic else None
        moved[topic_id] += [c for c in group.case_ids if current.get(c) != topic_id]
    for topic_id, case_ids in moved.items():
        if case_ids:
            session.execute(
                update(TopicCase)
                .where(is_any(TopicCase.case_id, case_ids), ~TopicCase.pinned)
                .values(topic_id=topic_id)
            )


def _name(groups: Sequence[Group], topics: Sequence[Topic | None]) -> None:
    for group, topic in zip(groups, topics, strict=True):
        if topic is not None:
            topic.typical_id, topic.place = group.typical, group.place
            if not topic.is_renamed:
                topic.title = group.title
