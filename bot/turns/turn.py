"""One turn: answers one message of a resident; after a failure a person takes over.

Transaction 1 claims and loads the message. No transaction is open while it is understood.
Transaction 2 decides and writes everything: state, case, events, answer and "done". After a crash
the turn runs again from the same state.
"""

import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from backend.attachments import file_jobs
from backend.clock import now
from backend.conversations.service import ask_for_person
from backend.database import Database, Session, StatementFailed
from backend.messaging import inbox, outbox, passive_replies
from backend.messaging.inbox import ClaimedMessage
from backend.models.conversations import Conversation, Owner
from backend.models.messages import InboxMessage
from backend.vocabulary.messages import Body
from backend.vocabulary.queue_codes import QueueCode
from bot.channels.base import Channel
from bot.metrics import TURN_PROCESSOR_SECONDS, TURN_SECONDS
from bot.turns.buttons import Press, press_in
from bot.turns.commands import Run
from bot.turns.facts import DatabaseFacts
from bot.turns.privacy_notice import add_notice
from bot.turns.replies import Outgoing, run_steps
from bot.turns.understanding import Message, Understand
from dialogue import state as states
from dialogue.decide import decide
from dialogue.listening import listen
from dialogue.state import Ask, State
from dialogue.texts import chat as texts
from dialogue.texts.wishes import FAILED_REASON
from dialogue.utterance import Utterance

log = logging.getLogger(__name__)

BUDGET_SECONDS = 0.5  # of processor time; a chat whose turn takes more gives way to the others
MOST_ATTEMPTS = 3  # then the message goes to a person unread
BOT, STAFF, FAILED = "bot", "staff", "failed"  # who handled a message


@dataclass(frozen=True)
class Work:
    """A claimed message with all that understanding it needs."""

    claimed: ClaimedMessage
    message: Message
    state: State
    press: Press


