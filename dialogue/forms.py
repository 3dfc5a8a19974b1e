"""The appeal form and the rating form: what a message fills, and what is asked next."""

import re
from dataclasses import replace
from typing import Any

from rasa_sdk.events import SlotSet

from backend.cases.lifecycle import Status
from backend.knowledge import service as knowledge
from backend.messaging.messages import Button, Pin
from backend.ratings import service as ratings
from backend.routing.service import area_of, needs_place
from dialogue import texts
from dialogue.drafts import Asked, Draft, Heard, affirmed, fill, start
from dialogue.lodging import keep_draft, standing_case
from dialogue.standing import said
from dialogue.turn import OFFER_TO_LODGE, Events, Turn
from nlu.city import elsewhere, gazetteer, pin_map
from nlu.elsewhere import OtherCity
from nlu.text import aligned, normalise
from nlu.vague import is_vague

MOST_CHOICES = 6
WHOLE_CITY = frozenset({"杭州", "杭州市", "全市", "全杭州", "整个杭州", "杭州全市"})
_CHANGES = (Button(texts.WRONG, "/deny"), Button(texts.NOT_NOW, "/cancel"))
_ASKS_WHICH = re.compile("什么|哪|啥")
NEVER_A_REASON = frozenset({"request_human", "cancel", "emergency"})


def validate_appeal_form(turn: Turn) -> Events:
    """Events that fill the draft; none when the message is about something else."""
    before = _draft(turn)
    asked = turn.tracker.get_slot("requested_slot")
    if asked and turn.is_back_at("appeal_form"):
        return [_ask(turn, before)]
    heard = _with_known_place(turn.heard() if asked else _first_heard(turn), turn.pin)
    if asked == Asked.CONFIRMED and _answers_standing(turn):
        heard = replace(heard, intent="affirm", location=None)  # which of the two, `lodging` knows
    if heard.location == texts.PIN_ELSEWHERE and _place_counts(turn, before):
        turn.say(texts.PIN_NOT_HERE)
        after, pin = before, _pin(turn)  # as if it had not been sent
    else:
        heard = _matter_alone(turn, before, heard) if asked == Asked.TEXT else heard
        filled = fill(before, heard, Asked(asked)) if asked else start(heard)
        if filled is None:
            return []
        after = _in_this_city(turn, filled, heard)
        after, pin = _with_pin(after, heard, turn.pin or _pin(turn))
    after = _placed(turn, after, pin)
    _keep_for_yes(turn, after, pin)
    return _slots(turn, after, pin)


def _matter_alone(turn: Turn, before: Draft, heard: Heard) -> Heard:
    """Asked what it is about: what seems a place does not put aside the one that is known, and a
    question that no article answers is what it is about."""
    if before.location and heard.location and not gazetteer().resolve(heard.location).code:
        heard = replace(heard, location=None)
    if heard.intent != "ask_question" or knowledge.answer(turn.session, heard.text).article:
        return heard
    return replace(heard, intent="lodge_appeal")


def _answers_standing(turn: Turn) -> bool:
    """Whether they say that it is the same as the case that stands, or that it is not."""
    return standing_case(turn.session, turn.conversation) is not None and (
        said(turn.words) is not None
    )


def _first_heard(turn: Turn) -> Heard:
    """What begins the appeal: this message, or the earlier one that was offered to be lodged,
    when this one says yes to it, or only where it is."""
    here, earlier = turn.heard(), turn.pressed.get("words_of")
    if earlier is None and here.intent in {"affirm", "inform_location"}:
        pending = turn.pending()
        earlier = pending["message_id"] if pending and pending["about"] == OFFER_TO_LODGE else None
    if earlier is None:
        return here
    place = here.location or (here.text if here.intent == "inform_location" else None)
    return Heard(turn.words_of(earlier), intent="lodge_appeal", confidence=1.0, location=place)


def _draft(turn: Turn) -> Draft:
    which = turn.tracker.get_slot(Asked.WHICH) or {"choices": (), "asked_of": None}
    return Draft(
        text=turn.tracker.get_slot("appeal_text"),
        location=turn.tracker.get_slot("appeal_location"),
        choices=tuple(which["choices"]),
        asked_of=which["asked_of"],
        unplaced=bool(which.get("unplaced")),
        changing=turn.tracker.get_slot("appeal_change") == "asked",
    )


def _pin(turn: Turn) -> Pin | None:
    pin = turn.tracker.get_slot("appeal_pin")
    return Pin(**pin) if pin else None


def _with_known_place(heard: Heard, pin: Pin | None) -> Heard:
    """Where the entity extractor saw no place, the gazetteer may; a pin is one by itself.

    A place such as 楼下 stays in the resident's words, and we still ask where that is.
    """
    if pin is not None:
        place = texts.pinned(pin, pin_map().area_name(pin.latitude, pin.longitude))
        return replace(heard, location=place, text=place, intent="inform_location", pressed=False)
    if heard.location and _ASKS_WHICH.search(heard.location):
        heard = replace(heard, location=None)  # 不知道叫什么路
    so = affirmed(heard.text)
    denied = heard.location and heard.location in heard.text and heard.location not in so
    if heard.pressed or (heard.location and not denied and not is_vague(heard.location)):
        return heard
    span = gazetteer().locate(aligned(so))
    found = so[span.start : span.end] if span else ""
    nowhere = not found or is_vague(found) or _ASKS_WHICH.search(found)
    return replace(heard, location=None if nowhere else found)


def _in_this_city(turn: Turn, draft: Draft, heard: Heard) -> Draft:
    """A place elsewhere is said plainly, with where to turn, and asked for anew."""
    if not _place_counts(turn, draft):
        return draft
    city = _named_elsewhere(draft.location, heard)
    if city is None:
        return draft
    turn.say(texts.ELSEWHERE.format(city=city.name, hotline=city.hotline))
    return replace(draft, location=None)


