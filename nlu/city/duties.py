"""Table of duties (`data/duties.csv`): which unit type acts on which object, matched by words.

A row has an object (路灯), the troubles or surroundings that distinguish it (楼道), its unit types,
the acting one first, and who builds, repairs, serves, supervises and fines. An object with a
trouble scores higher than an object alone, and higher the nearer they are. The weights below are
hand-set.
"""

import csv
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from nlu.gazetteer.tables import split_cell
from nlu.language.terms import position_weight
from nlu.language.word_borders import Borders
from nlu.language.word_matcher import WordMatcher
from nlu.vocabulary import Kind

_FAR = 30  # characters; a trouble farther from the object belongs to something else
_ALONE = 1.25  # an object without a trouble
_BROKEN = 1.5  # an object beside a common trouble (坏了)
_TOGETHER = 1.7  # an object beside a trouble of its row
_MOST_MATCHES = 400  # matches read in one text
_LEAD, _LEAD_WEIGHT = 60.0, 0.35  # characters; see `position_weight`
# Troubles of any object
_TROUBLES = (
    "坏|破|断|倒了|塌|裂|堵|臭|脏|漏|松|掉|歪|不亮|没亮|没人管|没人修|没人来|没人清|不修|不来|不通|太吵|扰民|太少|不够"
    "|烂|增设|失灵|翘|凹|陷|磨没|看不清|灭了|挡住|占用|占着|满了|乱摆|乱堆|乱停|停满|堆满|没用|不能用|用不了|冒|砸|撞"
).split("|")


# What a unit does about an object: it builds (plans, installs), repairs (runs, cleans, supplies),
# serves residents (grants, certifies, advises), supervises those who should act, inspects and fines
ACTS = ("builds", "repairs", "serves", "supervises", "fines")


@dataclass(frozen=True)
class Actor:
    """Unit type that does something about an object; `tier` "" is the tier of the matter."""

    unit_type: str
    tier: str


@dataclass(frozen=True)
class Duty:
    """A row of the table."""

    object: str
    words: tuple[str, ...]
    troubles: tuple[str, ...]
    unit_types: tuple[str, ...]  # the acting one first
    item: str  # code in the power list
    kind: Kind | None
    acts: Mapping[str, tuple[Actor, ...]]  # by `ACTS`; empty ones are left out
    basis: str


@dataclass(frozen=True)
class DutyMatch:
    """A duty whose object stands at [start, end) of a text."""

    duty: Duty
    score: float  # in points, comparable within one text
    words: tuple[str, ...]
    start: int
    end: int

    @property
    def is_sure(self) -> bool:
        """True if a trouble was found beside the object."""
        return len(self.words) > 1


Positions = Mapping[str, Sequence[int]]  # start positions of each word


class Duties:
    """The table of duties, compiled for matching."""

    def __init__(self, duties: Sequence[Duty], version: str = "") -> None:
        self.all = tuple(duties)
        self.version = version
        self._of_object: dict[str, list[Duty]] = defaultdict(list)
        words = {*_TROUBLES}
        for duty in self.all:
            words |= {*duty.words, *duty.troubles}
            for word in duty.words:
                self._of_object[word].append(duty)
        self._words = WordMatcher({word: word for word in words})

    @classmethod
    def load(cls, path: Path, unit_types: Set[str]) -> "Duties":
        """Read the CSV file; the version is a hash of its content.

        Raises ValueError with the line of a row that is malformed or names no known unit type.
        """
        version = hashlib.sha256(path.read_bytes()).hexdigest()[:8]
        with path.open(encoding="utf-8", newline="") as file:
            rows = [_duty(row, line) for line, row in enumerate(csv.DictReader(file), 2)]
        for line, duty in enumerate(rows, 2):
            if unknown := sorted(_types_named(duty) - unit_types):
                raise ValueError(f"duties, line {line}: no such unit type: {', '.join(unknown)}")
        return cls(rows, version)

    def names(self, word: str) -> bool:
        """True if the word is an object of a duty: 窨井盖."""
        return word in self._of_object

    def match(self, text: str, borders: Borders) -> list[DutyMatch]:
        """Duties that a normalised text mentions, best first; each row at most once."""
        positions = self._positions(text, borders)
        best_by_object: dict[str, DutyMatch] = {}
        for word in positions:
            for duty in self._of_object.get(word, ()):
                match = _best(duty, word, positions)
                if match and (
                    duty.object not in best_by_object
                    or match.score > best_by_object[duty.object].score
                ):
                    best_by_object[duty.object] = match
        return sorted(
            _outermost(best_by_object.values()), key=lambda m: (-m.score, m.start, m.duty.object)
        )

    def _positions(self, text: str, borders: Borders) -> dict[str, list[int]]:
        positions: dict[str, list[int]] = defaultdict(list)
        for start, end, word in islice(self._words.matches(text), _MOST_MATCHES):
            if borders.allow(start, end):
                positions[word].append(start)
        return positions


