"""What is settled without Rasa: danger, other owners, buttons, codes, and nothing said."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from backend.conversations.models import Conversation, Owner
from backend.conversations.service import leave_queue, place_in_queue, raise_alarm
from backend.messaging.messages import Body, Button, parse_button_payload
from backend.messaging.models import InboxMessage
from backend.messaging.numbered import with_numbers
from backend.messaging.outbox import pressed_button
from bot import files, linking, numbered, texts
from bot.asides import settle as asides
from bot.rasa import never_an_intent
from bot.turn import ForRasa, HandledBy, Reply
from dialogue import texts as dialogue_texts
from dialogue.hearing import SURE
from nlu.curses import only_curses
from nlu.emergency import Emergency, detect
from nlu.text import is_blank, is_foreign, normalise
from nlu.trained import danger_model

# The four entries of the menu (S23), as the page's and the greeting's buttons say them.
MENU_QUESTION = "咨询政策"
MENU_ENTRY = "menu"  # one was chosen: no words of the resident's own
MENU = {"反映诉求": "/lodge_appeal", "提出建议": "/lodge_appeal", "查询评价": "/check_progress"}


def answer_danger(session: Session, message: InboxMessage, *, now: datetime) -> Reply | None:
    """The number to call, whoever has the conversation; None when nobody is in danger."""
    danger = detect(_words(message), danger_model())
    if danger is None or not danger.is_certain:
        return None
    return _emergency(session, message.conversation, danger, now)


def settle(
    session: Session, message: InboxMessage, *, now: datetime, shows_buttons: bool = True
) -> Reply | ForRasa:
    """The reply, or what Rasa is to be told."""
    conversation, body, words = message.conversation, Body.of(message.body), _words(message)
    if conversation.owner == Owner.STAFF:
        return Reply(HandledBy.STAFF)
    button: Button | None = None
    if body.payload is not None:
        button, refused = _button(session, conversation, body.payload)
        if refused and conversation.owner == Owner.BOT:
            return Reply(HandledBy.RULES, refused)
    elif _is_clear(body) and (
        by_number := numbered.meant(session, conversation.id, words, shows_buttons=shows_buttons)
    ):
        button = by_number.pressed
        if button is None:
            return _which_number(by_number.buttons)
        _note_meaning(message, button)
    return _said(session, message, button.say if button else words, button, now)


def _said(
    session: Session, message: InboxMessage, words: str, button: Button | None, now: datetime
) -> Reply | ForRasa:
    """Words, typed or spoken or on the button that was pressed."""
    conversation, body = message.conversation, Body.of(message.body)
    voice = None if button or body.text else body.transcript
    first = None if button else _numbers_first(words)
    entry = voice is None and _menu(words) is not None
    said = f"/{body.intent or MENU_ENTRY}" if body.intent or entry else words
    settled = asides.settle(session, message, said, voice=voice, now=now)
    if settled is None and conversation.owner == Owner.QUEUE:
        settled = _while_waiting(session, conversation, words)
    if isinstance(settled, Reply):
        return settled.after(first) if first and settled.text else settled
    if settled:
        return replace(settled, first="\n\n".join(filter(None, (first, settled.first))) or None)
    if linked := linking.answer(session, message, words, now=now):
        return linked
    if button:
        return _menu(words) or ForRasa(words, button.data)
    return _plain(session, message, body, words, now)


def _is_clear(body: Body) -> bool:
    """A number that was hardly heard presses nothing."""
    return body.transcript is None or body.transcript.confidence >= SURE


def _note_meaning(message: InboxMessage, button: Button) -> None:
    """Rasa's actions read the message: what the number stands for is what was said."""
    if not button.say.startswith("/"):
        message.body = {**message.body, "means": button.say}


def _which_number(buttons: list[Button]) -> Reply:
    """A 5 may be five stars or the fifth choice: the numbers are shown first."""
    text = with_numbers(texts.WHICH_NUMBER, [button.title for button in buttons])
    return Reply(HandledBy.RULES, text, buttons)


def _words(message: InboxMessage) -> str:
    return never_an_intent(normalise(Body.of(message.body).said))


def _plain(
    session: Session, message: InboxMessage, body: Body, words: str, now: datetime
) -> Reply | ForRasa:
    if body.intent:
        return ForRasa(f"/{body.intent}")
    if body.pin:
        return ForRasa("/inform_location")
    if menu := _menu(words):
        return menu
    if only_curses(words) and not _numbers_first(words):
        return Reply(HandledBy.RULES, texts.CURSED)
    if is_foreign(words):
        return Reply(HandledBy.RULES, texts.ONLY_CHINESE)
    if not is_blank(words):
        return ForRasa(words, first=_numbers_first(words))
    if body.files:
        return files.acknowledge(session, message.conversation, message, body.files, now=now)
    return Reply(HandledBy.RULES, texts.NOTHING_SAID)


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
    session: Session, conversation: Conversation, payload: str
) -> tuple[Button | None, str | None]:
    """The button, or why it does not count: this chat must have been shown it, and last."""
    place = parse_button_payload(payload)
    found = pressed_button(session, conversation.id, *place) if place else None
    if found is None:
        return None, texts.UNKNOWN_BUTTON
    button, current = found
    return (button, None) if current else (None, texts.STALE_BUTTON)


def _menu(words: str) -> Reply | ForRasa | None:
    if words == MENU_QUESTION:
        return Reply(HandledBy.RULES, dialogue_texts.WHAT_TO_ASK)
    entry = MENU.get(words)
    return ForRasa(entry) if entry else None
