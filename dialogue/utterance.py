"""A resident's message as it was understood."""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from backend.vocabulary.messages import Button, Pin, Transcript
from dialogue import answers
from dialogue.answers import Answer
from nlu.appeals import parts
from nlu.appeals.parts import Message
from nlu.dangers.emergency import Emergency
from nlu.language.text import find_case_nos, find_phones, is_blank


@dataclass(frozen=True)
class Parse:
    """The classifier's reading of some words, by Rasa or by the same models in this process."""

    intent: str
    confidence: float
    places: tuple[tuple[int, int], ...] = ()


NO_PARSE = Parse("", 0.0)


@dataclass(frozen=True)
class Utterance:
    """`words` are normalised, and empty for a button, a pin or a file.

    `original` are the words before a slip of the tongue was mended; empty when there was none.
    `stands_for`: the words are earlier ones, which this message confirmed.
    """

    message_id: int
    received_at: datetime
    words: str = ""
    original: str = ""
    parse: Parse = NO_PARSE
    button: Button | None = None
    intent_pressed: str = ""  # a menu entry or /start: no words of the resident's own
    pin: Pin | None = None
    files: tuple[str, ...] = ()  # kinds of the files that were kept
    file_problem: str | None = None  # why a file was not taken
    has_file_on_its_way: bool = False
    voice: Transcript | None = None
    danger: Emergency | None = None
    stands_for: bool = False
    numbered_choices: tuple[Button, ...] = ()  # a bare number that could mean two things

    def about(self, words: str) -> "Utterance":
        """The same message, as if it held only `words`."""
        return replace(
            self, words=words, original="", parse=NO_PARSE, button=None, intent_pressed=""
        )

    @property
    def pressed(self) -> str:
        """The intent of the button or menu entry, without its slash."""
        intent = self.button.say if self.button and self.button.say.startswith("/") else ""
        return intent.removeprefix("/") or self.intent_pressed

    @property
    def intent(self) -> str:
        return self.pressed or self.parse.intent

    @property
    def confidence(self) -> float:
        return 1.0 if self.pressed else self.parse.confidence

    @property
    def data(self) -> dict[str, object]:
        return dict(self.button.data) if self.button else {}

    @property
    def is_more_than_files(self) -> bool:
        return bool(self.words or self.button or self.intent_pressed or self.pin or self.voice)

    @property
    def is_blank(self) -> bool:
        return is_blank(self.words)

    @cached_property
    def answer(self) -> Answer:
        return answers.read(self.words)

    @cached_property
    def message(self) -> Message:
        return parts.read(self.words)

    @cached_property
    def phone(self) -> str | None:
        phones = find_phones(self.words)
        return phones[0].value if phones else None

    @cached_property
    def case_number(self) -> str | None:
        """The case number that the message names, whole or its last digits."""
        numbers = find_case_nos(self.words)
        return numbers[0].value if numbers else None