def _best(duty: Duty, word: str, positions: Positions) -> DutyMatch | None:
    best: DutyMatch | None = None
    length = (min(len(word), 5) / 2) ** 0.5
    for start in positions[word][:6]:
        end = start + len(word)
        near = _nearest(duty.troubles or _TROUBLES, word, start, end, positions)
        if near is None and duty.troubles:
            continue
        strength = (_TOGETHER if duty.troubles else _BROKEN) if near else _ALONE
        closeness = 1.0 if near is None else 1.0 - 0.3 * near[1] / _FAR
        if near and duty.troubles:
            closeness *= (min(len(near[0]), 4) / 2) ** 0.25
        score = strength * closeness * length * position_weight(start, _LEAD, _LEAD_WEIGHT)
        if best is None or score > best.score:
            best = DutyMatch(duty, score, (word, near[0]) if near else (word,), start, end)
    return best


def _nearest(
    troubles: Sequence[str], word: str, start: int, end: int, positions: Positions
) -> tuple[str, int] | None:
    """Nearest trouble to an object, and the distance in characters; longer words are preferred."""
    nearest: tuple[str, int] | None = None
    for trouble in troubles:
        for at in positions.get(trouble, ())[:6]:
            if at < end and start < at + len(trouble):
                continue  # within the object: 断 in 断头路
            gap = at - end if at >= end else start - at - len(trouble)
            if gap > _FAR:
                continue
            longer = nearest is not None and len(trouble) > len(nearest[0]) + 1
            if nearest is None or gap < nearest[1] or (longer and gap < _FAR / 2):
                nearest = (trouble, gap)
    return nearest


def _outermost(matches: Iterable[DutyMatch]) -> Iterator[DutyMatch]:
    """Drop matches whose object is hidden by another match.

    It lies in a longer object (停车 in 停车费), or begins within one of at least its length (水管爆
    in 污水管爆).
    """
    candidates = list(matches)
    for match in candidates:
        if not any(_hides(other, match) for other in candidates):
            yield match


def _hides(other: DutyMatch, match: DutyMatch) -> bool:
    longer = (other.end - other.start) - (match.end - match.start)
    if other.start <= match.start and match.end <= other.end:
        return longer > 0
    return other.start < match.start < other.end and longer >= 0


def _duty(row: Mapping[str, str], line: int) -> Duty:
    try:
        duty = Duty(
            object=row["object"],
            words=split_cell(row["words"]),
            troubles=split_cell(row["trouble"]),
            unit_types=split_cell(row["unit_types"]),
            item=row["item"],
            kind=row["kind"] or None,  # type: ignore[arg-type]
            acts={act: actors for act in ACTS if (actors := tuple(_actors(row[act])))},
            basis=row["basis"],
        )
    except (KeyError, AttributeError) as error:
        raise ValueError(f"duties, line {line}: {error!r}") from error
    if not duty.words or not duty.unit_types:
        raise ValueError(f"duties, line {line}: words and unit types are needed")
    return duty


def _actors(cell: str) -> Iterator[Actor]:
    """Actors of a cell: urban_management|city:urban_management."""
    for entry in split_cell(cell):
        tier, _, unit_type = entry.rpartition(":")
        yield Actor(unit_type, tier)


def _types_named(duty: Duty) -> set[str]:
    return {*duty.unit_types, *(it.unit_type for actors in duty.acts.values() for it in actors)}
