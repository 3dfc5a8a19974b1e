"""Asks for what is missing of the first draft, one thing at a time, and reads it back."""

import re
from dataclasses import replace
from typing import Literal

from backend.vocabulary.messages import Button
from backend.vocabulary.texts import joined
from dialogue.draft import Draft
from dialogue.reply import word_buttons
from dialogue.state import Ask
from dialogue.texts import appeal as texts
from dialogue.turn import Turn
from nlu.appeals.cues import object_alone
from nlu.gazetteer.vague import is_vague_answer
from nlu.language import secrecy
from nlu.language.text import normalise
from nlu.places.answers import area_of, has_support, is_crossing, is_spot_of_area, merge
from nlu.places.merge import is_only_number, names_firm

MOST_CHOICES = 6
_LEADS_IN = re.compile("^(?:也|都|就|是|在|住|我们|咱们|我家)+")
_NEAR_THEM = re.compile(r"我[们家]|咱们?|俺|[这那][里边儿]|附近|楼[上下道]|[门路]口|小区")
# Hardship that calls for a sentence of regret, without any anger.
_HARD = re.compile(
    r"睡不(?:着|成|了|好|安稳)|没法睡|不让人睡|吵醒|受不了|熬不住|[等排坐站]了.{0,4}(?:小时|钟头|天|个月|年)|摔(?:了|伤|倒|跤)|害怕|吓|走投无路"
    r"|(?:一直|根本|到现在(?:还)?)(?:没有?|不)(?:人|来|管|理)|没(?:有)?人(?:管|来|理)|推来推去|踢皮球"
    r"|(?:跑|打|找)了.{0,3}[次趟遍]"
)


_NAMED_BODY = re.compile(
    r"(?<![\d-])\d{1,4}路|\d+号线|1234[58]|1[12][09]|公交(?:公司|集团)|地铁(?:站|集团)?"
    r"|(?:全市|(?:每个|各个?|所有的?)(?:社区|小区|街道|公园|医院|学校|区|路口))"
    r"|[市省区县][^，。]{0,6}(?:局|馆|院|中心)"
)


def is_hard(words: str) -> bool:
    return _HARD.search(words) is not None


def go_on(turn: Turn, draft: Draft) -> Literal[True]:
    """Keep the first draft as it is now, and ask for what is missing of it."""
    turn.keep(draft)
    return ask_next(turn)


def kind_of(turn: Turn, draft: Draft) -> str:
    """The kind that the draft is registered with."""
    return draft.kind or turn.facts.kind(draft.text, draft.full_wording)


def ask_next(turn: Turn) -> Literal[True]:
    """Ask for the next missing part of the first draft, or read it back."""
    draft = turn.draft
    if not draft.text:
        return _ask_matter(turn, draft)
    kind = kind_of(turn, draft)
    if kind in texts.THANKS and draft.regret:
        draft = _update(turn, replace(draft, regret=False))
    needs_place = _needs_place(turn, draft, kind)
    if draft.place is None and needs_place and turn.state.home:
        draft = _update(turn, replace(draft, place=turn.state.home))
    if draft.place is None and needs_place:
        return _ask_place(turn, draft, kind)
    needs_area = needs_place and kind not in texts.THANKS
    draft = _update(turn, _with_area(turn, draft, needs_area=needs_area))
    return _ask_area(turn, draft) if draft.asks_area else _read_back(turn, draft, kind)


def _needs_place(turn: Turn, draft: Draft, kind: str) -> bool:
    """A question about a rule needs no place; a question about 我们小区 does.

    Nor does praise, or a suggestion, of a body that it names.
    """
    if kind == "inquiry" and not draft.place and not _NEAR_THEM.search(draft.text):
        return False
    if kind in texts.THANKS and _NAMED_BODY.search(draft.text):
        return False
    return turn.facts.matter(draft.text).needs_place


def _update(turn: Turn, draft: Draft) -> Draft:
    turn.keep(draft)
    return draft


def _regret(turn: Turn, draft: Draft) -> None:
    """Say one sentence of regret, once."""
    if draft.regret:
        turn.say(texts.REGRET)
        _update(turn, replace(draft, regret=False))


def _ask_matter(turn: Turn, draft: Draft) -> Literal[True]:
    _regret(turn, draft)
    if turn.tries == 1 and object_alone(draft.matter):
        return turn.ask(Ask.MATTER, texts.ASK_WHAT_IS_WRONG.format(matter=draft.matter))
    if turn.asks is Ask.MATTER and turn.tries == 1 and draft.place:
        return turn.ask(Ask.MATTER, texts.ASK_MATTER_AT.format(place=draft.place))
    is_repeated = turn.asks is Ask.MATTER and turn.tries > 1
    return turn.ask(Ask.MATTER, texts.ASK_MATTER_AGAIN if is_repeated else texts.ASK_MATTER)


def _ask_place(turn: Turn, draft: Draft, kind: str) -> Literal[True]:
    _regret(turn, draft)
    if kind in texts.THANKS and turn.asks is not Ask.PLACE:
        turn.say(texts.THANKS[kind])
    is_repeated = turn.asks is Ask.PLACE and turn.tries > 1
    return turn.ask(Ask.PLACE, texts.ASK_PLACE_AGAIN if is_repeated else texts.ASK_PLACE)


