"""The clustering of a city's recent cases, held in memory by the process that keeps the clock.

A full run reads the cases of the last WINDOW and groups them anew. Between two full runs each new
case is compared with the cases in memory and joins a topic within a minute.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import exists, func, select, update
from sqlalchemy.orm import Session

from backend.clock import SHANGHAI
from backend.database import Database
from backend.models.cases import Case
from backend.models.topics import TopicCase, TopicEdit
from backend.topics.formula import HeatFormula
from backend.topics.groups import Group, refresh, store
from backend.topics.numbers import WITHDRAWN, is_any, is_counted, messages_where
from backend.topics.versions import heat_formulas
from nlu.classifiers.linear import LinearModel
from nlu.incidents.clustering import Clustering, cluster
from nlu.incidents.message import Message
from nlu.incidents.naming import name_of

WINDOW = timedelta(days=60)  # cases that are further apart are no longer one incident
MOST_READ = 50_000  # newest cases of a full run
AT_ONCE = 200  # new cases, or groups, in one transaction
NEW = timedelta(days=2)  # an older case, as of a late import, waits for the full run


class TopicIndex:
    """The clustering, and what it has read of the database."""

    def __init__(self, clustering: Clustering, newest_edit: int) -> None:
        self._clustering = clustering
        self._numbers = {int(m.id): n for n, m in enumerate(clustering.messages)}
        self._newest_edit = newest_edit
        self._withdrawn: set[int] = set()  # numbers

    def is_current(self, session: Session) -> bool:
        """True if nobody else has placed a case or edited a topic since."""
        last = select(TopicCase.case_id).order_by(TopicCase.joined_at.desc()).limit(1)
        placed = session.scalar(last)
        is_known = placed is None or placed in self._numbers
        return is_known and newest_edit(session) == self._newest_edit

    def place(self, messages: Sequence[Message]) -> list[Group]:
        """Add new cases; returns the groups that they are in now."""
        for message in messages:
            self._numbers[int(message.id)] = len(self._clustering.messages)
            self._clustering.place(message)
        return self._groups_with({self._numbers[int(message.id)] for message in messages})

    def withdraw(self, case_ids: Iterable[int]) -> None:
        self._withdrawn |= {self._numbers[c] for c in case_ids if c in self._numbers}

    def groups(self) -> list[Group]:
        return self._groups_with(set(range(len(self._clustering.messages))))

    def _groups_with(self, numbers: set[int]) -> list[Group]:
        """Groups that contain one of the messages, without withdrawn cases."""
        members = [group for group in self._clustering.groups() if not numbers.isdisjoint(group)]
        open_members = (
            [number for number in group if number not in self._withdrawn] for group in members
        )
        return [self._group(group) for group in open_members if group]

    def _group(self, members: list[int]) -> Group:
        name = name_of(self._clustering, members)
        messages = [self._clustering.messages[number] for number in members]
        topic = self._clustering.topic_of(self._clustering.group_of(members[0]))
        typical = int(self._clustering.messages[name.typical].id)
        return Group(messages, topic, name.title, name.place, typical)


def run_fully(database: Database, background: LinearModel | None, now: datetime) -> TopicIndex:
    """Group all recent cases anew, and store the topics."""
    formula = formula_at(now)
    with database.begin() as session:
        edit, pins = newest_edit(session), _pins(session)
        newest = select(Case.id).where(is_counted(), Case.registered_at > now - WINDOW)
        newest = newest.order_by(Case.id.desc()).limit(MOST_READ)
        messages = messages_where(session, Case.id.in_(newest))
    index = TopicIndex(cluster(messages, background, pins), edit)
    with database.begin() as session:
        _leave_withdrawn(session, formula, now)
        store(session, index.groups(), formula, now)
    return index


def join_new(database: Database, index: TopicIndex, now: datetime) -> int:
    """Join up to AT_ONCE new cases to topics; returns their number."""
    formula = formula_at(now)
    with database.begin() as session:
        index.withdraw(_leave_withdrawn(session, formula, now))
        unread = ~exists().where(TopicCase.case_id == Case.id)
        new = select(Case.id).where(is_counted(), unread, Case.registered_at > now - NEW)
        ids = session.scalars(new.order_by(Case.id).limit(AT_ONCE)).all()
        messages = messages_where(session, is_any(Case.id, ids))
        if messages:
            store(session, index.place(messages), formula, now)
    return len(messages)


def formula_at(now: datetime) -> HeatFormula:
    return heat_formulas().of(now.astimezone(SHANGHAI).date())


def newest_edit(session: Session) -> int:
    return session.scalar(select(func.max(TopicEdit.id))) or 0


def _pins(session: Session) -> dict[str, int]:
    rows = session.execute(
        select(TopicCase.case_id, TopicCase.topic_id).where(
            TopicCase.pinned, TopicCase.topic_id.is_not(None)
        )
    )
    return {str(case_id): topic_id for case_id, topic_id in rows if topic_id}


def _leave_withdrawn(session: Session, formula: HeatFormula, now: datetime) -> list[int]:
    """Take withdrawn cases out of their topics; returns their ids."""
    withdrawn = select(Case.id).where(Case.outcome == WITHDRAWN)
    rows = session.execute(
        select(TopicCase.case_id, TopicCase.topic_id).where(
            TopicCase.topic_id.is_not(None), TopicCase.case_id.in_(withdrawn)
        )
    ).all()
    case_ids = [case_id for case_id, _ in rows]
    leave = update(TopicCase).where(is_any(TopicCase.case_id, case_ids))
    session.execute(leave.values(topic_id=None, pinned=False))
    refresh(session, {topic_id for _, topic_id in rows if topic_id}, formula, now)
    return case_ids
