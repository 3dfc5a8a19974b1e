"""The appeal form and the rating form: what a message fills, and what is asked next."""

from dataclasses import replace
from typing import Any

from rasa_sdk.events import SlotSet

from backend.messaging.messages import Pin
from backend.routing.service import needs_place
from dialogue.drafts import Asked, Draft, Heard, affirmed, fill, start
from dialogue.texts import read_back
from dialogue.turn import OFFER_TO_LODGE, Events, Turn
from nlu.city import gazetteer
from nlu.vague import is_vague

NEVER_A_REASON = frozenset({"request_human", "cancel", "emergency"})


def validate_appeal_form(turn: Turn) -> Events:
    """Events that fill the draft; none when the message is about something else."""
    before = _draft(turn)
    asked = turn.tracker.get_slot("requested_slot")
    if asked and turn.is_back_at("appeal_form"):
        return [_ask(before)]
    heard = _with_known_place(turn.heard() if asked else _first_heard(turn), turn.pin)
    after = fill(before, heard, Asked(asked)) if asked else start(heard)
    if after is None:
        return []
    pin = turn.pin or _pin(turn)
    _keep_for_yes(turn, after, pin)
    return _slots(after, pin)


def _first_heard(turn: Turn) -> Heard:
    """What begins the appeal: this message, or the earlier one that it says yes to lodging."""
    pending = turn.pending()
    offered = pending["message_id"] if pending and pending["about"] == OFFER_TO_LODGE else None
    earlier = turn.pressed.get("words_of") or offered
    if earlier is None:
        return turn.heard()
    return Heard(turn.words_of(earlier), intent="lodge_appeal", confidence=1.0)


def _draft(turn: Turn) -> Draft:
    return Draft(
        text=turn.tracker.get_slot("appeal_text"),
        location=turn.tracker.get_slot("appeal_location"),
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
        label = pin.label or f"地图定位（{pin.latitude:.5f}，{pin.longitude:.5f}）"
        return replace(heard, location=label, text=label, intent="inform_location", pressed=False)
    so = affirmed(heard.text)
    denied = heard.location and heard.location in heard.text and heard.location not in so
    if heard.pressed or (heard.location and not denied and not is_vague(heard.location)):
        return heard
    span = gazetteer().locate(so)
    known = span.text if span and not is_vague(span.text) else None
    return replace(heard, location=known)


def _keep_for_yes(turn: Turn, draft: Draft, pin: Pin | None) -> None:
    """Keep what is being read back: a yes registers just this, even when Rasa is away."""
    ready = _next(draft) is Asked.CONFIRMED
    if ready:
        turn.conversation.draft = {
            "text": draft.text,
            "location": draft.location,
            "pin": vars(pin) if pin else None,
        }
    elif not draft.confirmed:
        turn.conversation.draft = None


def _next(draft: Draft) -> Asked | None:
    return draft.missing(needs_place=draft.text is None or needs_place(draft.text))


def _ask(draft: Draft) -> dict[str, Any]:
    return SlotSet("requested_slot", _next(draft))


def _slots(draft: Draft, pin: Pin | None) -> Events:
    return [
        SlotSet(Asked.TEXT, draft.text),
        SlotSet(Asked.LOCATION, draft.location),
        SlotSet("appeal_pin", vars(pin) if pin else None),
        SlotSet(Asked.CHANGE, "asked" if draft.changing else None),
        SlotSet(Asked.CONFIRMED, draft.confirmed or None),
        SlotSet("read_back", read_back(draft.text, draft.location) if draft.text else None),
        _ask(draft),
    ]


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
    "validate_rating_form": validate_rating_form,
}
