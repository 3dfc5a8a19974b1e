"""Clustering of messages into incidents.

`cluster` makes a full run: it compares each message with its candidates and joins the most similar
groups first, copies before paraphrases. `Clustering.place` adds one message to the group that is
most like it, or begins a group. The order of the input plays no part in a full run: messages are
sorted by time and content first.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from nlu.classifiers.linear import LinearModel
from nlu.incidents.candidates import CandidateIndex
from nlu.incidents.features import TextFeatures, features_of
from nlu.incidents.message import Message
from nlu.incidents.profile import Profile, likeness, merge, profile_of
from nlu.incidents.rarity import Rarity

SAME_INCIDENT = 0.183  # least likeness of two groups of one incident
_UNKNOWN_TIME = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class _Edge:
    """Two messages of a likeness that may make them one incident."""

    likeness: float
    first: int
    second: int


class Clustering:
    """Messages and their groups; a group is named by the number of its earliest message."""

    def __init__(
        self, background: LinearModel | None = None, pins: Mapping[str, int] | None = None
    ) -> None:
        """`pins` are the topics that people chose for message ids.

        Messages of one topic are always together, messages of two topics never.
        """
        self.messages: list[Message] = []
        self.index = CandidateIndex()
        self._pins = pins or {}
        self._topics: list[int | None] = []  # that people chose for a group, at its root
        self._rarity = Rarity(background)
        self._parents: list[int] = []
        self._message_profiles: list[Profile] = []
        self._profiles: list[Profile] = []  # of a group at the number of its root

    def place(self, message: Message) -> int:
        """Add a message to the most similar group or to a new one; returns the group.

        Groups that only the new message shows to be one incident are joined.
        """
        features = features_of(message)
        self._rarity.add(features)
        number, candidates = self._append(message, features)
        while (group := self._most_similar(number, candidates)) is not None:
            self._join(group, self.group_of(number))
        return self.group_of(number)

    def _most_similar(self, number: int, candidates: Iterable[int]) -> int | None:
        """The candidates' group that is most like the message's group; None below the bar."""
        own = self.group_of(number)
        groups = {self.group_of(candidate) for candidate in candidates} - {own}
        others = [group for group in groups if self._may_join(group, own)]
        scored = [(self._likeness(other, own), -other) for other in others]
        best, other = max(scored, default=(0.0, 0))
        return -other if best >= SAME_INCIDENT else None

    def add_all(self, messages: Sequence[Message]) -> None:
        """Add messages and join the most similar ones first."""
        features = [features_of(message) for message in messages]
        for text_features in features:
            self._rarity.add(text_features)
        edges = [
            edge
            for message, text_features in zip(messages, features, strict=True)
            for edge in self._edges(*self._append(message, text_features))
        ]
        self._join_pinned()
        self._join_edges(edges)

    def _append(self, message: Message, features: TextFeatures) -> tuple[int, list[int]]:
        number = len(self.messages)
        profile = profile_of(message, features, self._rarity)
        candidates = self.index.ask(profile)
        self.messages.append(message)
        self._parents.append(number)
        self._topics.append(self._pins.get(message.id))
        self._message_profiles.append(profile)
        self._profiles.append(profile)
        self.index.add(number, profile)
        return number, candidates

    def _edges(self, number: int, candidates: Iterable[int]) -> Iterator[_Edge]:
        for candidate in candidates:
            yield _Edge(self._likeness(candidate, number), candidate, number)

    def _join_edges(self, edges: Iterable[_Edge]) -> None:
        for edge in sorted(edges, key=lambda edge: (-edge.likeness, edge.first, edge.second)):
            first, second = self.group_of(edge.first), self.group_of(edge.second)
            if first == second or not self._may_join(first, second):
                continue
            if self._likeness(first, second) >= SAME_INCIDENT:
                self._join(first, second)

    def _join_pinned(self) -> None:
        first_of: dict[int, int] = {}
        for number, topic in enumerate(self._topics):
            if topic is not None:
                first = self.group_of(first_of.setdefault(topic, number))
                if first != self.group_of(number):
                    self._join(first, self.group_of(number))

    def _may_join(self, first: int, second: int) -> bool:
        """True if people did not choose different topics for the two groups."""
        topics = {self._topics[first], self._topics[second]} - {None}
        return len(topics) < 2

    def _likeness(self, first: int, second: int) -> float:
        return likeness(self._profiles[first], self._profiles[second])

    def _join(self, first: int, second: int) -> None:
        root, other = sorted((first, second))
        self._parents[other] = root
        if self._topics[root] is None:
            self._topics[root] = self._topics[other]
        self._profiles[root] = merge(self._profiles[root], self._profiles[other])

    def group_of(self, number: int) -> int:
        """Group of message number `number`."""
        while self._parents[number] != number:
            self._parents[number] = self._parents[self._parents[number]]
            number = self._parents[number]
        return number

    def topic_of(self, group: int) -> int | None:
        """The topic that people chose for a group."""
        return self._topics[group]

    def profile(self, group: int) -> Profile:
        """Profile of a group."""
        return self._profiles[group]

    def message_profile(self, number: int) -> Profile:
        """Profile of message number `number` alone."""
        return self._message_profiles[number]

    def groups(self) -> list[list[int]]:
        """Message numbers of each group, groups and messages by number."""
        members: dict[int, list[int]] = {}
        for number in range(len(self.messages)):
            members.setdefault(self.group_of(number), []).append(number)
        return [members[group] for group in sorted(members)]


def cluster(
    messages: Iterable[Message],
    background: LinearModel | None = None,
    pins: Mapping[str, int] | None = None,
) -> Clustering:
    """Full run over all messages; `background` is a model of appeals, for the rarity of words."""
    clustering = Clustering(background, pins)
    clustering.add_all(sorted(messages, key=_order))
    return clustering


def _order(message: Message) -> tuple[datetime, str, str, str]:
    return message.at or _UNKNOWN_TIME, message.text, message.user, message.id
