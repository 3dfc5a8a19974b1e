"""What a message adds to an appeal in the making. Pure: no Rasa, no database."""

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from nlu.choices import chosen
from nlu.text import is_blank

SURE = 0.7  # a question that the classifier is less sure of is taken as the answer we asked for
LONGEST_UNNAMED = 10  # characters; a first message with more, and no place seen in it, tells what
LONGEST_PLACE = 60  # characters; a longer reply to "where?" tells more than a place
# 我想反映一件事, 我要投诉: says that something is coming, and not what.
OPENING = re.compile(
    r"(?:[你您]好[，,。 ]*)?[我俺]?就?是?[想要有来]{0,2}(?:[跟向给和]你们?)?"
    r"(?:反映|投诉|举报|反应|汇报|说|讲|提|求助|建议|表扬)?(?:一下|一?[个件条点些])?"
    r"(?:事情?|问题|情况|建议|意见|诉求|投诉|举报)?(?:想|要)?(?:跟你们|向你们)?(?:反映|投诉|说|讲)?(?:一下|说)?"
)
_NEVER_MIND = re.compile(r"(?:算了|算啦|没事了?|没什么|不[说报讲办]了?|不用了|吧|[，,。！! ])+")
UNKNOWN_PLACE = ""  # asked, and the resident cannot say


class Asked(StrEnum):
    """What the form is waiting for; the names are Rasa's slots."""

    TEXT = "appeal_text"
    LOCATION = "appeal_location"
    WHICH = "appeal_which"
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
    choices: tuple[str, ...] = ()  # areas, when the place is in several
    asked_of: str | None = None  # the place whose area was asked: never twice
    unplaced: bool = False  # the place is in no area that we know
    confirmed: bool = False
    changing: bool = False  # said no, and has not said what is wrong

    def missing(self, *, needs_place: bool) -> Asked | None:
        """What to ask next; None when the resident has said yes to all of it."""
        if self.text is None:
            return Asked.TEXT
        if self.location is None and needs_place:
            return Asked.LOCATION
        if (self.choices or self.unplaced) and self.location != self.asked_of:
            return Asked.WHICH
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
PLACE_WORDS, MATTER_WORDS = ("地点", "地方", "地址", "位置"), ("内容", "事情")
WRONG_PART = ("地点不", "地方不", "地址不", "内容不", "事情不")
LONGEST_POINTING = 8  # characters; "内容不对" points at a part, a longer message tells something
SHORTEST_ADDITION = 5  # characters
MOST_AROUND_PLACE = 8  # characters; with more of them around it, more than a place is told
LONGEST_SHORT_AREA = 2  # characters: 余杭
_LEADS_IN = re.compile(r"^(?:也|就|是|在|我们|咱们|我家|这|那|个)+")
_AREA_ALONE = re.compile(r"[\u4e00-\u9fff]{2}|[\u4e00-\u9fff]{1,6}(?:[区县市镇乡]|街道)")
_DISTRICT = re.compile(r"[\u4e00-\u9fff]{2,3}[区县市]")
_AREA = re.compile(r"[区县市镇乡村]$|街道$")
# "不对，是早上不是半夜" says what is right; "不是这样的" does not.
_SAYS_WHAT_IS = re.compile(r"(?<![不但可还只要总就于])是[^这那我你的不吧吗呢，。！？,.!?]")
# In "不是文一路，是文三路" the first place is the one that it is not.
_DENIED = re.compile(r"(?<!是)(?:不是|不在|不叫|并非)(?:(?!而是|是|在)[^，。！？；,.!?;\n])+")


def affirmed(text: str) -> str:
    """`text` without what it says is not so."""
    return _DENIED.sub("", text)


def start(heard: Heard) -> Draft:
    """The draft that the first message makes; a menu entry brings no words."""
    if _is_silent(heard) or OPENING.fullmatch(heard.text.strip("。！!～~，, ")):
        return Draft(location=heard.location)
    if _only_says_where(heard):
        return Draft(location=heard.location or heard.text)
    return Draft(text=heard.text, location=heard.location)


