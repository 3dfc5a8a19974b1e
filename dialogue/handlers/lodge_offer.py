"""An offer to lodge what the resident said: nobody says it twice."""

from collections.abc import Sequence

from backend.vocabulary.messages import Button
from dialogue.state import Ask
from dialogue.texts import cases as texts
from dialogue.turn import Turn


def offer_to_lodge(turn: Turn, text: str, others: Sequence[Button] = ()) -> None:
    buttons = [Button(texts.LODGE_IT, texts.LODGE_IT), *others]
    turn.ask(Ask.LODGE, text, buttons, words=turn.words)
