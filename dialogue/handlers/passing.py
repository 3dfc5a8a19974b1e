"""Notes what a message says in passing, whichever handler answers it."""

from dataclasses import replace

from dialogue.care import care_needs
from dialogue.commands import SavePhone, SetElderMode
from dialogue.reply import Say
from dialogue.texts import wishes as texts
from dialogue.turn import Turn
from dialogue.wishes import is_an_elder

ANNOUNCEMENT = (SetElderMode(True), Say(texts.BY_VOICE))


def note_in_passing(turn: Turn) -> None:
    _note_elder(turn)
    _note_needs(turn)


def _note_elder(turn: Turn) -> None:
    """Switch elder mode on after a voice note or 我眼睛不好, and announce it once.

    What the resident has switched off stays off.
    """
    if turn.facts.resident.elder_mode is False or turn.state.mode_shown:
        return
    if turn.utterance.danger and turn.utterance.danger.is_certain:
        return  # nothing goes before the number to call
    if turn.utterance.voice is None and not is_an_elder(turn.words):
        return
    turn.steps.extend(ANNOUNCEMENT)
    turn.change(mode_shown=True)


def _note_needs(turn: Turn) -> None:
    if turn.facts.resident.has_agreed_to_care:
        return
    if needs := care_needs(turn.words):
        turn.change(care=needs)


def note_contact(turn: Turn) -> None:
    """Save the phone number of the message, if it is a new one, and their name with the draft."""
    phone = turn.message.phone or turn.utterance.phone
    if phone and phone != turn.phone:
        turn.do(SavePhone(phone))
    if turn.message.name and turn.state.draft:
        turn.keep(replace(turn.draft, name=turn.message.name))
