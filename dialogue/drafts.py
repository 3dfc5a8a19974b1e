"""What a message adds to an appeal in the making. Pure: no Rasa, no database."""

from dataclasses import dataclass, replace
from enum import StrEnum

from nlu.text import is_blank

SURE = 0.7  # a question that the classifier is less sure of is taken as the answer we asked for
LONGEST_PLACE = 60  # characters; a longer reply to "where?" tells more than a place
UNKNOWN_PLACE = ""  # asked, and the resident cannot say


class Asked(StrEnum):
    """What the form is waiting for; the names are Rasa's slots."""

    TEXT = "appeal_text"
    LOCATION = "appeal_location"
    CHANGE = "appeal_change"
    CONFIRMED = "appeal_confirmed"


@dataclass(frozen=True)
class Heard:
    """One message as it was understood."""

    text: str
    intent: str
    confidence: float
    location: str | None = None
    pressed: bool = False  # a button or menu, not the resident's own words


@dataclass(frozen=True)
class Draft:
    text: str | None = None
    location: str | None = None  # None: not asked yet; "": the resident cannot say
    confirmed: bool = False
    changing: bool = False  # said no, and has not said what is wrong

    def missing(self, *, needs_place: bool) -> Asked | None:
        """What to ask next; None when the resident has said yes to all of it."""
        if self.text is None:
            return Asked.TEXT
        if self.location is None and needs_place:
            return Asked.LOCATION
        if self.changing:
            return Asked.CHANGE
        return None if self.confirmed else Asked.CONFIRMED


# These are never the answer to what was asked: the form steps aside for them.
ALWAYS_INTERRUPT = frozenset(
    {
        "request_human",
        "cancel",
        "emergency",
        "repeat",
        "ask_help",
        "check_progress",
        "goodbye",
        "inform_contact",
        "rate_case",
        "withdraw_case",
        "chase_case",
    }
)
SMALL_TALK = frozenset({"greet", "thank", "out_of_scope"})
TELLS_NOTHING = frozenset({"affirm", "deny"})  # when asked what or where
CANNOT_SAY = ("不知道", "不清楚", "说不清", "说不上来", "不记得", "没有地点", "不好说", "不方便说")


def start(heard: Heard) -> Draft:
    """The draft that the first message makes; a menu entry brings no words."""
    if _is_silent(heard):
        return Draft(location=heard.location)
    if heard.intent == "inform_location":
        return Draft(location=heard.location or heard.text)
    return Draft(text=heard.text, location=heard.location)


def fill(draft: Draft, heard: Heard, asked: Asked) -> Draft | None:
    """The draft with what `heard` adds, or None when it is about something else."""
    if _interrupts(heard, asked):
        return None
    match asked:
        case Asked.TEXT:
            return _tell(draft, heard)
        case Asked.LOCATION:
            return _fill_location(draft, heard)
        case Asked.CHANGE:
            return _change(draft, heard)
        case Asked.CONFIRMED:
            return _confirm(draft, heard)


def _interrupts(heard: Heard, asked: Asked) -> bool:
    if heard.intent in ALWAYS_INTERRUPT:
        return heard.pressed or heard.confidence >= SURE or asked is Asked.CONFIRMED
    if heard.intent == "ask_question":
        return heard.confidence >= SURE and heard.location is None
    return heard.intent in SMALL_TALK and heard.location is None and heard.confidence >= SURE


def _tell(draft: Draft, heard: Heard) -> Draft:
    if heard.intent in TELLS_NOTHING or _is_silent(heard):
        return draft
    if heard.intent == "inform_location" and draft.location is None:
        return replace(draft, location=heard.location or heard.text)
    return replace(draft, text=heard.text, location=heard.location or draft.location)


def _is_silent(heard: Heard) -> bool:
    return heard.pressed or is_blank(heard.text)


def _fill_location(draft: Draft, heard: Heard) -> Draft:
    if any(words in heard.text for words in CANNOT_SAY) or heard.intent == "deny":
        return replace(draft, location=UNKNOWN_PLACE)
    if heard.intent in TELLS_NOTHING or _is_silent(heard):
        return draft
    if heard.location is None and len(heard.text) > LONGEST_PLACE:
        return _add(draft, heard)
    told_more = heard.location is not None and heard.intent in {"lodge_appeal", "add_detail"}
    located = replace(draft, location=heard.location or heard.text)
    return _add(located, heard) if told_more else located


def _confirm(draft: Draft, heard: Heard) -> Draft:
    if heard.intent == "affirm" and heard.location is None:
        return replace(draft, confirmed=True)
    if heard.intent == "deny" or _names_a_part(heard):
        return _change(draft, heard)
    if heard.intent == "inform_location":
        return replace(draft, location=heard.location or heard.text)
    if heard.intent in {"lodge_appeal", "add_detail"} and not _is_silent(heard):
        return _add(draft, heard)
    return draft


def _names_a_part(heard: Heard) -> bool:
    return any(words in heard.text for words in ("地点不", "地方不", "地址不", "内容不", "事情不"))


def _change(draft: Draft, heard: Heard) -> Draft:
    """The correction, when the message carries one; else ask for it."""
    if heard.location is not None:
        return replace(draft, location=heard.location, changing=False)
    if any(words in heard.text for words in ("地点", "地方", "地址", "位置")):
        return replace(draft, location=None, changing=False)
    if any(words in heard.text for words in ("内容", "事情")):
        return replace(draft, text=None, changing=False)
    if not draft.changing:
        return replace(draft, changing=True)
    if _is_silent(heard):
        return draft
    corrected = f"{draft.text}（更正：{heard.text}）" if draft.text else heard.text
    return replace(draft, text=corrected, changing=False)


def _add(draft: Draft, heard: Heard) -> Draft:
    text = f"{draft.text}\n{heard.text}" if draft.text else heard.text
    return replace(draft, text=text, location=draft.location or heard.location)
