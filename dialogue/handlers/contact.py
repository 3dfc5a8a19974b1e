"""A phone number, or a refusal to give one."""

import re

from dialogue import corrections
from dialogue.answers import is_decline_contact
from dialogue.commands import ForgetPhone, SavePhone
from dialogue.corrections import Part
from dialogue.handlers import withdraw
from dialogue.texts import cases as texts
from dialogue.turn import Turn
from nlu.appeals.cues import has_trouble

SURE = 0.6
MOST_BESIDES = 8  # characters beside a number that are only talk about it
FEWEST_FIGURES = 7  # of a number with a digit too few: 我的电话是1360651227
_OF_CONTACT = re.compile("留|手机|电话|号码")


def handle(turn: Turn) -> bool:
    if is_decline_contact(turn.words) and _OF_CONTACT.search(turn.words):
        return turn.say(texts.PHONE_DECLINED)
    if _tells_matter(turn) and not _forgets(turn):
        return False
    if turn.utterance.phone and not turn.message.home:
        return _save(turn)
    if _forgets(turn):
        turn.do(ForgetPhone())
        return turn.say(texts.PHONE_FORGOTTEN)
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
    if turn.utterance.phone and not _tells_matter(turn):
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


def _tells_matter(turn: Turn) -> bool:
    """True if a matter stands beside the number; 哦少一位 is none."""
    matters = "\n".join(parts.text for parts in turn.message.appeals)
    is_short = turn.utterance.phone is not None and len(matters) <= MOST_BESIDES
    figures = sum(character.isdigit() for character in matters)
    is_number = _OF_CONTACT.search(matters) is not None and figures >= FEWEST_FIGURES
    return bool(matters) and not ((is_short or is_number) and not has_trouble(matters))


def _forgets(turn: Turn) -> bool:
    correction = corrections.find(turn.words)
    return correction is not None and correction.removes and correction.part is Part.CONTACT


def _save(turn: Turn) -> bool:
    phone = turn.utterance.phone
    assert phone
    turn.do(SavePhone(phone))
    return turn.say(texts.PHONE_SAVED.format(phone=phone))