def _with_area(turn: Turn, draft: Draft, *, needs_area: bool) -> Draft:
    """The draft with the areas that its place may be in; `is_unplaced` when there is none."""
    plain = replace(draft, choices=(), is_unplaced=False)
    if not draft.place or draft.place == texts.WHOLE_CITY or draft.pin or not needs_area:
        return plain
    area = turn.facts.area(normalise(draft.text), normalise(draft.place))
    is_vague = is_spot_of_area(draft.place)
    if area.is_known and not is_vague and (not area.choices or is_crossing(draft.place)):
        return plain
    is_unplaced = not area.is_known or is_vague
    return replace(plain, choices=area.choices[:MOST_CHOICES], is_unplaced=is_unplaced)


def _ask_area(turn: Turn, draft: Draft) -> Literal[True]:
    _regret(turn, draft)
    _update(turn, replace(draft, area_asked_of=draft.place, regret=False))
    place, choices = draft.place or "", draft.choices
    if not choices:
        which = texts.WHICH_SITE if is_spot_of_area(place) else texts.WHICH_PART
        return turn.ask(Ask.AREA, which.format(place=place))
    text = texts.which_area(place, choices)
    return turn.ask(Ask.AREA, text, word_buttons(*choices), choices=choices)


def is_hidden(turn: Turn, draft: Draft, kind: str | None) -> bool:
    """True if the case will hide who it is from, as `backend.cases.registration` decides it."""
    if turn.state.anonymous is not None:
        return turn.state.anonymous
    wish = secrecy.wish(draft.full_wording)
    return kind == "report" if wish is None else wish


def _contact_of(turn: Turn, draft: Draft, kind: str | None) -> str:
    """The contact as shown in the read-back: name and masked number, or 匿名."""
    if is_hidden(turn, draft, kind):
        return texts.ANONYMOUSLY
    phone = turn.phone
    number = f"{phone[:3]}****{phone[-4:]}" if phone else ""
    return " ".join(filter(None, (draft.name, number)))


def _read_back(turn: Turn, draft: Draft, kind: str) -> Literal[True]:
    """Read the draft back by its parts, with a case of the resident's that it repeats."""
    case = turn.facts.duplicate_of(draft.text, draft.place, draft.pin)
    if draft.regret:
        turn.say(texts.REGRET)
    elif kind in texts.THANKS and turn.asks not in (Ask.PLACE, Ask.CONFIRM):
        turn.say(texts.THANKS[kind])
    draft = _update(turn, replace(draft, duplicate=case.case_no if case else None, regret=False))
    text = texts.read_back(draft, _contact_of(turn, draft, kind))
    if case is None:
        return turn.ask(Ask.CONFIRM, text, [Button(texts.RIGHT_SO, "/affirm"), *texts.CHANGES])
    add = texts.ADD_TO_IT if case.is_open else texts.DO_IT_AGAIN
    buttons = (
        Button(add, "/affirm", {"adds_to": case.case_no}),
        Button(texts.ANOTHER_MATTER, "/affirm", {"another": True}),
        *texts.CHANGES,
    )
    rating = turn.facts.rating(case.case_no, case.round)
    text = joined([text, texts.repeats(case, rating)], "\n\n")
    return turn.ask(Ask.CONFIRM, text, buttons)


def at_place(draft: Draft, place: str) -> Draft:
    """The draft after a second place. Words make a pin more exact; another area replaces it."""
    old, is_exact = draft.place, has_support(place) or is_only_number(place)
    is_other = texts.WHOLE_CITY in (old, place) or (draft.pin and is_exact and area_of(place))
    if not old or is_other:
        return replace(draft, place=place, pin=None, is_unplaced=False)
    if draft.pin or not (is_exact or names_firm(place)):
        detail = _LEADS_IN.sub("", place)
        merged = old if detail in old else f"{detail}，{old}" if draft.pin else f"{old}，{detail}"
        return replace(draft, place=merged, is_unplaced=False)
    return replace(draft, place=merge(old, place), is_unplaced=False)


def detail_in(turn: Turn) -> str | None:
    """3幢东门口, 厂名叫宏达: words that name no place, and make one more exact."""
    words, message = turn.words, turn.message
    if names_firm(words):
        return words
    if turn.polarity or message.appeals or not (message.home or is_vague_answer(words)):
        return None
    return message.home or words


def share_place(turn: Turn, place: str) -> None:
    """Give the place to the matters that wait without one; their read-back shows it."""
    first, *waiting = turn.state.drafts
    placed = [replace(draft, place=draft.place or place) for draft in waiting]
    turn.change(drafts=(first, *placed))


def take_pin(turn: Turn) -> bool:
    """Take a pin as the place; to "in which area?" it is added to the place that was named."""
    pin, draft = turn.utterance.pin, turn.draft
    assert pin
    area = turn.facts.pin_area(pin)
    if area is None:
        return turn.say(texts.PIN_NOT_HERE)
    place = texts.pinned(pin, area)
    if turn.asks is Ask.AREA and draft.place:
        place = f"{draft.place}，{place}"
    return go_on(turn, replace(draft, place=place, pin=pin))
