"""Free words of a consultation, grouped like topics: the same wish of several people."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from backend.models.consultations import ConsultationVoice
from backend.topics.board import topics_of
from backend.topics.index import formula_at
from nlu.incidents.message import Message
from nlu.trained import case_model

MOST_GROUPED = 5_000  # voices; the grouping of more takes minutes


@dataclass(frozen=True)
class WordGroup:
    title: str
    people: int
    typical: str  # as a resident wrote it: for staff


def grouped_words(voices: Sequence[ConsultationVoice], now: datetime) -> list[WordGroup]:
    """Groups of two people and more, the largest first. `voices` are those with words."""
    messages = [
        Message(str(voice.id), str(voice.resident_id), voice.words or "", at=voice.at)
        for voice in voices[:MOST_GROUPED]
    ]
    if not messages:
        return []
    topics = topics_of(messages, formula_at(now), case_model())
    groups = [
        WordGroup(topic.name.title, topic.heat.people, topic.typical.text) for topic in topics
    ]
    return sorted(groups, key=lambda group: -group.people)
