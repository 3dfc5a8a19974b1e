"""What is settled without Rasa: danger, other owners, buttons, codes, and nothing said."""

from datetime import datetime

from sqlalchemy.orm import Session

from backend.conversations.models import Conversation, Owner
from backend.conversations.service import leave_queue, place_in_queue, raise_alarm
from backend.messaging.messages import Body, parse_button_payload
from backend.messaging.models import InboxMessage
from backend.messaging.outbox import pressed_button
from bot import files, linking, texts
from bot.rasa import never_an_intent
from bot.turn import ForRasa, HandledBy, Reply
from nlu.emergency import Emergency, detect
from nlu.speech.limits import LONGEST_SECONDS
from nlu.text import is_blank, normalise
from nlu.trained import danger_model

# The four entries of the menu (S23), as the page's and the greeting's buttons say them.
MENU_QUESTION = "咨询政策"
MENU = {"反映诉求": "/lodge_appeal", "提出建议": "/lodge_appeal", "查询评价": "/check_progress"}


def answer_danger(session: Session, message: InboxMessage, *, now: datetime) -> Reply | None:
    """The number to call, whoever has the conversation; None when nobody is in danger."""
    danger = detect(_words(message), danger_model())
    if danger is None or not danger.is_certain:
        return None
    return _emergency(session, message.conversation, danger, now)


def settle(session: Session, message: InboxMessage, *, now: datetime) -> Reply | ForRasa:
    """The reply, or what Rasa is to be told."""
    conversation, body, words = message.conversation, Body.of(message.body), _words(message)
    if conversation.owner == Owner.STAFF:
        return Reply(HandledBy.STAFF)
    if conversation.owner == Owner.QUEUE:
        reply = _while_waiting(session, conversation, words)
        first = _numbers_first(words)
        return reply.after(first) if first and reply.text else reply
    if body.payload is not None:
        return _button(session, message, body.payload, now)
    if linked := linking.answer(session, message, words, now=now):
        return linked
    return _plain(session, message, body, words, now)


def _words(message: InboxMessage) -> str:
    return never_an_intent(normalise(Body.of(message.body).words))


def _plain(
    session: Session, message: InboxMessage, body: Body, words: str, now: datetime
) -> Reply | ForRasa:
    if body.intent:
        return ForRasa(f"/{body.intent}")
    if body.pin:
        return ForRasa("/inform_location")
    if menu := _menu(words):
        return menu
    if not is_blank(words):
        return ForRasa(words, first=_first(body, words))
    if body.files:
        return files.acknowledge(session, message.conversation, message, body.files, now=now)
    return Reply(HandledBy.RULES, texts.NOTHING_SAID)


def _first(body: Body, words: str) -> str | None:
    said = (_numbers_first(words), _only_its_beginning(body))
    return "\n\n".join(filter(None, said)) or None


def _only_its_beginning(body: Body) -> str | None:
    """For a recording that was too long, or broken off."""
    heard = body.transcript
    if heard is None or not heard.is_cut or body.text:
        return None
    is_long = heard.seconds > LONGEST_SECONDS
    return texts.VOICE_TOO_LONG if is_long else texts.VOICE_BROKEN_OFF


def _numbers_first(words: str) -> str | None:
    """For words that may cry out a danger, or only sound like it."""
    return texts.IN_CASE_OF_DANGER if detect(words, danger_model()) else None


def _emergency(
    session: Session, conversation: Conversation, danger: Emergency, now: datetime
) -> Reply:
    reason = f"紧急：{texts.HANDED_OVER[danger.kind]}"
    raise_alarm(session, conversation.id, reason, now=now)
    advice = texts.EMERGENCY_ADVICE[danger.kind]
    text = texts.EMERGENCY.format(number=danger.number, advice=advice)
    return Reply(HandledBy.RULES, text)


def _while_waiting(session: Session, conversation: Conversation, words: str) -> Reply:
    if words in texts.STOP_WAITING:
        if not leave_queue(session, conversation.id):
            return Reply(HandledBy.STAFF)
        return Reply(HandledBy.RULES, texts.BACK_TO_BOT)
    ahead = place_in_queue(session, conversation) - 1
    text = texts.STILL_QUEUED.format(ahead=ahead) if ahead else texts.NEXT_IN_QUEUE
    return Reply(HandledBy.QUEUE, text)


def _button(
    session: Session, message: InboxMessage, payload: str, now: datetime
) -> Reply | ForRasa:
    """A button counts only when this chat was shown it and it is still current."""
    place = parse_button_payload(payload)
    found = pressed_button(session, message.conversation_id, *place) if place else None
    if found is None:
        return Reply(HandledBy.RULES, texts.UNKNOWN_BUTTON)
    button, current = found
    if not current:
        return Reply(HandledBy.RULES, texts.STALE_BUTTON)
    linked = linking.answer(session, message, button.say, now=now)
    return linked or _menu(button.say) or ForRasa(button.say, button.data)


def _menu(words: str) -> Reply | ForRasa | None:
    if words == MENU_QUESTION:
        return Reply(HandledBy.RULES, texts.WHAT_TO_ASK)
    entry = MENU.get(words)
    return ForRasa(entry) if entry else None
