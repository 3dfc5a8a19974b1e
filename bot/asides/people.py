"""A person, please: the queue, the phone, and the window of the resident's own street."""

from backend.cases import service as cases
from backend.conversations.models import Owner
from backend.conversations.service import ask_for_person
from backend.messaging.messages import Button
from bot.asides import texts
from bot.asides.moment import Moment
from bot.turn import HandledBy, Reply
from dialogue import texts as dialogue_texts
from dialogue.calling import CALL_ME
from dialogue.wishes import Wish, wish_of

ANY_WINDOW = "街道便民服务中心"


def answer(moment: Moment, words: str) -> Reply | None:
    if wish_of(words) is not Wish.PERSON:
        return None
    heard = moment.before.hearing
    return hand_over(moment, texts.HEAR_REASON if heard else texts.ASKED_REASON)


def hand_over(moment: Moment, reason: str) -> Reply:
    """Into the queue; a call instead of waiting is offered, and who can be reached at once."""
    moment.after = moment.after.past()
    waits = moment.conversation.owner == Owner.QUEUE
    ask_for_person(moment.session, moment.conversation.id, reason, now=moment.now)
    text = dialogue_texts.ALREADY_WAITING if waits else dialogue_texts.WAITING
    text = text.replace(ANY_WINDOW, _window(moment))
    buttons = [Button(title, title) for title in (CALL_ME, texts.STOP_WAITING)]
    return Reply(HandledBy.RULES, text, buttons)


def _window(moment: Moment) -> str:
    """The one of the street that their last appeal was about, when there is one."""
    known = cases.of_resident(moment.session, moment.resident.id)[:1]
    street = known[0].location.get("street") if known else None
    return f"{street['name']}便民服务中心" if street else ANY_WINDOW
