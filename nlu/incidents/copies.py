"""Copies of one text, and floods: copies by many accounts within a short time."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta

from nlu.incidents.message import Message
from nlu.language.overlap import pairs
from nlu.language.text import normalise

_SHORTEST_TEXT = 6  # character pairs; shorter texts are alike by chance
_READ = 400  # characters


def floods(
    messages: Sequence[Message], *, accounts: int, within: timedelta, alike: float
) -> list[list[int]]:
    """Indices of the messages of each flood.

    A flood has copies of one text by at least `accounts` accounts, each at most `within` after the
    first of them. `alike` is the share of common character pairs from which two texts are copies.
    """
    return [
        flood
        for run in _runs(messages, range(len(messages)), within)
        if _authors(messages, run) >= accounts
        for copies in copy_groups(messages, run, alike)
        for flood in _bursts(messages, copies, within)
        if _authors(messages, flood) >= accounts
    ]


def copy_groups(
    messages: Sequence[Message], indices: Iterable[int], alike: float
) -> list[list[int]]:
    """The indices grouped by text; a text joins the first group that it is like."""
    samples: list[frozenset[str]] = []
    groups: list[list[int]] = []
    for index in indices:
        message = messages[index]
        text_pairs = pairs(normalise((message.text or message.title)[:_READ]))
        same = (g for g, sample in enumerate(samples) if _share(sample, text_pairs) >= alike)
        group = next(same, None)
        if group is None:
            samples.append(text_pairs)
            groups.append([index])
        else:
            groups[group].append(index)
    return groups


def _authors(messages: Sequence[Message], indices: Iterable[int]) -> int:
    return len({messages[index].user for index in indices})


def _share(first: frozenset[str], second: frozenset[str]) -> float:
    """Jaccard index of two sets of character pairs; 0 for very short texts."""
    if min(len(first), len(second)) < _SHORTEST_TEXT:
        return 0.0
    return len(first & second) / len(first | second)


def _runs(
    messages: Sequence[Message], indices: Iterable[int], within: timedelta
) -> Iterator[list[int]]:
    """Messages with a known time in order, divided where nobody wrote for longer than `within`."""
    times = [(at, index) for index in indices if (at := messages[index].at) is not None]
    run: list[int] = []
    last = None
    for at, index in sorted(times):
        if last is not None and at - last > within:
            yield run
            run = []
        run.append(index)
        last = at
    yield run


def _bursts(
    messages: Sequence[Message], copies: Sequence[int], within: timedelta
) -> Iterator[list[int]]:
    """Copies in order of time, divided where one is later than `within` after the first."""
    burst: list[int] = []
    started = None
    for index in copies:
        at = messages[index].at
        if started is None or at is None or at - started > within:
            if burst:
                yield burst
            burst, started = [], at
        burst.append(index)
    yield burst
