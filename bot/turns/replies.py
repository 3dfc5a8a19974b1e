"""The messages that a turn sends: what it says and what its commands say, in as few as possible."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from backend.models.cases import Case
from backend.texts.cases import CASE_MARK
from backend.vocabulary.messages import Button
from backend.vocabulary.texts import Text, joined
from bot.turns.commands import Run, execute
from dialogue.reply import Say, Step


@dataclass
class Outgoing:
    """One message; `case` is the one that it is about."""

    parts: list[Text] = field(default_factory=list)
    buttons: tuple[Button, ...] = ()
    case: Case | None = None

    @property
    def text(self) -> Text:
        return joined(self.parts, "\n\n")


def run_steps(steps: Sequence[Step], run: Run) -> list[Outgoing]:
    """Do and say, in order. A new message begins where choices would stand behind a case number."""
    messages = [Outgoing()]
    for step in steps:
        if isinstance(step, Say):
            _say(messages, step.text, step.buttons)
            continue
        execute(step, run)
        for notice in run.notices:
            _notice(messages, notice.text, tuple(notice.buttons), notice.case)
        for text in run.texts:
            _say(messages, text, tuple(Button(title, title) for title in run.buttons))
        for buffer in (run.notices, run.texts, run.buttons):
            buffer.clear()
    return [message for message in messages if message.parts]


def _say(messages: list[Outgoing], text: Text, buttons: tuple[Button, ...]) -> None:
    if buttons and messages[-1].case is not None:
        messages.append(Outgoing())
    if text:
        messages[-1].parts.append(text)
    messages[-1].buttons = buttons or messages[-1].buttons


def _notice(messages: list[Outgoing], text: Text, buttons: tuple[Button, ...], case: Case) -> None:
    """Add a case's notification; a message is about one case only."""
    if messages[-1].case not in (None, case):
        messages.append(Outgoing())
    if messages[-1].case is case:
        text = text.removeprefix(CASE_MARK.format(case_no=case.case_no))
    messages[-1].parts.append(text)
    messages[-1].case = case
    messages[-1].buttons = buttons or messages[-1].buttons
