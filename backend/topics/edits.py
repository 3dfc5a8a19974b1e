"""Manual edits of topics: merge, split, rename, dismiss. Later clusterings keep them."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from backend.errors import BadInput, NotFound
from backend.models.cases import Case
from backend.models.topics import Topic, TopicCase, TopicEdit
from backend.topics.groups import refresh
from backend.topics.index import formula_at
from backend.topics.numbers import is_any, unmeasured
from backend.vocabulary.actors import Actor

LONGEST_TITLE = 60


def by_id(session: Session, topic_id: int, *, lock: bool = False) -> Topic:
    """Raises NotFound."""
    topic = session.get(Topic, topic_id, with_for_update={"key_share": True} if lock else None)
    if topic is None:
        raise NotFound("没有这个热点，可能已经并到别的热点里")
    return topic


def merge(session: Session, topic: Topic, other: Topic, actor: Actor, *, now: datetime) -> None:
    """Move the cases of `other` into `topic`, which stay together. Raises BadInput."""
    if other.id == topic.id:
        raise BadInput("要并的是同一个热点")
    _pin(session, TopicCase.topic_id == topic.id, topic)
    _pin(session, TopicCase.topic_id == other.id, topic)
    _record(session, topic, "merge", actor, now, other=other.id, title=other.title)
    refresh(session, {topic.id, other.id}, formula_at(now), now)


def split(
    session: Session, topic: Topic, case_numbers: Iterable[str], actor: Actor, *, now: datetime
) -> Topic:
    """Move these cases of the topic into a new one, which stays apart. Raises BadInput."""
    members = select(TopicCase.case_id).where(TopicCase.topic_id == topic.id)
    cases = session.scalars(
        select(Case).where(Case.id.in_(members), Case.case_no.in_(list(case_numbers)))
    ).all()
    if not cases or len(cases) >= topic.cases:
        raise BadInput("请勾选要拆出去的工单，不能全选")
    new = unmeasured(topic.title, topic.place, cases[0].id, formula_at(now))
    session.add(new)
    session.flush()
    _pin(session, TopicCase.topic_id == topic.id, topic)
    _pin(session, is_any(TopicCase.case_id, (case.id for case in cases)), new)
    _record(session, topic, "split", actor, now, new=new.id, cases=len(cases))
    refresh(session, {topic.id, new.id}, formula_at(now), now)
    return new


def rename(session: Session, topic: Topic, title: str, actor: Actor, *, now: datetime) -> None:
    """Raises BadInput."""
    if not 1 <= len(title) <= LONGEST_TITLE:
        raise BadInput(f"名称写 1 到 {LONGEST_TITLE} 个字")
    _record(session, topic, "rename", actor, now, before=topic.title, title=title)
    topic.title, topic.is_renamed = title, True


def dismiss(session: Session, topic: Topic, *, yes: bool, actor: Actor, now: datetime) -> None:
    """Take the topic off the board, or put it back."""
    _record(session, topic, "dismiss" if yes else "restore", actor, now)
    topic.dismissed = yes


def edits_of(session: Session, topic: Topic) -> list[TopicEdit]:
    """The newest first."""
    query = select(TopicEdit).where(TopicEdit.topic_id == topic.id)
    return list(session.scalars(query.order_by(TopicEdit.id.desc())))


def _pin(session: Session, condition: ColumnElement[bool], topic: Topic) -> None:
    session.execute(update(TopicCase).where(condition).values(topic_id=topic.id, pinned=True))


def _record(
    session: Session, topic: Topic, action: str, actor: Actor, now: datetime, **details: object
) -> None:
    session.add(
        TopicEdit(
            topic_id=topic.id,
            action=action,
            at=now,
            actor=actor.key,
            actor_name=actor.name,
            details=details,
        )
    )
    session.flush()
