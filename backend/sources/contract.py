"""A source's field contract: how its fields map to ours, and which values are valid.

Contracts are `data/sources/CODE.yml`; `docs/sources.md` is printed from them. Fields that the
contract does not name are discarded.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, get_args

from backend.sources import values
from backend.sources.headings import Columns
from backend.vocabulary.case_lifecycle import Status
from backend.vocabulary.channels import CHANNELS
from backend.vocabulary.messages import Pin
from backend.vocabulary.source_numbers import number_key
from nlu.folders import parse_yaml
from nlu.vocabulary import Kind

CLOCKS_DIFFER = timedelta(minutes=10)  # tolerance for a source's clock that runs ahead

READERS: Mapping[str, Callable[[object], Any]] = {
    "line": values.read_line,
    "text": values.read_text,
    "time": values.read_time,
    "number": values.read_number,
    "phone": values.read_phone,
}
CHOICE = "choice"
TYPES = frozenset({*READERS, CHOICE})
STORED_AS_GIVEN = "kept"  # stored with the case under the source's own name, not interpreted
OUTCOMES = ("solved", "explained", "no_competence", "duplicate", "withdrawn", "long_term")
# Target fields, and the types that each accepts.
TARGET_TYPES: Mapping[str, frozenset[str]] = {
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
    STORED_AS_GIVEN: TYPES,
}
REQUIRED_TARGETS = ("original_no", "text", "registered_at")
CODES: Mapping[str, frozenset[str]] = {
    "kind": frozenset(get_args(Kind)),
    "channel": frozenset(CHANNELS),
    "status": frozenset(Status),
    "outcome": frozenset(OUTCOMES),
}


@dataclass(frozen=True)
class Problem:
    """Why a row is rejected, or a field was not read.

    `field` is the source's field name, or "" for the whole row.
    """

    field: str
    why: str


@dataclass(frozen=True)
class FieldRule:
    source_field: str
    target: str  # our field, or STORED_AS_GIVEN
    type: str
    example: str
    required: bool = False
    values: Mapping[str, str] = field(default_factory=dict)  # of a choice: label -> code

    def read(self, value: object) -> Any:
        """Raises ValueError."""
        if self.type == CHOICE:
            return values.read_choice(value, self.values)
        return READERS[self.type](value)


@dataclass(frozen=True)
class Row:
    """One appeal of a source, parsed and valid."""

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
    as_given: Mapping[str, str] = field(default_factory=dict)  # original text by source field
    # Optional fields that could not be read; their words are in `as_given`.
    remarks: tuple[Problem, ...] = ()

    @property
    def number_key(self) -> str:
        return number_key(self.original_no)

    @property
    def pin(self) -> Pin | None:
        if self.latitude is None or self.longitude is None:
            return None
        return Pin(self.latitude, self.longitude)


@dataclass(frozen=True)
class Contract:
    code: str
    channel: str  # default for rows without a channel
    kind: str  # default if neither the row nor the router determines a kind
    rules: tuple[FieldRule, ...]

    @classmethod
    def load(cls, path: Path) -> "Contract":
        """Raises ValueError with all problems of the contract."""
        content = parse_yaml(path.read_text(encoding="utf-8"))
        rules = tuple(_rule(name, rule) for name, rule in content["fields"].items())
        contract = cls(path.stem, content["channel"], content["kind"], rules)
        problems = list(find_problems(contract))
        if problems:
            raise ValueError(f"{path.name}: {'; '.join(problems)}")
        return contract

    @property
    def columns(self) -> Columns:
        return Columns(
            [rule.source_field for rule in self.rules],
            [rule.source_field for rule in self.rules if rule.required],
        )

    def read(self, cells: Mapping[str, object], *, now: datetime) -> Row | list[Problem]:
        """Parse a row of the source; returns its problems if it is invalid.

        An optional field that cannot be read costs no appeal: its words are kept as given.
        """
        fields: dict[str, Any] = {}
        as_given: dict[str, str] = {}
        problems: list[Problem] = []
        remarks: list[Problem] = []
        for rule in self.rules:
            cell = cells.get(rule.source_field)
            if values.is_nothing(cell):
                if rule.required:
                    problems.append(Problem(rule.source_field, "没有填"))
                continue
            try:
                parsed = rule.read(cell)
            except ValueError as error:
                problem = Problem(rule.source_field, str(error))
                (problems if rule.required else remarks).append(problem)
                as_given[rule.source_field] = values.cell_text(cell)[: values.MAX_TEXT_LENGTH]
                continue
            tells_more = rule.type == "phone" and values.tells_more(cell, parsed)
            if tells_more or rule.target == STORED_AS_GIVEN or rule.type == CHOICE:
                as_given[rule.source_field] = values.cell_text(cell)
            if rule.target != STORED_AS_GIVEN:
                fields[rule.target] = parsed
        if problems:
            return problems
        return _checked(fields, as_given, tuple(remarks), now)

    def original_no_in(self, cells: Mapping[str, object]) -> str | None:
        """The original number of a rejected row, as far as it is readable."""
        name = next(rule.source_field for rule in self.rules if rule.target == "original_no")
        return values.cell_text(cells.get(name))[: values.MAX_LINE_LENGTH] or None


def _rule(source_field: str, rule: Mapping[str, Any]) -> FieldRule:
    return FieldRule(
        source_field=str(source_field),
        target=rule["ours"],
        type=rule["type"],
        example=str(rule["example"]),
        required=rule.get("required", False),
        values={str(label): str(code) for label, code in rule.get("values", {}).items()},
    )


def _checked(
    fields: dict[str, Any], as_given: dict[str, str], remarks: tuple[Problem, ...], now: datetime
) -> Row | list[Problem]:
    problems = list(_contradictions(fields, now))
    if problems:
        return problems
    if wrong_pin := _wrong_pin(fields):
        remarks = (*remarks, wrong_pin)
        fields = {name: fields[name] for name in fields if name not in ("latitude", "longitude")}
    title, text = fields.pop("title", None), fields["text"]
    if title and not text.startswith(title):
        fields["text"] = f"{title}\n{text}"
    if "status" in fields:
        fields["status"] = Status(fields["status"])
    return Row(**fields, as_given=as_given, remarks=remarks)


def _contradictions(fields: dict[str, Any], now: datetime) -> Iterator[Problem]:
    registered_at = fields["registered_at"]
    for name in ("registered_at", "accepted_at", "resolved_at", "closed_at"):
        if name in fields and fields[name] > now + CLOCKS_DIFFER:
            yield Problem(_LABELS[name], "时间在将来")
        if name in fields and fields[name] < registered_at:
            yield Problem(_LABELS[name], "早于登记时间")


def _wrong_pin(fields: Mapping[str, Any]) -> Problem | None:
    if ("latitude" in fields) != ("longitude" in fields):
        return Problem("经纬度", "经度、纬度要一起给")
    if "latitude" in fields and not (
        -90 <= fields["latitude"] <= 90 and -180 <= fields["longitude"] <= 180
    ):
        return Problem("经纬度", "超出范围，经度、纬度可能写反了")
    return None


_LABELS = {
    "registered_at": "登记时间",
    "accepted_at": "签收时间",
    "resolved_at": "办结时间",
    "closed_at": "结案时间",
}


def find_problems(contract: Contract) -> Iterator[str]:
    """Problems of the contract itself; for example, each example must pass its own rule."""
    targets = [rule.target for rule in contract.rules if rule.target != STORED_AS_GIVEN]
    yield from (f"{name} is there twice" for name in TARGET_TYPES if targets.count(name) > 1)
    required = {rule.target for rule in contract.rules if rule.required}
    for name in REQUIRED_TARGETS:
        if name not in required:
            yield f"{name} must be there and required"
    if contract.channel not in CODES["channel"] or contract.kind not in CODES["kind"]:
        yield "channel or kind is unknown"
    for rule in contract.rules:
        yield from _problems_of(rule)


def _problems_of(rule: FieldRule) -> Iterator[str]:
    if rule.target not in TARGET_TYPES or rule.type not in TARGET_TYPES[rule.target]:
        yield f"{rule.source_field}: no {rule.target} of type {rule.type}"
        return
    if (rule.type == CHOICE) != bool(rule.values):
        yield f"{rule.source_field}: a choice has values, and nothing else has"
    unknown = set(rule.values.values()) - CODES.get(rule.target, frozenset(rule.values.values()))
    yield from (f"{rule.source_field}: unknown code {code}" for code in sorted(unknown))
    try:
        rule.read(rule.example)
    except ValueError as error:
        yield f"{rule.source_field}: its example does not pass: {error}"
