"""`minhu parse`: what texts mean, by the trained model and the app's own; no server is needed."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from backend import clock
from backend.routing.service import matter_of
from bot.rasa import training
from bot.rasa.client import MOST_WORDS
from bot.turns.understanding import never_an_intent
from nlu.appeals import parts
from nlu.dangers.emergency import detect
from nlu.dates.times import resolve
from nlu.language.text import is_blank, normalise
from nlu.messages.parser import parser_of
from nlu.places import answers
from nlu.trained import danger_model

Understood = dict[str, Any]  # intent and entities, as Rasa's model has them
NO_WORDS: Understood = {"intent": {"name": "out_of_scope", "confidence": 1.0}, "entities": []}
TELLING = frozenset({"lodge_appeal", "add_detail", "emergency"})


def parse_all(rows: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """One result for each row, in order; a text without words is `out_of_scope`."""
    parser = parser_of(training.MODEL)
    for row in rows:
        words = never_an_intent(row["text"])[:MOST_WORDS]
        understood = NO_WORDS if is_blank(words) else parser.parse(words)
        own = _own_reading(row["text"])
        yield _together(row["text"], understood, own, clock.now(), row["text"].index(words))


def _own_reading(text: str) -> dict[str, Any]:
    plain = normalise(text)
    matter = matter_of(plain)
    danger = detect(plain, danger_model())
    return {"kind": matter.kind, "domain": matter.domain, "emergency": danger is not None}


def _together(
    text: str, understood: Understood, own: dict[str, Any], now: datetime, before: int
) -> dict[str, Any]:
    return {
        "text": text,
        "intent": understood["intent"]["name"],
        "confidence": understood["intent"]["confidence"],
        "kind": own["kind"],
        "domain": own["domain"],
        "entities": [_entity(found, now, before) for found in understood["entities"]],
        "emergency": own["emergency"],
        "appeal": _appeal(text, understood),
    }


def _appeal(text: str, understood: Understood) -> dict[str, Any] | None:
    """The appeal by its parts (S10); None where no matter is told."""
    plain = normalise(text)
    message = parts.read(plain)
    if not message.appeals or understood["intent"]["name"] not in TELLING:
        return None
    first = message.appeals[0]
    return {
        "matter": first.matter,
        "location": answers.place_in(plain) or message.home,
        "since": first.since or None,
        "wish": first.wish or None,
        "contact": message.phone,
    }


def _entity(found: dict[str, Any], now: datetime, before: int) -> dict[str, Any]:
    """As Rasa found it; a time also with the dates that it means, where they can be told."""
    place = {"start": found["start"] + before, "end": found["end"] + before}
    entity = {"value": found["value"], **place}
    when = resolve(normalise(found["value"]), now) if found["entity"] == "time" else None
    dates = {"from": when.start.isoformat(), "until": when.end.isoformat()} if when else {}
    return {"type": found["entity"], **entity, **dates}
