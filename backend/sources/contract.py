"""A source's field contract: which of its fields is which of ours, and what may stand in them.

Contracts are `data/sources/CODE.yml`; `docs/sources.md` is printed from them. What a source sends
that its contract does not name is not kept.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import yaml

from backend.sources import values
from backend.vocabulary.case_lifecycle import Status
from backend.vocabulary.channels import CHANNELS
from backend.vocabulary.messages import Pin
from nlu.vocabulary import Kind

CLOCKS_DIFFER = timedelta(minutes=10)  # so far in the future a source's clock may be

READERS: Mapping[str, Callable[[object], Any]] = {
    "line": values.read_line,
    "text": values.read_text,
    "time": values.read_time,
    "number": values.read_number,
    "phone": values.read_phone,
}
CHOICE = "choice"
TYPES = frozenset({*READERS, CHOICE})
KEPT = "kept"  # kept beside the case under the source's own name, and not understood
OUTCOMES = ("solved", "explained", "no_competence", "duplicate", "withdrawn", "long_term")
# Our fields, and the types that each may have.
OURS: Mapping[str, frozenset[str]] = {
    "original_no": frozenset({"line"}),
    "title": frozenset({"line"}),
    "text": frozenset({"text"}),
    "registered_at": frozenset({"time"}),
    "kind": frozenset({CHOICE}),
    "channel": frozenset({CHOICE}),
    "status": frozenset({CHOICE}),
    "place": frozenset({"line"}),
    "latitude": frozenset({"number"}),
    "longitude": frozenset({"number"}),
    "name": frozenset({"line"}),
    "phone": frozenset({"phone"}),
    "unit": frozenset({"line", CHOICE}),
    "resolve_by": frozenset({"time"}),
    "accepted_at": frozenset({"time"}),
    "resolved_at": frozenset({"time"}),
    "closed_at": frozenset({"time"}),
    "outcome": frozenset({CHOICE}),
    "answer": frozenset({"text"}),
    KEPT: TYPES,
}
NEEDED = ("original_no", "text", "registered_at")
CODES: Mapping[str, frozenset[str]] = {
    "kind": frozenset(get_args(Kind)),
    "channel": frozenset(CHANNELS),
    "status": frozenset(Status),
    "outcome": frozenset(OUTCOMES),
}


@dataclass(frozen=True)
class Problem:
    """Why a row is not taken; `field` is the source's own name for it, or "" for the whole row."""

    field: str
    why: str


@dataclass(frozen=True)
class FieldRule:
    theirs: str
    ours: str
    type: str
    example: str
    required: bool = False
    values: Mapping[str, str] = field(default_factory=dict)

    def read(self, value: object) -> Any:
        """Raises ValueError."""
        if self.type == CHOICE:
            return values.read_choice(value, self.values)
        return READERS[self.type](value)


@dataclass(frozen=True)
class Row:
    """One appeal as a source gave it, read and checked."""

    original_no: str
    text: str
    registered_at: datetime
    kind: str | None = None
    channel: str | None = None
    status: Status = Status.REGISTERED
    place: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    name: str | None = None
    phone: str | None = None
    unit: str | None = None
    resolve_by: datetime | None = None
    accepted_at: datetime | None = None
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    outcome: str | None = None
    answer: str | None = None
    as_given: Mapping[str, str] = field(default_factory=dict)  # in the source's own words

    @property
    def pin(self) -> Pin | None:
        if self.latitude is None or self.longitude is None:
            return None
        return Pin(self.latitude, self.longitude)


