"""别告诉他们是我: whom an appeal is from is hidden from who handles it, and shown again."""

from dataclasses import replace

from backend.cases import anonymity
from backend.messaging.messages import Button
from backend.messaging.outbox import last_reply
from bot.asides import texts
from bot.asides.moment import Moment
from bot.turn import HandledBy, Reply
from nlu.secrecy import wish_alone


def answer(moment: Moment, words: str) -> Reply | None:
    hidden = wish_alone(words)
    if hidden is None:
        return None
    changed = anonymity.wish(
        moment.session,
        moment.resident.id,
        hidden=hidden,
        message_id=moment.message.id,
        now=moment.now,
    )
    moment.after = replace(moment.after, anonymous=hidden)
    told = texts.HIDDEN if hidden else texts.NOT_HIDDEN
    if changed:
        told += texts.ALSO_OPEN.format(count=len(changed))
    return _and_what_was_asked(moment, told)


def _and_what_was_asked(moment: Moment, told: str) -> Reply:
    """A question that stands is asked once more: nobody has to scroll back."""
    last = last_reply(moment.session, moment.conversation.id)
    if last is None or not last.buttons:
        return Reply(HandledBy.RULES, told)
    buttons = [Button(**button) for button in last.buttons]
    return Reply(HandledBy.RULES, f"{told}\n\n{last.text}", buttons)