def _only_says_where(heard: Heard) -> bool:
    if heard.location is None and len(heard.text) > LONGEST_UNNAMED:
        return False
    return heard.intent == "inform_location" and not _tells_more(heard)


def fill(draft: Draft, heard: Heard, asked: Asked) -> Draft | None:
    """The draft with what `heard` adds, or None when it is about something else."""
    if asked is Asked.WHICH and chosen(heard.text, len(draft.choices)) is not None:
        return _choose(draft, heard)
    if _interrupts(heard, asked):
        return None
    match asked:
        case Asked.TEXT:
            return _tell(draft, heard)
        case Asked.LOCATION:
            return _fill_location(draft, heard)
        case Asked.WHICH:
            return _choose(draft, heard)
        case Asked.CHANGE:
            return _change(draft, heard)
        case Asked.CONFIRMED:
            return _confirm(draft, heard)


def _interrupts(heard: Heard, asked: Asked) -> bool:
    if heard.intent in ALWAYS_INTERRUPT:
        if asked is Asked.TEXT and _NEVER_MIND.fullmatch(heard.text):
            return True  # nothing to lodge, however unsure the classifier is of it
        return heard.pressed or heard.confidence >= SURE or asked is Asked.CONFIRMED
    if heard.intent == "ask_question":
        return heard.confidence >= SURE and heard.location is None
    return heard.intent in SMALL_TALK and heard.location is None and heard.confidence >= SURE


def _tell(draft: Draft, heard: Heard) -> Draft:
    if heard.intent in TELLS_NOTHING or _is_silent(heard):
        return draft
    if draft.location is None and _only_says_where(heard):
        return replace(draft, location=heard.location or heard.text)
    return replace(draft, text=heard.text, location=heard.location or draft.location)


def _is_silent(heard: Heard) -> bool:
    return heard.pressed or is_blank(heard.text)


def _tells_more(heard: Heard) -> bool:
    """Whether the message says more than where it is."""
    if heard.location is None:
        return len(heard.text) > LONGEST_PLACE
    return len(affirmed(heard.text)) - len(heard.location) > MOST_AROUND_PLACE


def _fill_location(draft: Draft, heard: Heard) -> Draft:
    if heard.location is None and _cannot_say(heard):
        if around := _what_they_can_say(heard):
            return replace(draft, location=around)
        nowhere = replace(draft, location=UNKNOWN_PLACE)
        return _add(nowhere, heard) if len(heard.text) > MOST_AROUND_PLACE else nowhere
    if heard.location is None and (heard.intent in TELLS_NOTHING or _is_silent(heard)):
        return draft
    if heard.location is None and (_tells_more(heard) or _goes_on(heard)):
        return _add(draft, heard)
    told_more = heard.location is not None and heard.intent in {"lodge_appeal", "add_detail"}
    located = replace(draft, location=heard.location or heard.text)
    return _add(located, heard) if told_more or _tells_more(heard) else located


def _what_they_can_say(heard: Heard) -> str:
    """不知道叫什么路，就在医院旁边: what is left of an answer to where."""
    if heard.intent != "inform_location":
        return ""
    clauses = re.split("[，,。；; ]", heard.text)
    return "，".join(one for one in clauses if one and not any(no in one for no in CANNOT_SAY))


def _goes_on(heard: Heard) -> bool:
    """Surely more of the matter, when asked where: it is asked again."""
    return (
        heard.intent in {"lodge_appeal", "add_detail"}
        and heard.confidence >= SURE
        and len(heard.text) > MOST_AROUND_PLACE
    )


def _choose(draft: Draft, heard: Heard) -> Draft:
    """The place with its area before it; what is no choice leaves the place open."""
    number = chosen(heard.text, len(draft.choices))
    area = heard.location if number is None else draft.choices[number]
    if area is None and draft.unplaced and _may_be_place(heard):
        area = heard.text
        heard = replace(heard, location=area)
    location = _within(area or "", draft.location or "", heard)
    located = replace(draft, location=location, choices=(), asked_of=location)
    return _add(located, heard) if number is None and _says_besides(heard) else located


