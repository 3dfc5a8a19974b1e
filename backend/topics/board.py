"""The board of topics: incidents of a set of messages, ranked by heat."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from backend.topics.formula import HeatFormula
from backend.topics.heat import Heat, heat_of
from nlu.classifiers.linear import LinearModel
from nlu.incidents.clustering import Clustering, cluster
from nlu.incidents.message import Message
from nlu.incidents.naming import IncidentName, name_of

_FEWEST_MESSAGES = 2  # a single message is no topic


@dataclass(frozen=True)
class Topic:
    """An incident with its messages in the order of time, and its heat."""

    name: IncidentName
    messages: tuple[Message, ...]
    typical: Message
    heat: Heat

    @property
    def first(self) -> datetime | None:
        return min((message.at for message in self.messages if message.at), default=None)

    @property
    def last(self) -> datetime | None:
        return max((message.at for message in self.messages if message.at), default=None)


def topics_of(
    messages: Sequence[Message], formula: HeatFormula, background: LinearModel
) -> list[Topic]:
    """Topics of two messages and more, the hottest first, as of the newest message's time."""
    now = max((message.at for message in messages if message.at), default=None)
    clustering = cluster(messages, background)
    groups = [members for members in clustering.groups() if len(members) >= _FEWEST_MESSAGES]
    topics = [_topic(clustering, members, formula, now) for members in groups]
    return sorted(topics, key=_rank)


def _topic(
    clustering: Clustering, members: Sequence[int], formula: HeatFormula, now: datetime | None
) -> Topic:
    name = name_of(clustering, members)
    messages = tuple(clustering.messages[number] for number in members)
    typical = clustering.messages[name.typical]
    return Topic(name, messages, typical, heat_of(messages, formula, now))


def _rank(topic: Topic) -> tuple[float, int, int, str]:
    return -topic.heat.score, -topic.heat.people, -len(topic.messages), topic.messages[0].id
