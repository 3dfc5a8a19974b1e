"""The outcome of a turn: texts and commands, in order."""

from dataclasses import dataclass

from backend.vocabulary.messages import Button
from backend.vocabulary.texts import Text
from dialogue.commands import Command
from dialogue.state import State


@dataclass(frozen=True)
class Say:
    """A part of the reply; its buttons are shown with the whole."""

    text: Text
    buttons: tuple[Button, ...] = ()


def word_buttons(*titles: str) -> list[Button]:
    """Buttons that mean the same as their titles, typed."""
    return [Button(title, title) for title in titles]


Step = Say | Command


@dataclass(frozen=True)
class Decision:
    """`steps` are done in order; what they say becomes one message, unless a case number parts it.

    Without any `Say`, and without a command that has words of its own, the bot is silent.
    """

    state: State
    steps: tuple[Step, ...] = ()
