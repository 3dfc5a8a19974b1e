"""One turn: an unanswered message of a resident's becomes one answer, whatever fails."""

import logging
from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy.orm import Session

from backend.clock import now
from backend.conversations.models import Conversation, Owner
from backend.database import Database
from backend.messaging import inbox, outbox, passive
from backend.messaging.inbox import Lease
from backend.messaging.messages import Body
from backend.messaging.models import InboxMessage
from bot import fallback, files
from bot.asides.caring import once_lodged
from bot.before_rasa import answer_danger, settle
from bot.channel import Channel
from bot.rasa import Rasa, RasaUnavailable, Said
from bot.turn import ForRasa, HandledBy, Reply

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 3  # then the message goes to a person without Rasa
DIALOGUE_REST = timedelta(hours=12)  # after it a half-told appeal is begun afresh


class Turns:
    """Takes turns until nobody waits; several threads may run `take_next` at once."""

    def __init__(self, database: Database, rasa: Rasa, channels: Mapping[str, Channel]) -> None:
        self._database = database
        self._rasa = rasa
        self._channels = channels

    def take_next(self) -> bool:
        """Answer all that waits in one conversation. False when nobody waits."""
        with self._database.begin() as session:
            lease = inbox.claim(session, now=now())
        if lease is None:
            return False
        while message_id := self._next_message(lease):
            reply = self._at_once(message_id) or self._answer(message_id)
            self._finish(lease, message_id, reply)
        return True

    def _next_message(self, lease: Lease) -> int | None:
        with self._database.begin() as session:
            message = inbox.next_message(session, lease, now=now())
            return message.id if message else None

    def _at_once(self, message_id: int) -> Reply | None:
        """The reply that must not wait for Rasa, or be lost to a fault in it."""
        with self._database.begin() as session:
            message = session.get_one(InboxMessage, message_id)
            if message.attempts > MOST_ATTEMPTS:
                return _give_up(session, message)
            return answer_danger(session, message, now=now())

    def _answer(self, message_id: int) -> Reply:
        """Think of a reply; no transaction is open while Rasa is waited for."""
        with self._database.begin() as session:
            message = session.get_one(InboxMessage, message_id)
            refused = files.lost(session, message)
            channel = self._channels.get(message.channel)
            shows_buttons = channel.shows_buttons if channel else True
            settled = settle(session, message, now=now(), shows_buttons=shows_buttons)
            said = _said(message, settled) if isinstance(settled, ForRasa) else None
        if isinstance(settled, Reply):
            reply = settled
        else:
            assert said is not None
            reply = self._ask_rasa(said, settled)
            if settled.first and reply.handled_by is not HandledBy.STAFF:
                reply = reply.after(settled.first)
        return reply.after(refused) if refused else reply

    def _ask_rasa(self, said: Said, settled: ForRasa) -> Reply:
        try:
            answer = self._rasa.ask(said)
        except RasaUnavailable as reason:
            log.warning("Rasa did not answer: %s", reason, extra={"message_id": said.message_id})
            with self._database.begin() as session:
                message = session.get_one(InboxMessage, said.message_id)
                return _fall_back(session, message, settled)
        return Reply(HandledBy.BOT, answer.text, answer.buttons)

    def _finish(self, lease: Lease, message_id: int, reply: Reply) -> None:
        """Commit the answer with the message that it answers, unless another worker did."""
        at = now()  # one moment: what is due a little later is not sent with the page's answer
        with self._database.begin() as session:
            if not inbox.still_held(session, lease):
                return
            message = session.get_one(InboxMessage, message_id)
            conversation = message.conversation
            message.done_at, message.handled_by = at, reply.handled_by
            if reply.handled_by is HandledBy.BOT:
                conversation.dialogue_turn, conversation.dialogue_at = message.id, at
            reply = once_lodged(session, message, reply)
            if reply.text and not _staff_took_over(conversation, reply):
                outbox.reply(
                    session,
                    conversation,
                    reply.text,
                    buttons=reply.buttons,
                    now=at,
                    dedupe_key=passive.reply_key(message.id),
                    due_at=passive.due_for_push(message, now=at),
                )
            passive.announce(session, message, now=now())


def _staff_took_over(conversation: Conversation, reply: Reply) -> bool:
    """A member of staff claimed the chat while Rasa was thinking: the bot keeps quiet."""
    return conversation.owner == Owner.STAFF and reply.handled_by is HandledBy.BOT


def _give_up(session: Session, message: InboxMessage) -> Reply:
    """For a message that made every attempt fail: a person reads it."""
    log.error("a message failed too often", extra={"message_id": message.id})
    if message.conversation.owner == Owner.STAFF:
        return Reply(HandledBy.STAFF)
    return Reply(HandledBy.RULES, fallback.to_person(session, message.conversation, now=now()))


def _fall_back(session: Session, message: InboxMessage, settled: ForRasa) -> Reply:
    if message.conversation.owner == Owner.STAFF:
        return Reply(HandledBy.STAFF)  # they took the chat while Rasa was awaited
    text = fallback.answer(session, message.conversation, message, settled, now=now())
    return Reply(HandledBy.RULES, text)


def _said(message: InboxMessage, settled: ForRasa) -> Said:
    conversation = message.conversation
    rested = conversation.dialogue_at is None or now() - conversation.dialogue_at > DIALOGUE_REST
    return Said(
        conversation_id=conversation.id,
        message_id=message.id,
        previous_id=0 if rested else conversation.dialogue_turn,
        words=settled.words,
        button=settled.button,
        pin=Body.of(message.body).pin,
    )
