"""Working memory of one decision: handlers read and write it."""

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from backend.vocabulary.messages import Button
from backend.vocabulary.texts import Text, joined
from dialogue.answers import Polarity
from dialogue.commands import Command, ForgetPhone, SavePhone
from dialogue.draft import Draft
from dialogue.facts import Facts
from dialogue.reply import Decision, Say, Step
from dialogue.state import Ask, Question, State
from dialogue.utterance import Utterance
from nlu.appeals.parts import Message

_PRESSED = {
    "affirm": Polarity.YES,
    "deny": Polarity.NO,
    "cancel": Polarity.NEVER_MIND,
}


@dataclass
class Turn:
    """`open` is the question that was open when the message came."""

    state: State
    utterance: Utterance
    facts: Facts
    open: Question | None = None
    steps: list[Step] = field(default_factory=list)
    is_final: bool = False  # nothing is asked again behind this reply
    lodged_place: str = ""  # of the case that this turn registers
    tries: int = 1  # of the next question: more than one after what was no answer

    @property
    def words(self) -> str:
        return self.utterance.words

    @property
    def message(self) -> Message:
        """The words by their parts: appeals, questions, contact."""
        return self.utterance.message

    @property
    def asks(self) -> Ask | None:
        return self.open.ask if self.open else None

    @property
    def polarity(self) -> Polarity | None:
        """The answer (yes, no, later…) by button or in words."""
        if self.utterance.pressed:
            return _PRESSED.get(self.utterance.pressed)
        return self.utterance.answer.polarity

    @property
    def more(self) -> str:
        """The words beside the answer."""
        return "" if self.utterance.pressed else self.utterance.answer.more

    @property
    def agrees(self) -> bool:
        """A yes, and nothing beside it."""
        return self.polarity is Polarity.YES and not self.more

    @property
    def refuses(self) -> bool:
        """A no or a "never mind", and nothing beside it."""
        return self.polarity in (Polarity.NO, Polarity.NEVER_MIND) and not self.more

    def means(self, intents: str | Set[str], confidence: float) -> bool:
        """True if the classifier takes the message for one of the intents, and is that sure."""
        if self.utterance.confidence < confidence:
            return False
        intent = self.utterance.intent
        return intent == intents if isinstance(intents, str) else intent in intents

    @property
    def draft(self) -> Draft:
        """The appeal that is being asked about; an empty one for none."""
        return self.state.draft or Draft()

    def keep(self, draft: Draft) -> None:
        """Put `draft` in place of the first one."""
        self.state = self.state.with_draft(draft)

    @property
    def phone(self) -> str | None:
        """The number that is known of the resident after the steps of this turn."""
        phone = self.facts.resident.phone
        for step in self.steps:
            if isinstance(step, SavePhone):
                phone = step.phone
            elif isinstance(step, ForgetPhone):
                phone = None
        return phone

    def count_try(self) -> None:
        """Count a message that was no answer: the next question is another try."""
        self.tries = self.open.tries + 1 if self.open else 1

    def narrow(self, words: str) -> None:
        """Go on with a part of the message, which the classifier has not seen by itself."""
        self.utterance = self.utterance.about(words)

    def say(self, text: Text, buttons: Sequence[Button] = ()) -> Literal[True]:
        """Add a text to the reply. Returns True, which tells that the message is answered."""
        self.steps.append(Say(text, tuple(buttons)))
        return True

    def do(self, command: Command) -> None:
        self.steps.append(command)

    def change(self, **fields: Any) -> None:
        self.state = replace(self.state, **fields)

    def ask(
        self, ask: Ask, text: Text, buttons: Sequence[Button] = (), **details: Any
    ) -> Literal[True]:
        """Say `text` and wait for its answer. Returns True, as `say` does."""
        earlier = self.open if self.open and self.open.ask is ask else None
        tries = self.tries if earlier else 1
        returns = earlier.returns if earlier else 0
        question = Question(
            ask, text=text, buttons=tuple(buttons), tries=tries, returns=returns, **details
        )
        self.change(question=question, behind=self._behind(ask))
        return self.say(text, buttons)

    def _behind(self, ask: Ask) -> tuple[Question, ...]:
        """The questions behind a new one: none of its kind, and a transcript without a yes."""
        question = self.state.question
        behind = tuple(other for other in self.state.behind if other.ask is not ask)
        is_heard = question is not None and question.ask is Ask.HEARING and question not in behind
        return (*behind, question) if question and is_heard and ask is not Ask.HEARING else behind

    def close_question(self) -> None:
        self.change(question=None)

    def uncover(self) -> None:
        """Reopen the question that waited behind: the message may answer it."""
        *behind, question = self.state.behind or (None,)
        self.change(question=question, behind=tuple(behind))
        self.open = question

    def decision(self) -> Decision:
        texts = [step for step in self.steps if isinstance(step, Say) and step.text]
        if texts:
            last = joined((step.text for step in texts), "\n\n")
            buttons = next((step.buttons for step in reversed(texts) if step.buttons), ())
            self.change(last_text=last, last_buttons=buttons)
        self.change(at=self.facts.now)
        return Decision(self.state, tuple(self.steps))


Handler = Callable[[Turn], bool]
"""True when it has answered; False leaves the message to the next."""
