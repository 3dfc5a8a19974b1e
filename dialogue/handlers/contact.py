"""A phone number, or a refusal to give one."""

from dialogue.answers import is_decline_contact
from dialogue.commands import SavePhone
from dialogue.handlers import withdraw
from dialogue.texts import cases as texts
from dialogue.turn import Turn

SURE = 0.6
MOST_BESIDES = 12  # characters beside the number; with more, the message tells of something else


def handle(turn: Turn) -> bool:
    if turn.utterance.phone and _is_only_number(turn):
        return _save(turn)
    if not turn.means("inform_contact", SURE):
        return False
    if is_decline_contact(turn.words):
        turn.say(texts.PHONE_DECLINED)
    elif any(character.isdigit() for character in turn.words):
        turn.say(texts.NO_PHONE_SEEN)
    else:
        return False
    return True


def answer(turn: Turn) -> bool:
    """The answer to "a phone number, if you like?"; it is asked once."""
    turn.close_question()
    if turn.utterance.phone and _is_only_number(turn):
        return _save(turn)
    if withdraw.means_case(turn):
        return False
    if is_decline_contact(turn.words) or turn.refuses:
        return turn.say(texts.PHONE_DECLINED)
    if _looks_like_number(turn.words):
        return turn.say(texts.NO_PHONE_SEEN)
    return False


def _looks_like_number(words: str) -> bool:
    figures = sum(character.isdigit() for character in words)
    return figures >= 5 and figures * 2 >= len(words)


def _is_only_number(turn: Turn) -> bool:
    return len(turn.words) - len(turn.utterance.phone or "") <= MOST_BESIDES or (
        not turn.message.appeals
    )


def _save(turn: Turn) -> bool:
    phone = turn.utterance.phone
    assert phone
    turn.do(SavePhone(phone))
    return turn.say(texts.PHONE_SAVED.format(phone=phone))
