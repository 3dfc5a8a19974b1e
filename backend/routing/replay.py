"""Replay: the same cases routed by two models, and the differences counted.

A report has labels and numbers only, never a resident's text, so it may be printed and stored.
"""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from backend.routing.rules import RoutableUnit, Route
from backend.routing.service import route_among
from nlu.classifiers.linear import LinearModel
from nlu.matters.learning import predicted_labels
from nlu.matters.past_cases import DOMAIN, UNIT_TYPE, PastCase

NOBODY = "none"  # label in a diff for no judgement
_HEADS = (DOMAIN, UNIT_TYPE)
_COUNTS = ("known", "right_before", "mended", "spoilt")  # fields of Change
_MOST_SHOWN = 15  # lines of each diff
_CHANCE = 1.645  # standard deviations


@dataclass(frozen=True)
class ReplayCase:
    """A case to route again; `domain` and `unit_type` are the right ones where known."""

    text: str
    location: str | None = None
    domain: str | None = None
    unit_type: str | None = None

    @classmethod
    def of(cls, case: PastCase) -> "ReplayCase":
        return cls(case.text, None, case.domain, case.unit_types[0] if case.unit_types else None)

    @property
    def truths(self) -> dict[str, str | None]:
        return {DOMAIN: self.domain, UNIT_TYPE: self.unit_type}


@dataclass
class Change:
    """Changed judgements on one question; all counts but `diff` need a known truth."""

    diff: Counter[tuple[str, str]] = field(default_factory=Counter)
    known: int = 0
    right_before: int = 0
    mended: int = 0
    spoilt: int = 0

    def count(self, before: str | None, after: str | None, truth: str | None) -> None:
        if before != after:
            self.diff[before or NOBODY, after or NOBODY] += 1
        if truth is not None:
            self.known += 1
            self.right_before += before == truth
            self.mended += before != truth == after
            self.spoilt += before == truth != after

    @property
    def is_worse(self) -> bool:
        """True if more is spoilt than mended, beyond chance (one-sided sign test at 5 %)."""
        return self.spoilt - self.mended > _CHANCE * math.sqrt(self.spoilt + self.mended)

    def as_json(self) -> dict[str, Any]:
        pairs = [{"from": a, "to": b, "cases": n} for (a, b), n in self.diff.most_common()]
        counts = {name: getattr(self, name) for name in _COUNTS}
        return {"changed": self.diff.total(), "diff": pairs, **counts}


@dataclass
class Replay:
    """The report. `to_nobody` counts cases that would now wait for the dispatcher."""

    over: str
    in_use: str
    new: str
    cases: int = 0
    routes_changed: int = 0
    to_nobody: int = 0
    from_nobody: int = 0
    changes: dict[str, Change] = field(default_factory=lambda: {h: Change() for h in _HEADS})

    def count(self, case: ReplayCase, before: Route, after: Route) -> None:
        self.cases += 1
        if before.unit != after.unit:
            self.routes_changed += 1
            self.to_nobody += after.unit is None
            self.from_nobody += before.unit is None
        old, new = predicted_labels(before.matter), predicted_labels(after.matter)
        for head in _HEADS:
            self.changes[head].count(old[head], new[head], case.truths[head])

    @property
    def is_worse(self) -> bool:
        """True if the new model is worse at a judgement whose truth is known."""
        return any(change.is_worse for change in self.changes.values())

    def as_json(self) -> dict[str, Any]:
        fields = ("over", "in_use", "new", "cases", "routes_changed", "to_nobody", "from_nobody")
        counts = {name: getattr(self, name) for name in fields}
        return counts | {head: change.as_json() for head, change in self.changes.items()}

    def lines(self) -> Iterator[str]:
        """The report as text for the operator."""
        yield f"{self.cases} cases of {self.over}: {self.in_use} -> {self.new}"
        yield (
            f"units: {self.cases - self.routes_changed} stay, {self.routes_changed} change; "
            f"of these {self.to_nobody} would now wait for the dispatcher, "
            f"{self.from_nobody} no longer"
        )
        for head, change in self.changes.items():
            yield from _lines_of(head.replace("_", " "), self.cases, change)


def _lines_of(name: str, cases: int, change: Change) -> Iterator[str]:
    changed = change.diff.total()
    yield f"{name}: {cases - changed} stay, {changed} change"
    if change.known:
        after = change.right_before + change.mended - change.spoilt
        yield (
            f"  of {change.known} whose true {name} is known: {change.mended} mended, "
            f"{change.spoilt} spoilt; right {change.right_before} -> {after}"
        )
    for (before, after_label), times in change.diff.most_common(_MOST_SHOWN):
        yield f"  {times:5}  {before} -> {after_label}"
    rest = len(change.diff) - _MOST_SHOWN
    if rest > 0:
        yield f"  and {rest} other pairs"


def replay(
    cases: Iterable[ReplayCase],
    units: Sequence[RoutableUnit],
    *,
    in_use: tuple[str, LinearModel],
    new: tuple[str, LinearModel],
    over: str,
) -> Replay:
    """Route every case by both models, each given with its name; `over` names the cases."""
    report = Replay(over, in_use[0], new[0])
    for case in cases:
        before, after = (
            route_among(units, case.text, case.location, model) for _, model in (in_use, new)
        )
        report.count(case, before, after)
    return report