def _may_be_place(heard: Heard) -> bool:
    """Short words without a known name, in answer to "in which part of the city?"."""
    if _cannot_say(heard) or _is_silent(heard) or heard.intent in TELLS_NOTHING:
        return False
    return len(heard.text) <= LONGEST_PLACE and not _goes_on(heard)


def _says_besides(heard: Heard) -> bool:
    """Whether an answer to "which?" says more than that, or something else altogether."""
    if heard.location is not None or _is_silent(heard):
        return _tells_more(heard)
    if len(heard.text) > MOST_AROUND_PLACE:
        return True
    return not _cannot_say(heard) and _adds_something(heard)


def _within(area: str, place: str, heard: Heard) -> str:
    """The place with `area` before it, or what is said instead of it: 都不是，是文三路."""
    place = _LEADS_IN.sub("", place) or place
    if area in place:
        return place
    if place in area:
        return area
    if len(area) <= LONGEST_SHORT_AREA or _AREA.search(area):
        return f"{area}{place}"
    return area if heard.intent == "deny" else f"{area}，{place}"


def _cannot_say(heard: Heard) -> bool:
    return heard.intent == "deny" or any(words in heard.text for words in CANNOT_SAY)


def _confirm(draft: Draft, heard: Heard) -> Draft:
    if heard.intent == "affirm" and (heard.location or "") in (draft.location or ""):
        return replace(draft, confirmed=True)
    if heard.intent == "deny" or _points_at(heard, WRONG_PART):
        return _change(draft, heard)
    if heard.intent in {"inform_location", "affirm"}:
        place = heard.location or heard.text
        if draft.location and _lies_around(place, draft):
            place = _within(place, draft.location, heard)  # 萧山: of the road they named before
        located = replace(draft, location=place)
        return _add(located, heard) if _tells_more(heard) else located
    return _add(draft, heard) if _adds_something(heard) else draft


def _lies_around(area: str, draft: Draft) -> bool:
    """Only says in which part of the city the place is that they have named."""
    if draft.unplaced:
        return _AREA_ALONE.fullmatch(area) is not None
    return _DISTRICT.fullmatch(area) is not None and not _DISTRICT.search(draft.location or "")


def _adds_something(heard: Heard) -> bool:
    """What nobody is sure of is kept too, when it is more than an "ok": it is read back."""
    if _is_silent(heard) or heard.intent in {"greet", "thank"}:
        return False
    return heard.intent in {"lodge_appeal", "add_detail"} or len(heard.text) >= SHORTEST_ADDITION


def _points_at(heard: Heard, part: tuple[str, ...]) -> bool:
    return len(heard.text) <= LONGEST_POINTING and any(words in heard.text for words in part)


def _change(draft: Draft, heard: Heard) -> Draft:
    """The correction, when the message carries one; else ask for it."""
    if heard.location is not None:
        moved = replace(draft, location=heard.location, changing=False)
        return _correct(moved, heard) if _tells_more(heard) else moved
    if _points_at(heard, PLACE_WORDS):
        return replace(draft, location=None, changing=False)
    if _points_at(heard, MATTER_WORDS):
        return replace(draft, text=None, changing=False)
    if _is_silent(heard):
        return replace(draft, changing=True)
    if draft.changing and heard.intent == "affirm":
        return replace(draft, changing=False)  # nothing was wrong after all: read it back again
    if _SAYS_WHAT_IS.search(heard.text) or (draft.changing and not _says_only_no(heard)):
        return _correct(draft, heard)
    return replace(draft, changing=True)


def _says_only_no(heard: Heard) -> bool:
    return heard.intent == "deny" and len(heard.text) <= LONGEST_POINTING


def _correct(draft: Draft, heard: Heard) -> Draft:
    corrected = f"{draft.text}（更正：{heard.text}）" if draft.text else heard.text
    return replace(draft, text=corrected, changing=False)


def _add(draft: Draft, heard: Heard) -> Draft:
    text = f"{draft.text}\n{heard.text}" if draft.text else heard.text
    return replace(draft, text=text, location=draft.location or heard.location or draft.location)
