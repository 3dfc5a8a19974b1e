"""Classification of an appeal: kind, domain, power item, unit types, size.

Four sources of evidence are combined: the table of duties (`nlu.city.duties`), which assigns
objects and troubles to unit types; the keywords of the power list; words that indicate a domain or
an office (`nlu.matters.office_words`); and the model of past cases (`nlu.matters.past_cases`). All
of them read the text without the story around the matter (`nlu.matters.story`). The weights are
hand-set.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from nlu.city.duties import DutyMatch
from nlu.city.loaded import duties
from nlu.city.misheard import readable
from nlu.city.power_list import PowerItem, PowerList, PowerMatch, confidence_of, runner_up
from nlu.classifiers.linear import LinearModel
from nlu.language.word_borders import Borders
from nlu.matters.kinds import decide_kind
from nlu.matters.office_words import DOMAIN_WORDS, OFFICE_WORDS
from nlu.matters.past_cases import BUILT_IN, DOMAIN, KIND, UNIT_TYPE, Prediction, predict, words_of
from nlu.matters.sizes import Size, size_of
from nlu.matters.story import blank_persons, blank_story
from nlu.matters.thanks import duty_for_praise
from nlu.vocabulary import Kind

LONGEST = 3000  # characters read
_OFFICE_SHARE = 0.5  # weight of office words against power items
_ITEMS_TRUSTED = 8  # power items that count for the unit types
LATER_UNIT_TYPE = 0.6  # weight of each further unit type, relative to the one before
_MATCHES_READ = 20
_ITEM_SHARE = 0.7  # weight of power items against domain words
_MOST_UNIT_TYPES = 8
_UNSURE_SCORE = 2.0  # below it, and without a domain word, the domain is unknown

_DUTIES_TRUSTED = 3
_NEXT_DUTY = 4  # exponent of a duty's score relative to the best one


@dataclass(frozen=True)
class _Share:
    """Weight of the duties among all evidence: `most` up to `short` characters of text, falling
    linearly to `least` at `long`, since long texts mention several things.
    """

    most: float
    least: float
    short: int
    long: int

    def of(self, length: int) -> float:
        """Weight for a text of `length` characters."""
        progress = min(1.0, max(0.0, (length - self.short) / (self.long - self.short)))
        return self.most - progress * (self.most - self.least)


_SURE = _Share(0.85, 0.15, short=70, long=200)  # object and trouble
_LIKELY = _Share(0.5, 0.0, short=40, long=120)  # object alone
_DUTY_SCORE = 6.0  # added to the best score of the power list for a duty's item
_BLANKS = re.compile(" {2,}")


@dataclass(frozen=True)
class Evidence:
    """Opinion of each source on the unit types, for `nlu.matters.confidence`."""

    items: tuple[PowerMatch, ...]  # by keywords alone, without the duty's item; best first
    office_words: Mapping[str, float]  # unit type → weight
    duties: tuple[tuple[DutyMatch, float], ...]  # with their weights, best first


@dataclass(frozen=True)
class Matter:
    """Classification of an appeal; `domain` None means unknown."""

    kind: Kind
    domain: str | None
    power_item: PowerItem | None
    confidence: float  # from 0 to 1, of the power item; see `confidence_of`
    words: tuple[str, ...]  # words of the text that decided
    runner_up: PowerItem | None = None
    unit_types: tuple[tuple[str, float], ...] = ()  # share of the evidence, best first
    matches: tuple[PowerMatch, ...] = ()  # best first
    power_list: str = ""  # its version
    size: Size = Size.SMALL
    size_words: tuple[str, ...] = ()
    predictions: Mapping[str, Prediction] = field(default_factory=dict)
    model: str = BUILT_IN  # name of the model behind `predictions`
    duty: DutyMatch | None = None  # best match in the table of duties
    duties: str = ""  # version of that table
    evidence: "Evidence | None" = None  # what the unit types rest on


@dataclass(frozen=True)
class _Reading:
    """A text without the story around the matter, its word borders and its best duties."""

    text: str
    borders: Borders
    duties: tuple[DutyMatch, ...]

    @property
    def duty(self) -> DutyMatch | None:
        return self.duties[0] if self.duties else None


def classify(text: str, power_list: PowerList, model: LinearModel) -> Matter:
    """Classify a normalised text; `model` is a model of past cases."""
    text = text[:LONGEST]
    story = readable(_BLANKS.sub(" ", blank_story(text)).strip())
    predictions = predict(model, story)
    reading = _strip_story(story)
    kind, kind_words = decide_kind(
        story,
        predictions[KIND].likelihoods,
        grieves=_reports_trouble(reading.duty),
        hint=_kind_of_duty(reading.duty),
    )
    if kind == "praise" and (thanked := duty_for_praise(text)):
        reading = replace(reading, duties=(thanked,))
    by_keywords = power_list.match(reading.text, limit=_MATCHES_READ, borders=reading.borders)
    evidence = Evidence(
        tuple(by_keywords[:_ITEMS_TRUSTED]),
        OFFICE_WORDS.evidence(reading.text, reading.borders),
        tuple(_duty_weights(reading.duties)),
    )
    matches = _add_duty_item(by_keywords, reading, power_list)
    second = runner_up(matches)
    item_words = matches[0].words if matches else ()
    item = matches[0].item if matches and matches[0].score >= _UNSURE_SCORE else None
    size, size_words = size_of(text, item)
    return Matter(
        kind=kind,
        domain=_domain_of(reading, matches, predictions[DOMAIN], power_list),
        power_item=item,
        confidence=confidence_of(matches),
        words=tuple(dict.fromkeys((*item_words, *kind_words))),
        runner_up=second.item if second else None,
        unit_types=_unit_types_of(reading, matches, evidence, predictions[UNIT_TYPE]),
        matches=tuple(matches),
        power_list=power_list.version,
        size=size,
        size_words=size_words,
        predictions=predictions,
        model=model.notes.get("name", BUILT_IN),
        duty=reading.duty,
        duties=duties().version,
        evidence=evidence,
    )


def _reports_trouble(duty: DutyMatch | None) -> bool:
    return duty is not None and duty.is_sure


def _kind_of_duty(duty: DutyMatch | None) -> Kind | None:
    """Kind that the duty suggests; without one of its own a complaint."""
    if duty is None:
        return None
    return duty.duty.kind or "complaint"


def _strip_story(story: str) -> _Reading:
    borders = Borders(words_of(story))
    matches = tuple(duties().match(story, borders)[:_DUTIES_TRUSTED])
    decided = bool(matches) and matches[0].is_sure and len(story) < _SURE.long
    return _Reading(blank_persons(story) if decided else story, borders, matches)


def _add_duty_item(
    matches: Sequence[PowerMatch], reading: _Reading, power_list: PowerList
) -> list[PowerMatch]:
    """Matches with the item of the best duty added or raised; less so in a long text."""
    item = power_list.by_code.get(reading.duty.duty.item) if reading.duty else None
    if item is None or reading.duty is None:
        return list(matches)
    item_match = next((match for match in matches if match.item is item), None)
    best = matches[0].score if matches else 0.0
    part = _share_of(reading) / _SURE.most
    score = part * (best + _DUTY_SCORE) + (item_match.score if item_match else 0.0)
    words = dict.fromkeys((*reading.duty.words, *(item_match.words if item_match else ())))
    match = PowerMatch(item, round(score, 4), tuple(words))
    others = [match for match in matches if match.item is not item]
    return sorted([match, *others], key=lambda m: (-m.score, m.item.code))


def _share_of(reading: _Reading) -> float:
    """Weight of the duties among all evidence, from 0 to 1; smaller for longer texts."""
    if reading.duty is None:
        return 0.0
    return (_SURE if reading.duty.is_sure else _LIKELY).of(len(reading.text))


def _duty_weights(matches: Sequence[DutyMatch]) -> list[tuple[DutyMatch, float]]:
    best = matches[0].score if matches else 1.0
    return [(match, (match.score / best) ** _NEXT_DUTY) for match in matches]


def _domain_of(
    reading: _Reading, matches: Sequence[PowerMatch], prediction: Prediction, power_list: PowerList
) -> str | None:
    by_word = DOMAIN_WORDS.evidence(reading.text, reading.borders)
    if not by_word and (not matches or matches[0].score < _UNSURE_SCORE) and not prediction.is_sure:
        return None
    by_words = _blend(_item_evidence(matches), by_word, share=1 - _ITEM_SHARE)
    combined = _blend(by_words, prediction.likelihoods, share=prediction.share)
    by_duty: dict[str, float] = defaultdict(float)
    for match, weight in _duty_weights(reading.duties):
        if item := power_list.by_code.get(match.duty.item):
            by_duty[item.domain] += weight
    combined = _blend(combined, by_duty, share=_share_of(reading))
    return max(sorted(combined), key=lambda domain: combined[domain])


def _unit_types_of(
    reading: _Reading, matches: Sequence[PowerMatch], evidence: Evidence, prediction: Prediction
) -> tuple[tuple[str, float], ...]:
    """Unit types with their share of the evidence, best first."""
    by_item: dict[str, float] = defaultdict(float)
    for match in matches[:_ITEMS_TRUSTED]:
        for rank, unit_type in enumerate(match.item.unit_types):
            by_item[unit_type] += match.score**2 * LATER_UNIT_TYPE**rank
    by_words = _blend(by_item, evidence.office_words, share=_OFFICE_SHARE)
    combined = _blend(by_words, prediction.likelihoods, share=prediction.share)
    by_duty: dict[str, float] = defaultdict(float)
    for duty, weight in evidence.duties:
        for rank, unit_type in enumerate(duty.duty.unit_types):
            by_duty[unit_type] += weight * LATER_UNIT_TYPE**rank
    combined = _blend(combined, by_duty, share=_share_of(reading))
    ranked = sorted(combined.items(), key=lambda entry: (-entry[1], entry[0]))
    return tuple((code, round(score, 4)) for code, score in ranked[:_MOST_UNIT_TYPES])


def _item_evidence(matches: Sequence[PowerMatch]) -> dict[str, float]:
    evidence: dict[str, float] = defaultdict(float)
    for match in matches:
        evidence[match.item.domain] += match.score**2
    return evidence


def _blend(
    first: Mapping[str, float], second: Mapping[str, float], *, share: float
) -> dict[str, float]:
    """Weighted mean of two normalised distributions; `share` is the weight of the second."""
    first_shares, second_shares = _shares(first), _shares(second)
    if not first_shares or not second_shares:
        return first_shares or second_shares
    return {
        name: (1 - share) * first_shares.get(name, 0.0) + share * second_shares.get(name, 0.0)
        for name in {*first_shares, *second_shares}
    }


def _shares(evidence: Mapping[str, float]) -> dict[str, float]:
    total = sum(evidence.values())
    return {name: value / total for name, value in evidence.items()} if total else {}
