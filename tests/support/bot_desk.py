"""The bot at work for a test: residents write to it, and it answers when it is told to."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from backend.attachments.storage import AttachmentFolder
from backend.clock import now
from backend.conversations import service as conversations
from backend.database import Database
from backend.desk import chats
from backend.messaging import inbox
from backend.models.cases import Case
from backend.models.conversations import Conversation
from backend.models.messages import InboxMessage, OutboxMessage
from backend.models.residents import Resident
from backend.vocabulary.messages import File, Transcript
from bot.rasa import training
from bot.rasa.client import Rasa
from bot.turns.turn import Turns
from bot.turns.understanding import Understanding
from bot.workers.fetch_files import Fetching
from bot.workers.speech_to_text import Listener
from bot.workers.transcribe import Hearing
from dialogue.state import State, load
from tests.support.builders import (
    NOISE,
    NOON,
    PLACE,
    Line,
    a_conversation,
    a_member_of_staff,
    a_message,
)

LIMIT_BYTES = 1000
_numbers = count(1)


@dataclass
class Desk:
    database: Database
    line: Line
    turns: Turns
    fetching: Fetching
    hearing: Hearing

    def hears(self, words: str | None = None, **more: object) -> bool:
        with self.database.begin() as session:
            return inbox.receive(session, a_message(words, **more), now=now())  # type: ignore[arg-type]

    def speaks(self, words: str, confidence: float = 0.95, **more: object) -> None:
        """A voice note, as it is once the recogniser has listened to it."""
        of, number = str(more.get("of", "lin")), f"voice-{next(_numbers)}"
        note = File("voice", digest="0" * 64, media_type="audio/ogg", size_bytes=4000)
        self.hears(external_id=number, of=of, files=(note,))
        seconds = float(str(more.get("seconds", 4)))
        transcript = Transcript(words, confidence, seconds, is_cut=bool(more.get("is_cut")))
        with self.database.begin() as session:
            row = session.scalars(
                select(InboxMessage).where(InboxMessage.external_id == number)
            ).one()
            row.body = {**row.body, "transcript": vars(transcript)}

    def resident(self, of: str = "lin") -> Resident:
        return self.chat(of).account.resident

    def state(self, of: str = "lin") -> State:
        return load(self.chat(of).state, now())

    def answers(self) -> None:
        while self.fetching.fetch_next() or self.hearing.hear_next() or self.turns.take_next():
            pass

    def replies(self, of: str = "lin") -> list[str]:
        with self.database.begin() as session:
            rows = session.scalars(
                select(OutboxMessage)
                .where(OutboxMessage.conversation_id == self.chat(of).id)
                .order_by(OutboxMessage.id)
            )
            return [row.text for row in rows]

    def chat(self, of: str = "lin") -> Conversation:
        with self.database.begin() as session:
            return a_conversation(session, of=of)

    def last_payload(self, index: int = 0, of: str = "lin") -> str:
        """Of the newest message with buttons."""
        return f"b{self._question(of).id}.{index}"

    def titles(self, of: str = "lin") -> list[str]:
        """On the buttons of the newest message; empty when it has none."""
        with self.database.begin() as session:
            newest = self._rows(session, of)[-1]
            return [button["title"] for button in newest.buttons]

    def presses(self, title: str, of: str = "lin") -> str:
        """The newest button with that title; returns the answer."""
        question = self._question(of)
        index = [button["title"] for button in question.buttons].index(title)
        self.hears(payload=f"b{question.id}.{index}", of=of)
        self.answers()
        return self.replies(of)[-1]

    def _question(self, of: str) -> OutboxMessage:
        with self.database.begin() as session:
            return next(row for row in reversed(self._rows(session, of)) if row.buttons)

    def _rows(self, session: Session, of: str) -> list[OutboxMessage]:
        rows = session.scalars(
            select(OutboxMessage)
            .where(OutboxMessage.conversation_id == self.chat(of).id)
            .order_by(OutboxMessage.id)
        )
        return list(rows)

    def cases(self) -> int:
        with self.database.begin() as session:
            return session.scalar(select(func.count()).select_from(Case)) or 0

    def read_back(self, of: str = "lin") -> str:
        """An appeal told with its place, as far as "is this right?"."""
        self.hears(f"{PLACE}{NOISE}", of=of)
        self.answers()
        return self.replies(of)[-1]

    def set(self, of: str = "lin", **values: object) -> None:
        chat_id = self.chat(of).id
        with self.database.begin() as session:
            session.execute(update(Conversation).where(Conversation.id == chat_id).values(**values))

    def let_lease_expire(self, of: str = "lin") -> None:
        """As 15 s after a worker died."""
        self.set(of, turn_leased_until=NOON)

    def staff_takes(self, of: str = "lin") -> int:
        with self.database.begin() as session:
            staff = a_member_of_staff(session)
            conversations.claim(session, a_conversation(session, of=of).id, staff.id, now=now())
            return staff.id

    def staff_releases(self, of: str = "lin") -> None:
        with self.database.begin() as session:
            chat = a_conversation(session, of=of)
            assert chat.staff is not None
            chats.release(session, chat.id, chat.staff, now=now())

    def execute(self, statement: str) -> None:
        with self.database.begin() as session:
            session.execute(text(statement))


@contextmanager
def a_desk(
    database: Database, folder: Path, *, rasa_url: str, listener: Listener | None = None
) -> Iterator[Desk]:
    """Nobody listens to voices, unless a `listener` is given."""
    client, line = Rasa(rasa_url), Line("web")
    understanding = Understanding(client, training.MODEL)
    attachments = AttachmentFolder(folder, limit_bytes=LIMIT_BYTES)
    channels = {"web": line}
    yield Desk(
        database,
        line,
        Turns(database, understanding.of, channels),
        Fetching(database, channels, attachments),
        Hearing(database, listener, attachments),
    )
    client.close()


def types(desk: Desk, *texts: str) -> str:
    """Each message is answered before the next; returns the last answer."""
    for words in texts:
        desk.hears(words)
        desk.answers()
    return desk.replies()[-1]
