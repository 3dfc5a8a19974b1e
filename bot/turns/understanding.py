"""Understands a message by Rasa, within its time budget, or else by the same models here."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from backend.settings import DATA_FOLDER
from backend.vocabulary.messages import Body, Button
from bot.rasa.client import MOST_WORDS, Rasa, RasaUnavailable
from dialogue.meaning import answers_whole, words_to_understand
from dialogue.state import State
from dialogue.utterance import NO_PARSE, Parse, Utterance
from nlu.appeals.self_repair import repaired
from nlu.city.misheard import readable
from nlu.dangers.emergency import Emergency, detect
from nlu.folders import parse_yaml
from nlu.language.text import is_blank, normalise
from nlu.messages.parser import parser_of
from nlu.trained import danger_model

log = logging.getLogger(__name__)

DOMAIN = DATA_FOLDER / "domain.yml"


@dataclass(frozen=True)
class Message:
    """A message as it was loaded, before it is understood."""

    id: int
    body: Body
    received_at: datetime
    button: Button | None = None  # that was pressed, or meant by a number or its title
    numbered_choices: tuple[Button, ...] = ()
    file_problem: str | None = None
    was_seen: bool = True  # the open question had reached the resident before they wrote


class Understanding:
    """Rasa first; `model` is the archive that Rasa serves, for when Rasa is away, slow or cold."""

    def __init__(self, rasa: Rasa, model: Path) -> None:
        self._rasa = rasa
        self._model = model

    def of(self, message: Message, state: State) -> Utterance:
        body, button = message.body, message.button
        words = _words(body, button)
        voice = body.transcript if button is None and not body.text else None
        words = readable(words) if voice else words
        words, stands_for = words_to_understand(
            state.question, words, is_spoken=voice is not None, was_seen=message.was_seen
        )
        original, words = words, words if state.draft else repaired(words)
        is_answer = button is not None or answers_whole(state.question, words)
        danger = None if is_answer else danger_in(original)
        is_answered = danger is not None and danger.is_certain  # by the number; it waits for nobody
        return Utterance(
            message.id,
            message.received_at,
            words=words,
            original=original if original != words else "",
            parse=NO_PARSE if is_answered else self._parse(words),
            button=button,
            intent_pressed=body.intent or "",
            pin=body.pin,
            files=tuple(file.kind for file in body.files if file.digest),
            file_problem=message.file_problem,
            has_file_on_its_way=bool(body.files) and not any(file.digest for file in body.files)
            and message.file_problem is None,
            voice=voice,
            danger=danger,
            stands_for=stands_for,
            numbered_choices=message.numbered_choices,
        )  # fmt: skip

    def _parse(self, words: str) -> Parse:
        if is_blank(words):
            return NO_PARSE
        try:
            return read_parse(self._rasa.parse(words))
        except RasaUnavailable as reason:
            log.info("Rasa did not answer: %s", reason)
            return read_parse(parser_of(self._model).parse(words[:MOST_WORDS]))


def danger_in(words: str) -> Emergency | None:
    return None if is_blank(words) else detect(words, danger_model())


def _words(body: Body, button: Button | None) -> str:
    if button is not None:
        return "" if button.say.startswith("/") else button.say
    return never_an_intent(normalise(body.own_words))


def never_an_intent(words: str) -> str:
    """Residents' words without the leading `/` of an intent: only our buttons carry those."""
    return words.lstrip("/ \t\n／").strip() if words.lstrip().startswith("/") else words


def read_parse(answer: dict[str, Any]) -> Parse:
    """Raises RasaUnavailable for an answer that is not of our model."""
    try:
        intent, entities = answer["intent"], answer.get("entities") or ()
        name, confidence = str(intent["name"]), float(intent["confidence"])
        places = tuple(
            (int(entity["start"]), int(entity["end"]))
            for entity in entities
            if entity["entity"] == "location"
        )
    except (KeyError, TypeError, ValueError, OverflowError, AttributeError) as error:
        raise RasaUnavailable("an answer of another shape") from error
    if name not in intents():
        raise RasaUnavailable("an answer of another model")
    return Parse(name, confidence, places)


@cache
def intents() -> frozenset[str]:
    return frozenset(parse_yaml(DOMAIN.read_text(encoding="utf-8"))["intents"])


Understand = Callable[[Message, State], Utterance]
