"""Which domain a text belongs to, which power item it is about, and whose job that is.

What is to be done, and to what, decides: the table of duties (`nlu.city.duties`) says who acts on
which thing. Beside it speak the power items whose words the text has, words that stand for a domain
or an office (`nlu.matters.office_words`), and how like it is to appeals that were judged before
(`nlu.matters.past_cases`). All of them read the text without the story around the matter
(`nlu.matters.story`).
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from nlu.city.duties import DutyMatch
from nlu.city.loaded import duties
from nlu.city.power_list import PowerItem, PowerList, PowerMatch, confidence_of, runner_up
from nlu.classifiers.linear import LinearModel
from nlu.language.word_borders import Borders
from nlu.matters.kinds import kind_among
from nlu.matters.office_words import DOMAIN_WORDS, OFFICE_WORDS
from nlu.matters.past_cases import BUILT_IN, DOMAIN, KIND, UNIT_TYPE, Opinion, opinions, words_of
from nlu.matters.sizes import Size, size_of
from nlu.matters.story import matter_only, without_persons
from nlu.matters.thanks import duty_to_thank
from nlu.vocabulary import Kind

LONGEST = 3000  # characters that are read; what comes later changes no judgement
_OFFICE_SHARE = 0.5
_ITEMS_TRUSTED = 8
_LATER_UNIT_TYPE = 0.6  # an item's second unit type counts for so much of its first
_MATCHES_READ = 20
_ITEM_SHARE = 0.7
_MOST_UNIT_TYPES = 8
_UNSURE_SCORE = 2.0  # below it, and without a domain word, the domain is not known

_DUTIES_TRUSTED = 3
_NEXT_DUTY = 4  # the power by which a duty falls behind the best one


@dataclass(frozen=True)
class _Share:
    """What a duty counts for among all evidence: in a text of `short` characters, and in a long
    one, which tells of more than one thing."""

    most: float
    least: float
    short: int
    long: int

    def of(self, length: int) -> float:
        far = min(1.0, max(0.0, (length - self.short) / (self.long - self.short)))
        return self.most - far * (self.most - self.least)


_SURE = _Share(0.85, 0.15, short=70, long=200)  # an object and what is the matter with it
_LIKELY = _Share(0.5, 0.0, short=40, long=120)  # an object alone
_DUTY_SCORE = 6.0  # what a duty's item scores in the power list on top of the best of the others
_HELPING_ROLES = ("repairs", "supplies", "serves")
_BLANKS = re.compile(" {2,}")


@dataclass(frozen=True)
class Matter:
    """`domain` None means unsure. `matches` are the items that were weighed, best first.

    `like` is what similar past cases were judged to be.
    """

    kind: Kind
    domain: str | None
    power_item: PowerItem | None
    confidence: float
    words: tuple[str, ...]
    runner_up: PowerItem | None = None
    unit_types: tuple[tuple[str, float], ...] = ()
    matches: tuple[PowerMatch, ...] = ()
    power_list: str = ""  # the version that was asked
    size: Size = Size.SMALL
    size_words: tuple[str, ...] = ()
    like: Mapping[str, Opinion] = field(default_factory=dict)
    model: str = BUILT_IN  # whose opinion `like` is
    duty: DutyMatch | None = None  # who must act, by the table of duties
    duties: str = ""  # the version of that table


@dataclass(frozen=True)
class _Read:
    """A text as it was read: without the story around the matter, with the duties it tells of."""

    text: str
    borders: Borders
    duties: tuple[DutyMatch, ...]

    @property
    def duty(self) -> DutyMatch | None:
        return self.duties[0] if self.duties else None


def classify(text: str, power_list: PowerList, model: LinearModel) -> Matter:
    """What `text` is about; `model` is of appeals that were judged before."""
    text = text[:LONGEST]
    story = _BLANKS.sub(" ", matter_only(text)).strip()
    judged = opinions(model, story)
    read = _read(story)
    kind, kind_words = kind_among(
        story,
        judged[KIND].likelihoods,
        grieves=_grieves(read.duty),
        hint=_hint(read.duty),
    )
    if kind == "praise" and (thanked := duty_to_thank(text)):
        read = replace(read, duties=(thanked,))
    matches = _with_duty(
        power_list.match(read.text, limit=_MATCHES_READ, borders=read.borders), read, power_list
    )
    second = runner_up(matches)
    item_words = matches[0].words if matches else ()
    item = matches[0].item if matches and matches[0].score >= _UNSURE_SCORE else None
    size, size_words = size_of(text, item)
    return Matter(
        kind=kind,
        domain=_domain_of(read, matches, judged[DOMAIN], power_list),
        power_item=item,
        confidence=confidence_of(matches),
        words=tuple(dict.fromkeys((*item_words, *kind_words))),
        runner_up=second.item if second else None,
        unit_types=_unit_types_of(read, matches, judged[UNIT_TYPE]),
        matches=tuple(matches),
        power_list=power_list.version,
        size=size,
        size_words=size_words,
        like=judged,
        model=model.notes.get("name", BUILT_IN),
        duty=read.duty,
        duties=duties().version,
    )


def _grieves(duty: DutyMatch | None) -> bool:
    return duty is not None and duty.is_sure


def _hint(duty: DutyMatch | None) -> Kind | None:
    """A thing to be repaired or supplied asks for help, a rule that is broken for a complaint."""
    if duty is None:
        return None
    return duty.duty.kind or ("help" if duty.duty.role in _HELPING_ROLES else "complaint")


def _read(story: str) -> _Read:
    borders = Borders(words_of(story))
    found = tuple(duties().match(story, borders)[:_DUTIES_TRUSTED])
    decided = bool(found) and found[0].is_sure and len(story) < _SURE.long
    return _Read(without_persons(story) if decided else story, borders, found)


def _with_duty(
    matches: Sequence[PowerMatch], read: _Read, power_list: PowerList
) -> list[PowerMatch]:
    """The item of the best duty before all others; in a long text only as one more reason."""
    item = power_list.by_code.get(read.duty.duty.item) if read.duty else None
    if item is None or read.duty is None:
        return list(matches)
    own = next((match for match in matches if match.item is item), None)
    best = matches[0].score if matches else 0.0
    part = _share_of(read) / _SURE.most
    score = part * (best + _DUTY_SCORE) + (own.score if own else 0.0)
    words = dict.fromkeys((*read.duty.words, *(own.words if own else ())))
    match = PowerMatch(item, round(score, 4), tuple(words))
    others = [match for match in matches if match.item is not item]
    return sorted([match, *others], key=lambda m: (-m.score, m.item.code))


def _share_of(read: _Read) -> float:
    """What the duties count for among all evidence: less, the more else a text tells."""
    if read.duty is None:
        return 0.0
    return (_SURE if read.duty.is_sure else _LIKELY).of(len(read.text))


def _duty_weights(found: Sequence[DutyMatch]) -> list[tuple[DutyMatch, float]]:
    best = found[0].score if found else 1.0
    return [(match, (match.score / best) ** _NEXT_DUTY) for match in found]


def _domain_of(
    read: _Read, matches: Sequence[PowerMatch], like: Opinion, power_list: PowerList
) -> str | None:
    by_word = DOMAIN_WORDS.evidence(read.text, read.borders)
    if not by_word and (not matches or matches[0].score < _UNSURE_SCORE) and not like.is_sure:
        return None
    said = _blend(_item_evidence(matches), by_word, share=1 - _ITEM_SHARE)
    together = _blend(said, like.likelihoods, share=like.share)
    by_duty: dict[str, float] = defaultdict(float)
    for match, weight in _duty_weights(read.duties):
        if item := power_list.by_code.get(match.duty.item):
            by_duty[item.domain] += weight
    together = _blend(together, by_duty, share=_share_of(read))
    return max(sorted(together), key=lambda domain: together[domain])


def _unit_types_of(
    read: _Read, matches: Sequence[PowerMatch], like: Opinion
) -> tuple[tuple[str, float], ...]:
    """Whose job it is: unit types with their share of the evidence, best first."""
    by_item: dict[str, float] = defaultdict(float)
    for match in matches[:_ITEMS_TRUSTED]:
        for rank, unit_type in enumerate(match.item.unit_types):
            by_item[unit_type] += match.score**2 * _LATER_UNIT_TYPE**rank
    by_word = OFFICE_WORDS.evidence(read.text, read.borders)
    said = _blend(by_item, by_word, share=_OFFICE_SHARE)
    together = _blend(said, like.likelihoods, share=like.share)
    by_duty: dict[str, float] = defaultdict(float)
    for duty, weight in _duty_weights(read.duties):
        for rank, unit_type in enumerate(duty.duty.unit_types):
            by_duty[unit_type] += weight * _LATER_UNIT_TYPE**rank
    together = _blend(together, by_duty, share=_share_of(read))
    ranked = sorted(together.items(), key=lambda entry: (-entry[1], entry[0]))
    return tuple((code, round(score, 4)) for code, score in ranked[:_MOST_UNIT_TYPES])


def _item_evidence(matches: Sequence[PowerMatch]) -> dict[str, float]:
    evidence: dict[str, float] = defaultdict(float)
    for match in matches:
        evidence[match.item.domain] += match.score**2
    return evidence


def _blend(
    first: Mapping[str, float], second: Mapping[str, float], *, share: float
) -> dict[str, float]:
    """Both bodies of evidence as shares of one; `share` is what the second counts for."""
    one, two = _shares(first), _shares(second)
    if not one or not two:
        return one or two
    return {
        name: (1 - share) * one.get(name, 0.0) + share * two.get(name, 0.0) for name in {*one, *two}
    }


def _shares(evidence: Mapping[str, float]) -> dict[str, float]:
    total = sum(evidence.values())
    return {name: value / total for name, value in evidence.items()} if total else {}