@dataclass(frozen=True)
class Contract:
    code: str
    channel: str  # where a row does not say how the appeal was made
    kind: str  # where neither a row nor the router says what it is
    rules: tuple[FieldRule, ...]

    @classmethod
    def load(cls, path: Path) -> "Contract":
        """Raises ValueError for a contract that cannot be used."""
        written = yaml.safe_load(path.read_text(encoding="utf-8"))
        rules = tuple(_rule(name, rule) for name, rule in written["fields"].items())
        contract = cls(path.stem, written["channel"], written["kind"], rules)
        problems = list(find_problems(contract))
        if problems:
            raise ValueError(f"{path.name}: {'; '.join(problems)}")
        return contract

    def lacking_in(self, fields: list[str]) -> list[str]:
        """Required fields that a file's heading does not have at all."""
        return [rule.theirs for rule in self.rules if rule.required and rule.theirs not in fields]

    def read(self, row: Mapping[str, object], *, now: datetime) -> Row | list[Problem]:
        found: dict[str, Any] = {}
        as_given: dict[str, str] = {}
        problems: list[Problem] = []
        for rule in self.rules:
            given = row.get(rule.theirs)
            if given is None or given == "" or values.as_words(given) == "":
                if rule.required:
                    problems.append(Problem(rule.theirs, "没有填"))
                continue
            try:
                value = rule.read(given)
            except ValueError as error:
                problems.append(Problem(rule.theirs, str(error)))
                continue
            if rule.ours == KEPT or rule.type == CHOICE:
                as_given[rule.theirs] = values.as_words(given)
            if rule.ours != KEPT:
                found[rule.ours] = value
        if problems:
            return problems
        return _checked(found, as_given, now)

    def original_no_in(self, row: Mapping[str, object]) -> str | None:
        """As far as it can be read, to name a row that was not taken."""
        theirs = next(rule.theirs for rule in self.rules if rule.ours == "original_no")
        return values.as_words(row.get(theirs))[: values.LONGEST_LINE] or None


def _rule(theirs: str, rule: Mapping[str, Any]) -> FieldRule:
    return FieldRule(
        theirs=str(theirs),
        ours=rule["ours"],
        type=rule["type"],
        example=str(rule["example"]),
        required=rule.get("required", False),
        values={str(said): str(code) for said, code in rule.get("values", {}).items()},
    )


def _checked(found: dict[str, Any], as_given: dict[str, str], now: datetime) -> Row | list[Problem]:
    problems = list(_contradictions(found, now))
    if problems:
        return problems
    title, text = found.pop("title", None), found["text"]
    if title and not text.startswith(title):
        found["text"] = f"{title}\n{text}"
    if "status" in found:
        found["status"] = Status(found["status"])
    return Row(**found, as_given=as_given)


def _contradictions(found: dict[str, Any], now: datetime) -> Iterator[Problem]:
    begun = found["registered_at"]
    for name in ("registered_at", "accepted_at", "resolved_at", "closed_at"):
        if name in found and found[name] > now + CLOCKS_DIFFER:
            yield Problem(_LABELS[name], "时间在将来")
        if name in found and found[name] < begun:
            yield Problem(_LABELS[name], "早于登记时间")
    if ("latitude" in found) != ("longitude" in found):
        yield Problem("经纬度", "经度、纬度要一起给")
    elif "latitude" in found and not (
        -90 <= found["latitude"] <= 90 and -180 <= found["longitude"] <= 180
    ):
        yield Problem("经纬度", "超出范围，经度、纬度可能写反了")


_LABELS = {
    "registered_at": "登记时间",
    "accepted_at": "签收时间",
    "resolved_at": "办结时间",
    "closed_at": "结案时间",
}


def find_problems(contract: Contract) -> Iterator[str]:
    """What is wrong with a contract itself; each of its examples must pass its own rule."""
    ours = [rule.ours for rule in contract.rules if rule.ours != KEPT]
    yield from (f"{name} is there twice" for name in OURS if ours.count(name) > 1)
    required = {rule.ours for rule in contract.rules if rule.required}
    yield from (f"{name} must be there and required" for name in NEEDED if name not in required)
    if contract.channel not in CODES["channel"] or contract.kind not in CODES["kind"]:
        yield "channel or kind is unknown"
    for rule in contract.rules:
        yield from _problems_of(rule)


def _problems_of(rule: FieldRule) -> Iterator[str]:
    if rule.ours not in OURS or rule.type not in OURS[rule.ours]:
        yield f"{rule.theirs}: no {rule.ours} of type {rule.type}"
        return
    if (rule.type == CHOICE) != bool(rule.values):
        yield f"{rule.theirs}: a choice has values, and nothing else has"
    unknown = set(rule.values.values()) - CODES.get(rule.ours, frozenset(rule.values.values()))
    yield from (f"{rule.theirs}: unknown code {code}" for code in sorted(unknown))
    try:
        rule.read(rule.example)
    except ValueError as error:
        yield f"{rule.theirs}: its example does not pass: {error}"