def _named_elsewhere(location: str | None, heard: Heard) -> OtherCity | None:
    """The other city of the place itself, or of the message that it is from: 我在宁波，朝阳路…"""
    city = elsewhere().find(normalise(location)) if location else None
    if city is None and (not location or location in heard.text):
        city = elsewhere().said_in(normalise(affirmed(heard.text)))
    return city


def _with_pin(draft: Draft, heard: Heard, pin: Pin | None) -> tuple[Draft, Pin | None]:
    """The pin goes when its place is corrected; words that name no area only make it exact."""
    if pin is None:
        return draft, None
    words = texts.pinned(pin, pin_map().area_name(pin.latitude, pin.longitude))
    if words in (draft.location or ""):
        return draft, pin
    names_area = gazetteer().find(normalise(draft.location or ""))
    if not draft.location or heard.intent == "deny" or names_area:
        return draft, None
    return replace(draft, location=f"{draft.location}，{words}"), pin


def _place_counts(turn: Turn, draft: Draft) -> bool:
    return draft.text is None or needs_place(turn.session, draft.text)


def _placed(turn: Turn, draft: Draft, pin: Pin | None) -> Draft:
    """Which areas the place may be in, when it matters which; at most six to choose from.

    In none that we know (三号楼楼下, 朝阳路): it is asked once in which part of the city.
    """
    unasked = replace(draft, choices=(), unplaced=False)
    if not draft.location or draft.text is None:
        return unasked
    counts = _place_counts(turn, draft)
    if not counts and draft.location in draft.text and not gazetteer().resolve(draft.location).code:
        return replace(
            unasked, location=None
        )  # 多开一路: no place, or one that stands in the words
    if not counts:
        return unasked
    area = area_of(normalise(draft.text), normalise(draft.location))
    known = pin or area.code or area.is_ambiguous or draft.location in WHOLE_CITY
    names = gazetteer().choices_of(area)[:MOST_CHOICES]
    return replace(draft, choices=names, unplaced=not known)


def ask_which_area(turn: Turn) -> Events:
    """Short numbered choices: which 朝阳路? In its own words, where we know of none."""
    draft = _draft(turn)
    if not draft.choices:
        turn.say(texts.WHICH_PART.format(place=draft.location))
        return []
    turn.say(
        texts.which_area(draft.location or "", draft.choices),
        [Button(name, str(number)) for number, name in enumerate(draft.choices, 1)],
    )
    return []


def ask_confirmed(turn: Turn) -> Events:
    """Read it back; what stands already is said with it, so that it costs no further question."""
    read_back = str(turn.tracker.get_slot("read_back"))
    again = standing_case(turn.session, turn.conversation)
    if again is None:
        turn.say(read_back, [Button(texts.RIGHT_SO, "/affirm"), *_CHANGES])
        return []
    add = texts.ADD_TO_IT if Status(again.status).is_open else texts.DO_IT_AGAIN
    buttons = [
        Button(add, "/affirm", {"adds_to": again.case_no}),
        Button(texts.ANOTHER_MATTER, "/affirm"),
    ]
    stands = texts.stands(again, ratings.of_round(turn.session, again, again.round))
    turn.say(f"{read_back}\n\n{stands}", [*buttons, *_CHANGES])
    return []


def _keep_for_yes(turn: Turn, draft: Draft, pin: Pin | None) -> None:
    ready = _next(turn, draft) is Asked.CONFIRMED
    if ready and draft.text is not None:
        keep_draft(turn.session, turn.conversation, draft.text, draft.location, pin, now=turn.now)
    elif not draft.confirmed:
        turn.conversation.draft = None


def _next(turn: Turn, draft: Draft) -> Asked | None:
    return draft.missing(needs_place=_place_counts(turn, draft))


def _ask(turn: Turn, draft: Draft) -> dict[str, Any]:
    return SlotSet("requested_slot", _next(turn, draft))


def _slots(turn: Turn, draft: Draft, pin: Pin | None) -> Events:
    return [
        SlotSet(Asked.TEXT, draft.text),
        SlotSet(Asked.LOCATION, draft.location),
        SlotSet("appeal_pin", vars(pin) if pin else None),
        SlotSet(Asked.WHICH, _which(draft)),
        SlotSet(Asked.CHANGE, "asked" if draft.changing else None),
        SlotSet(Asked.CONFIRMED, draft.confirmed or None),
        SlotSet("read_back", texts.read_back(draft.text, draft.location) if draft.text else None),
        _ask(turn, draft),
    ]


def _which(draft: Draft) -> dict[str, Any]:
    return {
        "choices": list(draft.choices),
        "asked_of": draft.asked_of,
        "unplaced": draft.unplaced,
    }


def cleared() -> Events:
    """The form's slots, emptied."""
    return [SlotSet(slot, None) for slot in (*Asked, "appeal_pin", "read_back", "starts_appeal")]


def validate_rating_form(turn: Turn) -> Events:
    """Any words are a reason; a no means that the resident would rather not say."""
    heard = turn.heard()
    if turn.is_back_at("rating_form") or not turn.tracker.get_slot("requested_slot"):
        return [SlotSet("requested_slot", "rating_reason")]
    if heard.intent in NEVER_A_REASON:
        return []
    reason = "" if heard.intent == "deny" and heard.pressed else heard.text
    return [SlotSet("rating_reason", reason), SlotSet("requested_slot", None)]


FORMS = {
    "validate_appeal_form": validate_appeal_form,
    "action_ask_appeal_which": ask_which_area,
    "action_ask_appeal_confirmed": ask_confirmed,
    "validate_rating_form": validate_rating_form,
}
