"""Copies of one text, and floods: copies by many accounts within a short time."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from nlu.incidents.features import features_of
from nlu.incidents.message import Message

_SHORTEST_TEXT = 6  # character pairs; shorter texts are alike by chance


def floods(
    messages: Sequence[Message], *, accounts: int, within: timedelta, alike: float
) -> list[set[int]]:
    """Indices of the messages of each flood.

    A flood has copies of one text by at least `accounts` accounts, each at most `within` after the
    first of them. `alike` is the share of common character pairs from which two texts are copies.
    """
    return [
        flood
        for copies in copy_groups(messages, alike)
        for flood in _bursts(messages, copies, within)
        if len({messages[index].user for index in flood}) >= accounts
    ]


def copy_groups(messages: Sequence[Message], alike: float) -> list[list[int]]:
    """Indices of the messages grouped by text; a text joins the first group that it is like."""
    samples: list[frozenset[str]] = []
    groups: list[list[int]] = []
    for index, message in enumerate(messages):
        pairs = features_of(message).pairs
        same = (g for g, sample in enumerate(samples) if _share(sample, pairs) >= alike)
        group = next(same, None)
        if group is None:
            samples.append(pairs)
            groups.append([index])
        else:
            groups[group].append(index)
    return groups


def _share(first: frozenset[str], second: frozenset[str]) -> float:
    """Jaccard index of two sets of character pairs; 0 for very short texts."""
    if min(len(first), len(second)) < _SHORTEST_TEXT:
        return 0.0
    return len(first & second) / len(first | second)


def _bursts(
    messages: Sequence[Message], copies: Sequence[int], within: timedelta
) -> Iterator[set[int]]:
    """Copies with a known time, divided where a copy is later than `within` after the first."""
    burst: list[int] = []
    times = [(at, index) for index in copies if (at := messages[index].at) is not None]
    for at, index in sorted(times):
        started = messages[burst[0]].at if burst else None
        if started is not None and at - started > within:
            yield set(burst)
            burst = []
        burst.append(index)
    yield set(burst)
