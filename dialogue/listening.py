"""Messages to a person in the chat: they go into the draft, and the bot does not answer."""

from dataclasses import replace

from dialogue.commands import SavePhone
from dialogue.facts import Facts
from dialogue.handlers import appeal, open_question
from dialogue.handlers import appeal_questions as questions
from dialogue.handlers.passing import note_contact
from dialogue.reply import Decision
from dialogue.state import OF_THE_APPEAL, Ask, State
from dialogue.turn import Turn
from dialogue.utterance import Utterance
from nlu.places import answers


def listen(state: State, utterance: Utterance, facts: Facts) -> Decision:
    """The state with what the message adds to the draft, and a phone number to be saved.

    A yes, a no or a wish is meant for the person, and changes nothing.
    """
    turn = Turn(state, utterance, facts, open=state.question)
    note_contact(turn)
    if _adds(turn) and not (turn.asks in OF_THE_APPEAL and open_question.handle(turn)):
        appeal.handle(turn)
    elif turn.steps and turn.asks is Ask.CONFIRM and turn.state.draft:
        questions.ask_next(turn)  # the read-back shows the number
    is_lost = len(turn.state.drafts) < len(state.drafts)  # put aside, or taken for a repetition
    after = state if is_lost or turn.state == state else turn.decision().state
    phones = tuple(step for step in turn.steps if isinstance(step, SavePhone))
    return Decision(_with_fresh_question(after), phones)


def _adds(turn: Turn) -> bool:
    """True if the message names a place, or tells of a matter."""
    if turn.utterance.pressed or turn.polarity is not None:
        return False
    if turn.utterance.pin or answers.place_in(turn.words, turn.utterance.parse.places):
        return turn.state.draft is not None or bool(turn.message.appeals)
    matters = "\n".join(parts.text for parts in turn.message.appeals)
    return bool(matters) and turn.facts.matter(matters).is_sure


def _with_fresh_question(state: State) -> State:
    """The open question as if it were new: nobody has answered it wrongly."""
    if state.question is None:
        return state
    return replace(state, question=replace(state.question, tries=1, returns=0))
