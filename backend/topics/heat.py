"""Heat of a topic: the weighted mean of five parts, times 100 and its domain's weight. Pure."""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from backend.topics.formula import HeatFormula
from nlu.incidents.copies import floods
from nlu.incidents.message import Message

_GROWTH_SHRINK = 2  # people added below the fraction, so that one more is no growth of 100 %


@dataclass(frozen=True)
class HeatParts:
    """The parts of heat, each from 0 to 1."""

    size: float
    people: float
    support: float
    growth: float
    recency: float


@dataclass(frozen=True)
class Heat:
    """Heat from 0 to 100 with its parts. `people` counts a flood as one voice."""

    score: float
    parts: HeatParts
    people: int
    is_flood: bool


@dataclass(frozen=True)
class Voices:
    """The voice of each message. The copies of a flood have one voice and count as one message."""

    of_messages: tuple[str, ...]
    messages: int
    is_flood: bool

    @property
    def people(self) -> int:
        return len(set(self.of_messages))


def heat_of(
    messages: Sequence[Message],
    formula: HeatFormula,
    now: datetime | None,
    domain: str | None = None,
) -> Heat:
    """Heat of a topic at `now`; without `now` it has neither growth nor recency.

    The mean of the parts times the weight of the topic's domain, 100 at most.
    """
    voices = voices_of(messages, formula)
    parts = HeatParts(
        size=_on_scale(voices.messages, formula.full.messages),
        people=_on_scale(voices.people, formula.full.people),
        support=_on_scale(_support(messages, formula), formula.full.support),
        growth=_growth(messages, voices, formula, now),
        recency=_recency(messages, formula, now),
    )
    score = min(100.0, _mean(parts, formula) * formula.factor_of(domain))
    score = score if voices.people >= formula.people_from else 0.0
    return Heat(round(score, 2), parts, voices.people, voices.is_flood)


def voices_of(messages: Sequence[Message], formula: HeatFormula) -> Voices:
    """Voices of a topic's messages by the formula's rule for floods."""
    rule = formula.flood
    within = timedelta(seconds=rule.seconds)
    flood_groups = floods(messages, accounts=rule.accounts, within=within, alike=rule.alike)
    voices = [message.user for message in messages]
    for flood in flood_groups:
        for index in flood:
            voices[index] = messages[min(flood)].user
    copies = sum(len(flood) - 1 for flood in flood_groups)
    return Voices(tuple(voices), len(messages) - copies, bool(flood_groups))


def _mean(parts: HeatParts, formula: HeatFormula) -> float:
    weights = formula.weights.parts
    total: float = sum(weights[name] * part for name, part in asdict(parts).items())
    return 100.0 * total / formula.weights.total


def _on_scale(number: float, full: int) -> float:
    """0 for nothing, 1 from `full` on, by the logarithm between."""
    return min(1.0, math.log1p(max(0.0, number)) / math.log1p(full))


def _support(messages: Sequence[Message], formula: HeatFormula) -> float:
    return sum(message.up - formula.down_vote * message.down for message in messages)


def _growth(
    messages: Sequence[Message], voices: Voices, formula: HeatFormula, now: datetime | None
) -> float:
    """People of the last days against those of as many days before, from 0 (not more) to 1."""
    if now is None:
        return 0.0
    span = timedelta(days=formula.growth_days)
    ages = [
        (now - message.at, voice)
        for message, voice in zip(messages, voices.of_messages, strict=True)
        if message.at
    ]
    recent = len({voice for age, voice in ages if age <= span})
    before = len({voice for age, voice in ages if span < age <= 2 * span})
    return max(0, recent - before) / (recent + before + _GROWTH_SHRINK)


def _recency(messages: Sequence[Message], formula: HeatFormula, now: datetime | None) -> float:
    last = max((message.at for message in messages if message.at), default=None)
    if now is None or last is None:
        return 0.0
    age = max(now - last, timedelta())
    return float(0.5 ** (age / timedelta(days=formula.half_life_days)))
