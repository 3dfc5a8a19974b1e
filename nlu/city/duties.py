"""Who must act on which thing: the table `data/duties.csv`, matched by words.

A row is an object (路灯), the trouble or surroundings that make it this row's (楼道), and the unit
types that answer for it, first the one that acts. Object and trouble together say more than an
object alone; near each other they say more than far apart.
"""

import csv
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import ahocorasick  # type: ignore[import-untyped,import-not-found,unused-ignore]

from nlu.language.terms import position_weight
from nlu.language.word_borders import Borders
from nlu.vocabulary import Kind

_FAR = 30  # characters between object and trouble, beyond which they are not of one matter
_ALONE = 1.25
_BROKEN = 1.5  # an object beside a common trouble (坏了)
_TOGETHER = 1.7  # an object beside a trouble of its row
_MOST_FOUND = 400  # words of the table read in one text
_LEAD, _LEAD_WEIGHT = 60.0, 0.35
# What may be the matter with any thing.
_TROUBLES = (
    "坏|破|断|倒了|塌|裂|堵|臭|脏|漏|松|掉|歪|不亮|没亮|没人管|没人修|没人来|没人清|不修|不来|不通|太吵|扰民|太少|不够"
    "|烂|增设|失灵|翘|凹|陷|磨没|看不清|灭了|挡住|占用|占着|满了|乱摆|乱堆|乱停|停满|堆满|没用|不能用|用不了|冒|砸|撞"
).split("|")


@dataclass(frozen=True)
class Duty:
    object: str
    words: tuple[str, ...]
    troubles: tuple[str, ...]
    unit_types: tuple[str, ...]  # first the one that acts
    item: str  # the code in the power list
    kind: Kind | None
    role: str
    basis: str


@dataclass(frozen=True)
class DutyMatch:
    duty: Duty
    score: float
    words: tuple[str, ...]
    start: int
    end: int

    @property
    def is_sure(self) -> bool:
        """The object and what is the matter with it, not the object alone."""
        return len(self.words) > 1


Places = Mapping[str, Sequence[int]]  # where each word stands


class Duties:
    def __init__(self, duties: Sequence[Duty], version: str = "") -> None:
        self.all = tuple(duties)
        self.version = version
        self._of_object: dict[str, list[Duty]] = defaultdict(list)
        words = {*_TROUBLES}
        for duty in self.all:
            words |= {*duty.words, *duty.troubles}
            for word in duty.words:
                self._of_object[word].append(duty)
        self._words = ahocorasick.Automaton()
        for word in words:
            self._words.add_word(word, word)
        self._words.make_automaton()

    @classmethod
    def load(cls, path: Path) -> "Duties":
        """Raises ValueError that names the line of a bad row. The version is of the content."""
        version = hashlib.sha256(path.read_bytes()).hexdigest()[:8]
        with path.open(encoding="utf-8", newline="") as file:
            rows = [_duty(row, line) for line, row in enumerate(csv.DictReader(file), 2)]
        return cls(rows, version)

    def match(self, text: str, borders: Borders) -> list[DutyMatch]:
        """The duties that `text` tells of, best first; at most one for each row."""
        places = self._places(text, borders)
        found: dict[str, DutyMatch] = {}
        for word in places:
            for duty in self._of_object.get(word, ()):
                match = _best(duty, word, places)
                if match and (duty.object not in found or match.score > found[duty.object].score):
                    found[duty.object] = match
        return sorted(_outermost(found.values()), key=lambda m: (-m.score, m.start, m.duty.object))

    def _places(self, text: str, borders: Borders) -> dict[str, list[int]]:
        places: dict[str, list[int]] = defaultdict(list)
        for number, (last, word) in enumerate(self._words.iter(text)):
            if number >= _MOST_FOUND:
                break
            start = last + 1 - len(word)
            if borders.allow(start, last + 1):
                places[word].append(start)
        return places


def _best(duty: Duty, word: str, places: Places) -> DutyMatch | None:
    best: DutyMatch | None = None
    length = (min(len(word), 5) / 2) ** 0.5
    for start in places[word][:6]:
        end = start + len(word)
        near = _nearest(duty.troubles or _TROUBLES, word, start, end, places)
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
    troubles: Sequence[str], word: str, start: int, end: int, places: Places
) -> tuple[str, int] | None:
    """The trouble that stands nearest to an object, and how many characters lie between them."""
    nearest: tuple[str, int] | None = None
    for trouble in troubles:
        for at in places.get(trouble, ())[:6]:
            if at < end and start < at + len(trouble):
                continue  # of one word, like 断 in 断头路
            gap = at - end if at >= end else start - at - len(trouble)
            if gap > _FAR:
                continue
            longer = nearest is not None and len(trouble) > len(nearest[0]) + 1
            if nearest is None or gap < nearest[1] or (longer and gap < _FAR / 2):
                nearest = (trouble, gap)
    return nearest


def _outermost(matches: Iterable[DutyMatch]) -> Iterator[DutyMatch]:
    """Without those whose object is a part of a longer one's word, as 停车 is of 停车费, or begins
    within one that is as long, as 水管爆 does in 污水管爆."""
    every = list(matches)
    for one in every:
        if not any(_hides(other, one) for other in every):
            yield one


def _hides(other: DutyMatch, one: DutyMatch) -> bool:
    longer = (other.end - other.start) - (one.end - one.start)
    if other.start <= one.start and one.end <= other.end:
        return longer > 0
    return other.start < one.start < other.end and longer >= 0


def _duty(row: Mapping[str, str], line: int) -> Duty:
    try:
        duty = Duty(
            object=row["object"],
            words=_split(row["words"]),
            troubles=_split(row["trouble"]),
            unit_types=_split(row["unit_types"]),
            item=row["item"],
            kind=row["kind"] or None,  # type: ignore[arg-type]
            role=row["role"],
            basis=row["basis"],
        )
    except (KeyError, AttributeError) as error:
        raise ValueError(f"duties, line {line}: {error!r}") from error
    if not duty.words or not duty.unit_types:
        raise ValueError(f"duties, line {line}: words and unit types are needed")
    return duty


def _split(cell: str) -> tuple[str, ...]:
    return tuple(part for part in cell.split("|") if part)
