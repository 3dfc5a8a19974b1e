"""`decide(state, understood, facts) -> (state, commands, replies)`: what follows on a message."""

from dataclasses import replace

from dialogue.bounds import bounded
from dialogue.facts import Facts
from dialogue.handlers import HANDLERS, come_back
from dialogue.handlers.passing import note_in_passing
from dialogue.handlers.person import offer_when_stuck
from dialogue.reply import Decision
from dialogue.state import State
from dialogue.turn import Turn
from dialogue.utterance import Utterance


def decide(state: State, utterance: Utterance, facts: Facts) -> Decision:
    """The first handler that answers takes the message; an interrupted question comes back."""
    turn = Turn(state, utterance, facts, open=state.question)
    note_in_passing(turn)
    for handler in HANDLERS:
        if handler(turn):
            break
    come_back.resume(turn)
    offer_when_stuck(turn, state.question)
    decision = turn.decision()
    after = replace(decision.state, puzzled=_puzzled(state, turn))
    return replace(decision, state=bounded(after))


def _puzzled(before: State, turn: Turn) -> int:
    """The number of messages in a row that were not understood."""
    return turn.state.puzzled if turn.state.puzzled > before.puzzled else 0
