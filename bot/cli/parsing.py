"""`minhu parse`: the meaning of texts by Rasa's model and by the app, without a server."""

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

Parsed = dict[str, Any]  # intent and entities, as Rasa's model has them
NO_WORDS: Parsed = {"intent": {"name": "out_of_scope", "confidence": 1.0}, "entities": []}
TELLING = frozenset({"lodge_appeal", "add_detail", "emergency"})


def parse_all(rows: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """One result for each row, in order; a text without words is `out_of_scope`."""
    parser = parser_of(training.MODEL)
    for row in rows:
        words = never_an_intent(row["text"])[:MOST_WORDS]
        parse = NO_WORDS if is_blank(words) else parser.parse(words)
        app_reading = _app_reading(row["text"])
        offset = row["text"].index(words)
        yield _as_json(row["text"], parse, app_reading, clock.now(), offset)


def _app_reading(text: str) -> dict[str, Any]:
    plain = normalise(text)
    matter = matter_of(plain)
    danger = detect(plain, danger_model())
    return {"kind": matter.kind, "domain": matter.domain, "emergency": danger is not None}


def _as_json(
    text: str, parse: Parsed, app_reading: dict[str, Any], now: datetime, offset: int
) -> dict[str, Any]:
    return {
        "text": text,
        "intent": parse["intent"]["name"],
        "confidence": parse["intent"]["confidence"],
        "kind": app_reading["kind"],
        "domain": app_reading["domain"],
        "entities": [_entity(entity, now, offset) for entity in parse["entities"]],
        "emergency": app_reading["emergency"],
        "appeal": _appeal(text, parse),
    }


def _appeal(text: str, parse: Parsed) -> dict[str, Any] | None:
    """The parts of the appeal (S10); None when the text names no matter."""
    plain = normalise(text)
    message = parts.read(plain)
    if not message.appeals or parse["intent"]["name"] not in TELLING:
        return None
    first = message.appeals[0]
    return {
        "matter": first.matter,
        "location": answers.place_in(plain) or message.home,
        "since": first.since or None,
        "wish": first.wish or None,
        "contact": message.phone,
    }


def _entity(entity: dict[str, Any], now: datetime, offset: int) -> dict[str, Any]:
    """The entity with its span moved by `offset`; a time also with its dates, where it has any."""
    value, kind = entity["value"], entity["entity"]
    span = {"start": entity["start"] + offset, "end": entity["end"] + offset}
    period = resolve(normalise(value), now) if kind == "time" else None
    dates = {"from": period.start.isoformat(), "until": period.end.isoformat()} if period else {}
    return {"type": kind, "value": value, **span, **dates}
