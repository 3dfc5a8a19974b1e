"""Numbers of a topic, computed from its cases."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import ARRAY, ColumnElement, Integer, any_, func, literal, select
from sqlalchemy.orm import Session

from backend.models.cases import Case
from backend.models.topics import Topic, TopicCase
from backend.topics.formula import HeatFormula
from backend.topics.heat import heat_of, voices_of
from nlu.incidents.message import Message

WITHDRAWN = "withdrawn"
_COLUMNS = (Case.id, Case.resident_id, Case.wording, Case.text, Case.registered_at, Case.location)


def is_any(column: Any, ids: Iterable[int]) -> ColumnElement[bool]:
    """SQL condition: `column` is one of the ids, in one parameter however many they are."""
    return cast(ColumnElement[bool], column == any_(literal(list(ids), ARRAY(Integer))))


def is_counted() -> ColumnElement[bool]:
    """SQL condition: the case belongs to a topic; thanks and withdrawn cases do not."""
    return (Case.kind != "praise") & (func.coalesce(Case.outcome, "") != WITHDRAWN)


def messages_where(session: Session, *conditions: ColumnElement[bool]) -> list[Message]:
    """Cases as messages; the resident is the author, whatever the channel."""
    rows = session.execute(select(*_COLUMNS).where(is_counted(), *conditions))
    return [_message(*row) for row in rows]


def _message(
    case_id: int,
    resident: int,
    wording: str | None,
    text: str,
    at: datetime,
    location: dict[str, Any],
) -> Message:
    place = location.get("text")
    return Message(str(case_id), str(resident), wording or text, at=at, place=place)


def members_of(session: Session, topics: Iterable[int]) -> dict[int, list[Message]]:
    """The counted cases of each topic, the earliest first."""
    rows = session.execute(
        select(TopicCase.topic_id, *_COLUMNS)
        .join(Case, Case.id == TopicCase.case_id)
        .where(is_any(TopicCase.topic_id, topics), is_counted())
        .order_by(Case.registered_at, Case.id)
    )
    members: dict[int, list[Message]] = defaultdict(list)
    for topic_id, *columns in rows:
        members[topic_id].append(_message(*columns))
    return members


def unmeasured(title: str, place: str | None, typical: int, formula: HeatFormula) -> Topic:
    """A new topic whose numbers are computed later."""
    never = datetime.fromtimestamp(0).astimezone()
    return Topic(
        title=title,
        place=place,
        typical_id=typical,
        cases=0,
        people=0,
        recent_people=0,
        earlier_people=0,
        heat=0.0,
        parts={},
        heat_version=formula.version,
        is_flood=False,
        first_at=never,
        last_at=never,
        is_renamed=False,
        dismissed=False,
    )


def domains_of(session: Session, topics: Iterable[int]) -> dict[int, str | None]:
    """The domain that most cases of each topic have."""
    most = func.mode().within_group(Case.domain)
    rows = session.execute(
        select(TopicCase.topic_id, most)
        .join(Case, Case.id == TopicCase.case_id)
        .where(is_any(TopicCase.topic_id, topics), is_counted())
        .group_by(TopicCase.topic_id)
    )
    return {topic_id: domain for topic_id, domain in rows if topic_id}


def heats_under(
    session: Session, topics: Iterable[int], formula: HeatFormula, now: datetime
) -> dict[int, float]:
    """Heat of the topics by any version of the formula, as of `now`."""
    members, domains = members_of(session, topics), domains_of(session, topics)
    return {
        topic_id: heat_of(messages, formula, now, domains.get(topic_id)).score
        for topic_id, messages in members.items()
    }


def compute_numbers(
    topic: Topic,
    messages: Sequence[Message],
    formula: HeatFormula,
    now: datetime,
    domain: str | None,
) -> None:
    """Set the topic's numbers; `messages` are in the order of time and not empty."""
    heat, voices = heat_of(messages, formula, now, domain), voices_of(messages, formula)
    times = [message.at for message in messages if message.at]
    span = timedelta(days=formula.growth_days)
    ages = [(now - at, voice) for at, voice in zip(times, voices.of_messages, strict=True)]
    topic.cases, topic.people = len(messages), heat.people
    topic.recent_people = len({voice for age, voice in ages if age <= span})
    topic.earlier_people = len({voice for age, voice in ages if span < age <= 2 * span})
    topic.heat, topic.parts, topic.heat_version = heat.score, asdict(heat.parts), formula.version
    topic.is_flood = heat.is_flood
    topic.first_at, topic.last_at = min(times), max(times)
    if str(topic.typical_id) not in {message.id for message in messages}:
        topic.typical_id = int(messages[0].id)
