"""How well messages are clustered into incidents: B³, purity, the largest found, seconds.

The rows of `incidents.jsonl` were written by hand before the clustering was tuned. Those with
`held` were kept aside: a third of the incidents, with their look-alikes and a third of the rest.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Sequence
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from time import process_time
from typing import Any

from backend.clock import SHANGHAI
from nlu.incidents.clustering import cluster
from nlu.incidents.message import Message
from nlu.trained import case_model

SET = Path(__file__).parent / "incidents.jsonl"
MANY = 5000  # messages whose clustering is timed
SHIFT = timedelta(days=300)  # between two repetitions of the set
LARGEST = 10
LEAST_SHARE = 0.5  # of an incident's messages are in one group, and are as much of that group

Row = dict[str, Any]
Labels = Sequence[Hashable]


@cache
def rows() -> list[Row]:
    return [json.loads(line) for line in SET.read_text(encoding="utf-8").splitlines()]


def message_of(row: Row, *, repetition: int = 0) -> Message:
    at = datetime.fromisoformat(row["time"]).replace(tzinfo=SHANGHAI) + repetition * SHIFT
    suffix = f"-{repetition}" if repetition else ""
    return Message(
        id=row["id"] + suffix,
        user=row["user"] + suffix,
        title=row["title"],
        text=row["text"] + suffix,  # no copy of the text before, which would be read only once
        at=at,
        up=row["up"],
        down=row["down"],
    )


def groups_of(messages: Iterable[Message]) -> dict[str, int]:
    """The group that a full run gives each message id."""
    clustering = cluster(messages, case_model())
    return {
        clustering.messages[number].id: group
        for group, members in enumerate(clustering.groups())
        for number in members
    }


@cache
def labelled(is_held_out: bool | None) -> tuple[list[Hashable], list[int]]:
    """True and found labels of the rows that are `held` or not; of all rows for None."""
    chosen_rows = [row for row in rows() if is_held_out is None or row["held"] == is_held_out]
    groups = groups_of(message_of(row) for row in chosen_rows)
    true = [row["incident"] if row["incident"] is not None else row["id"] for row in chosen_rows]
    return true, [groups[row["id"]] for row in chosen_rows]


def b_cubed(true: Labels, clusters: Labels) -> tuple[float, float]:
    """B³ precision and recall (Bagga and Baldwin 1998)."""
    both, of_true, of_found = (
        Counter(zip(true, clusters, strict=True)),
        Counter(true),
        Counter(clusters),
    )
    pairs = list(zip(true, clusters, strict=True))
    precision = sum(both[pair] / of_found[pair[1]] for pair in pairs) / len(pairs)
    recall = sum(both[pair] / of_true[pair[0]] for pair in pairs) / len(pairs)
    return precision, recall


def b_cubed_f1(is_held_out: bool | None = None) -> float:
    precision, recall = b_cubed(*labelled(is_held_out))
    return 2 * precision * recall / (precision + recall)


def purity(is_held_out: bool | None = None) -> float:
    """Share of the messages in groups of two and more that are of their group's main incident."""
    members: dict[Hashable, list[Hashable]] = defaultdict(list)
    for true, clusters in zip(*labelled(is_held_out), strict=True):
        members[clusters].append(true)
    groups = [labels for labels in members.values() if len(labels) > 1]
    return sum(max(Counter(g).values()) for g in groups) / sum(map(len, groups))


def largest_found() -> float:
    """Share of the ten largest incidents that one group has mostly, and mostly has."""
    true, clusters = labelled(None)
    both, of_found = Counter(zip(true, clusters, strict=True)), Counter(clusters)
    largest = Counter(true).most_common(LARGEST)
    return sum(
        any(
            count >= LEAST_SHARE * size and count >= LEAST_SHARE * of_found[group]
            for (label, group), count in both.items()
            if label == incident
        )
        for incident, size in largest
    ) / len(largest)


def seconds_for_many() -> float:
    """Processor seconds of a full run over 5,000 messages: the set, repeated with later times."""
    repetitions = range(-(-MANY // len(rows())))
    messages = [message_of(row, repetition=n) for n in repetitions for row in rows()][:MANY]
    started = process_time()
    groups_of(messages)
    return process_time() - started
