"""Name of an incident: its most typical message, its place, and a short phrase of both."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from nlu.appeals.asides import clean
from nlu.appeals.cues import has_trouble
from nlu.incidents.clustering import Clustering
from nlu.incidents.features import CONCEPT_MARK
from nlu.incidents.places import commonest
from nlu.incidents.profile import Profile, cosine
from nlu.language.text import normalise

_MESSAGES_READ = 5  # most typical messages whose clauses may be the title
_READ = 400  # characters of each
_SHORTEST, _LONGEST = 5, 20  # characters of a clause
_TITLE_BONUS = 1.3  # for a clause of a resident's own title
_TROUBLE_BONUS = 1.5  # for a clause that says what is wrong
_SPREAD = 10  # characters; makes short clauses no better than telling ones
_LEAST_SHARE = 0.25  # of the messages name the place of an incident
_CLAUSE = re.compile(r"[，。！？；：,.!?;:\n、 …~]+")


class IncidentName(NamedTuple):
    title: str
    place: str | None
    typical: int  # number of the most typical message


def name_of(clustering: Clustering, members: Sequence[int]) -> IncidentName:
    """Name of the group that consists of the messages `members`."""
    group = clustering.profile(clustering.group_of(members[0]))
    nearest = sorted(members, key=lambda number: (-_typicality(clustering, number, group), number))
    place = _place(group, len(members))
    phrase = _phrase(clustering, nearest[:_MESSAGES_READ], group)
    title = phrase if place is None or place in phrase else f"{place}：{phrase}"
    return IncidentName(title, place, nearest[0])


def _typicality(clustering: Clustering, number: int, group: Profile) -> float:
    return cosine(clustering.message_profile(number), group)


def _place(group: Profile, messages: int) -> str | None:
    for names in (group.sites, group.areas):
        place = commonest(names)
        if place is not None and place[1] >= _LEAST_SHARE * messages:
            return place[0]
    return None


def _phrase(clustering: Clustering, numbers: Sequence[int], group: Profile) -> str:
    clauses = [clause for number in numbers for clause in _clauses(clustering, number)]
    if not clauses:
        typical = clustering.messages[numbers[0]]
        return normalise(typical.title or typical.text)[:_LONGEST]
    return max(clauses, key=lambda clause: _worth(clause, group))[0]


def _clauses(clustering: Clustering, number: int) -> Iterator[tuple[str, float]]:
    """Clauses of a message that may be a title, with the bonus of each."""
    message = clustering.messages[number]
    for text, bonus in ((message.title, _TITLE_BONUS), (message.text, 1.0)):
        for clause in _CLAUSE.split(clean(normalise(text[:_READ]))):
            if _SHORTEST <= len(clause) <= _LONGEST:
                yield clause, bonus


def _worth(clause_and_bonus: tuple[str, float], group: Profile) -> float:
    """Weight of the group's terms in the clause, relative to its length."""
    clause, bonus = clause_and_bonus
    terms = (term for term in group.terms if not term.startswith(CONCEPT_MARK) and term in clause)
    bonus *= _TROUBLE_BONUS if has_trouble(clause) else 1.0
    return bonus * sum(group.terms[term] for term in terms) / (len(clause) + _SPREAD)
