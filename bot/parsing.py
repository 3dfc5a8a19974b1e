"""`minhu parse`: what texts mean, by Rasa's model and the app's own."""

import json
import subprocess
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from backend import clock
from backend.routing.service import matter_of
from backend.settings import PROJECT_FOLDER
from bot import training
from bot.rasa import MOST_WORDS, never_an_intent
from bot.rasa_process import PYTHON, environment
from nlu.emergency import detect
from nlu.text import is_blank, normalise
from nlu.times import resolve
from nlu.trained import danger_model

Understood = dict[str, Any]  # intent and entities, as Rasa's model has them
NO_WORDS: Understood = {"intent": {"name": "out_of_scope", "confidence": 1.0}, "entities": []}


def parse_all(rows: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """One result for each row, in order; a text without words is `out_of_scope`."""
    with subprocess.Popen(
        [str(PYTHON), "-m", "nlu.components.batch", str(training.MODEL)],
        cwd=PROJECT_FOLDER,
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as rasa:
        for row in rows:
            words = never_an_intent(row["text"])[:MOST_WORDS]
            asked = not is_blank(words)
            if asked:
                _ask(rasa, words)
            own = _own_reading(row["text"])  # while Rasa's model reads the same
            understood = _answer(rasa) if asked else NO_WORDS
            yield _together(row["text"], understood, own, clock.now(), row["text"].index(words))
        assert rasa.stdin is not None
        rasa.stdin.close()


def _ask(rasa: "subprocess.Popen[str]", words: str) -> None:
    assert rasa.stdin is not None
    rasa.stdin.write(json.dumps(words) + "\n")
    rasa.stdin.flush()


def _answer(rasa: "subprocess.Popen[str]") -> Understood:
    assert rasa.stdout is not None
    answer: Understood = json.loads(rasa.stdout.readline())
    return answer


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
    }


def _entity(found: dict[str, Any], now: datetime, before: int) -> dict[str, Any]:
    """As Rasa found it; a time also with the dates that it means, where they can be told."""
    place = {"start": found["start"] + before, "end": found["end"] + before}
    entity = {"value": found["value"], **place}
    when = resolve(normalise(found["value"]), now) if found["entity"] == "time" else None
    dates = {"from": when.start.isoformat(), "until": when.end.isoformat()} if when else {}
    return {"type": found["entity"], **entity, **dates}