class Turns:
    """Takes turns until nobody waits; several threads and processes may run `take_next` at once."""

    def __init__(
        self, database: Database, understand: Understand, channels: Mapping[str, Channel]
    ) -> None:
        self._database = database
        self._understand = understand
        self._channels = channels

    def take_next(self) -> bool:
        """Answer what waits in one conversation. False when nobody waits."""
        with self._database.begin() as session:
            claimed = inbox.take(session, now=now())
            work = self._load(session, claimed) if claimed else None
        if claimed is None:
            return False
        while claimed is not None:
            claimed, work = self._turn(claimed, work)
        return True

    def _load(self, session: Session, claimed: ClaimedMessage) -> Work | None:
        """None for a message that cannot be read."""
        row = claimed.message
        if row.attempts > MOST_ATTEMPTS:
            return None
        try:
            return self._read(session, claimed)
        except StatementFailed:
            raise
        except Exception:
            log.exception("a message cannot be read", extra={"message_id": row.id})
            return None

    def _read(self, session: Session, claimed: ClaimedMessage) -> Work:
        row, body = claimed.message, Body.of(claimed.message.body)
        conversation = row.conversation
        state = states.load(conversation.state, now())
        channel = self._channels.get(row.channel)
        press = press_in(
            session, conversation, body, shows_buttons=channel.shows_buttons if channel else True
        )
        question = state.question
        was_seen = True
        if question and question.ask is Ask.HEARING and question.hearing:
            facts = DatabaseFacts(session, conversation, now())
            was_seen = facts.reply_was_seen(question.hearing.asked_in, row.received_at)
        message = Message(
            row.id, body, row.received_at,
            button=press.button, numbered_choices=press.choices,
            file_problem=file_jobs.loss_reason(session, row) if body.files else None,
            was_seen=was_seen,
        )  # fmt: skip
        return Work(claimed, message, state, press)

    def _turn(
        self, claimed: ClaimedMessage, work: Work | None
    ) -> tuple[ClaimedMessage | None, Work | None]:
        """Answer the message; gives the next one of the same conversation, if it is its turn."""
        message_id = claimed.message.id  # a transaction that fails takes the loaded row with it
        begun = time.thread_time()
        if work is None:
            return self._give_up(claimed)
        try:
            utterance = self._understand(work.message, work.state)
            return self._answer(work, utterance, begun)
        except StatementFailed:
            raise
        except Exception:
            log.exception("a turn failed", extra={"message_id": message_id})
            return self._give_up(claimed)

    def _answer(
        self, work: Work, utterance: Utterance, begun: float
    ) -> tuple[ClaimedMessage | None, Work | None]:
        with self._database.begin() as session:
            session.add(work.claimed.message)
            if not inbox.holds_lease(session, work.claimed.lease):
                return None, None
            messages = _decide(session, work, utterance)
            conversation = work.claimed.message.conversation
            handled_by = STAFF if conversation.owner == Owner.STAFF and not messages else BOT
            _send(session, work.claimed.message, messages)
            spent = time.thread_time() - begun
            TURN_PROCESSOR_SECONDS.observe(spent)
            return self._finish(session, work.claimed, handled_by, gives_way=spent > BUDGET_SECONDS)

    def _finish(
        self, session: Session, claimed: ClaimedMessage, handled_by: str, *, gives_way: bool
    ) -> tuple[ClaimedMessage | None, Work | None]:
        waited = now() - claimed.message.received_at
        TURN_SECONDS.labels(handled_by).observe(waited.total_seconds())
        following = inbox.finish(
            session, claimed, handled_by=handled_by, gives_way=gives_way, now=now()
        )
        passive_replies.wake_request(session, claimed.message, now=now())
        return following, self._load(session, following) if following else None

    def _give_up(self, claimed: ClaimedMessage) -> tuple[ClaimedMessage | None, Work | None]:
        """The resident hears a kind sentence, a person is asked to look, the state is as before."""
        with self._database.begin() as session:
            session.add(claimed.message)
            if not inbox.holds_lease(session, claimed.lease):
                return None, None
            conversation = claimed.message.conversation
            if conversation.owner != Owner.STAFF:
                ask_for_person(
                    session, conversation.id, FAILED_REASON, now=now(), code=QueueCode.UNCLEAR
                )
                _send(session, claimed.message, [Outgoing([texts.FAILED])])
            return self._finish(session, claimed, FAILED, gives_way=True)


def _decide(session: Session, work: Work, utterance: Utterance) -> Sequence[Outgoing]:
    """Decide, write state and commands to the session; returns the messages to send."""
    row = work.claimed.message
    conversation = row.conversation
    if work.press.refusal and conversation.owner != Owner.STAFF:
        return [Outgoing([work.press.refusal])]
    take = listen if conversation.owner == Owner.STAFF else decide
    decision = take(work.state, utterance, DatabaseFacts(session, conversation, now()))
    run = Run(session, conversation, row.id, row.channel, now())
    messages = run_steps(decision.steps, run)
    conversation.state = states.save(decision.state)
    if conversation.owner == Owner.STAFF:
        return _number_alone(utterance)
    if utterance.danger is None:  # the number to call, and nothing beside it
        add_notice(conversation.account, messages, now=run.now)
    return messages


def _number_alone(utterance: Utterance) -> Sequence[Outgoing]:
    """While a person has the chat the bot says nothing, but for the number of a certain danger."""
    if utterance.danger is None or not utterance.danger.is_certain:
        return ()
    return [Outgoing([texts.emergency(utterance.danger)])]


def _send(session: Session, row: InboxMessage, messages: Sequence[Outgoing]) -> None:
    """The last message is the reply; those before it go first."""
    at = now()
    conversation: Conversation = row.conversation
    due = passive_replies.due_for_push(row, now=at)
    for number, message in enumerate(messages):
        is_last = number == len(messages) - 1
        outbox.reply(
            session, conversation, message.text,
            now=at, buttons=message.buttons, due_at=due, case=message.case,
            dedupe_key=passive_replies.reply_key(row.id, number if not is_last else None),
        )  # fmt: skip
