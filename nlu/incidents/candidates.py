"""Inverted index over rare terms and sites: the messages that a message should be compared with."""

from collections import defaultdict, deque
from heapq import nlargest

from nlu.incidents.profile import Profile

_TERMS_ASKED = 30  # heaviest terms of the message that asks
_LONGEST_POSTINGS = 300  # newest messages of a term; a term with more is no evidence
_MOST_CANDIDATES = 30
_SITE_MARK = "@"
_SITE_WEIGHT = 0.15
_SITE_HEAD = 2  # characters: 翠苑 and 翠苑三区 stand under one head


class CandidateIndex:
    """Messages by their terms, the newest last. `comparisons` counts the entries read."""

    def __init__(self) -> None:
        self._postings: dict[str, deque[tuple[int, float]]] = defaultdict(
            lambda: deque(maxlen=_LONGEST_POSTINGS)
        )
        self.comparisons = 0

    def add(self, number: int, profile: Profile) -> None:
        """Add message number `number`."""
        for term, weight in _entries(profile).items():
            self._postings[term].append((number, weight))

    def ask(self, profile: Profile) -> list[int]:
        """Numbers of the messages that share most with `profile`, best first."""
        shared: dict[int, float] = defaultdict(float)
        entries = _entries(profile)
        for term in nlargest(_TERMS_ASKED, entries, key=lambda term: (entries[term], term)):
            for number, weight in self._postings.get(term, ()):
                self.comparisons += 1
                shared[number] += weight * entries[term]
        return nlargest(_MOST_CANDIDATES, shared, key=lambda number: (shared[number], -number))


def _entries(profile: Profile) -> dict[str, float]:
    heads = {f"{_SITE_MARK}{site[:_SITE_HEAD]}": _SITE_WEIGHT**0.5 for site in profile.sites}
    return profile.terms | heads
