"""Where a script is played: in this process over a real database, or with a Minhu that runs."""

import hashlib
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import uuid4

from fastapi.testclient import TestClient
from sqlalchemy import select

from backend.clock import now
from backend.database import Database
from backend.messaging import inbox
from backend.models.cases import Case
from backend.models.conversations import Conversation
from backend.models.messages import InboxMessage
from backend.models.residents import ChannelAccount
from backend.vocabulary.messages import File, Incoming, Transcript
from tests.eval.town_staff import TownStaff
from tests.support.scripts import FIRST, CaseJson
from tests.support.talks import Door, Message, numbers_in

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9"
FILES = {"photo": ("photo.jpg", JPEG)}
CHAT_STEPS = ("claim", "release")
NEEDS_PROCESS = "only a Minhu in this process can do that"


@dataclass
class Page:
    """One chat on the residents' door, whose answers are made when they are wanted."""

    http: TestClient
    answers: Callable[[], None]
    inbox: list[Message] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.token = self.http.post("/chat/sessions").json()["token"]
        self.headers = {"Authorization": f"Bearer {self.token}"}

    @property
    def account(self) -> str:
        return hashlib.sha256(self.token.encode()).hexdigest()

    def posts(self, **content: object) -> list[Message]:
        response = self.http.post("/chat/messages", headers=self.headers, **content)  # type: ignore[arg-type]
        assert response.status_code == 202, response.text
        return self.hears()

    def hears(self) -> list[Message]:
        self.answers()
        after = self.inbox[-1]["seq"] if self.inbox else 0
        answer = self.http.get("/chat/messages", params={"after": after}, headers=self.headers)
        new: list[Message] = answer.json()["messages"]
        self.inbox += new
        return new

    def payload(self, title: str) -> str:
        return payload_of(self.inbox, title)


def payload_of(messages: list[Message], title: str) -> str:
    """Of the newest button with that title. Raises LookupError."""
    buttons = [button for message in reversed(messages) for button in message["buttons"]]
    payloads = [button["payload"] for button in buttons if button["title"] == title]
    if not payloads:
        raise LookupError("no such button")
    return str(payloads[0])


class InProcess:
    """The residents' door, the turns stepped by hand, and the staff API over one database."""

    def __init__(
        self, database: Database, http: TestClient, answers: Callable[[], None], staff: TownStaff
    ) -> None:
        self._database, self._http, self._answers, self._staff = database, http, answers, staff
        self._pages: dict[str, Page] = {}

    def _page(self, by: str) -> Page:
        if by not in self._pages:
            self._pages[by] = Page(self._http, self._answers)
        return self._pages[by]

    def says(self, text: str, by: str = FIRST) -> list[Message]:
        return self._page(by).posts(json={"message_id": uuid4().hex, "text": text})

    def presses(self, title: str, by: str = FIRST) -> list[Message]:
        page = self._page(by)
        return page.posts(json={"message_id": uuid4().hex, "payload": page.payload(title)})

    def sends(self, what: str, by: str = FIRST) -> list[Message]:
        return self._page(by).posts(data={"message_id": uuid4().hex}, files={"file": FILES[what]})

    def speaks(self, words: str, by: str = FIRST) -> list[Message]:
        """A voice note, as it is once the recogniser has listened to it."""
        page, number = self._page(by), uuid4().hex
        note = File("voice", digest="0" * 64, media_type="audio/ogg", size_bytes=4000)
        with self._database.begin() as session:
            message = Incoming("web", page.account, number, now(), files=(note,))
            inbox.receive(session, message, now=now())
            row = session.scalars(select(InboxMessage).filter_by(external_id=number)).one()
            transcript = Transcript(words, 0.95, seconds=4.0)
            row.body = {**row.body, "transcript": vars(transcript)}
        return page.hears()

    def staff(self, step: str, case_no: str | None) -> list[Message]:
        if step in CHAT_STEPS:
            self._staff.chat(step, self._conversation().id)
        elif case_no is None:
            raise LookupError("there is no case yet")
        else:
            self._staff.take(step, case_no)
        return self._page(FIRST).hears()

    def _conversation(self) -> Conversation:
        with self._database.begin() as session:
            query = select(Conversation).join(ChannelAccount)
            account = self._page(FIRST).account
            return session.scalars(query.where(ChannelAccount.external_id == account)).one()

    def case(self, case_no: str) -> CaseJson:
        return self._staff.case(case_no)

    def cases(self) -> list[str]:
        with self._database.begin() as session:
            return list(session.scalars(select(Case.case_no).order_by(Case.id)))

    def owner(self) -> str:
        return self._conversation().owner


class OverHttp:
    """A Minhu that runs: what needs its process is refused."""

    def __init__(self, url: str, staff: TownStaff) -> None:
        self._staff = staff
        self._doors: defaultdict[str, Door] = defaultdict(lambda: Door(url))
        self._first_words = ""

    def says(self, text: str, by: str = FIRST) -> list[Message]:
        self._first_words = self._first_words or text
        return self._doors[by].says(text)

    def presses(self, title: str, by: str = FIRST) -> list[Message]:
        payload_of(self._doors[by].inbox, title)
        return self._doors[by].presses(title)

    def sends(self, what: str, by: str = FIRST) -> list[Message]:
        name, content = FILES[what]
        return self._doors[by].uploads(content, name)

    def speaks(self, words: str, by: str = FIRST) -> list[Message]:
        raise LookupError(NEEDS_PROCESS)

    def staff(self, step: str, case_no: str | None) -> list[Message]:
        if step in CHAT_STEPS or case_no is None:
            raise LookupError(NEEDS_PROCESS)
        self._staff.take(step, case_no)
        return self._doors[FIRST].pushes()

    def case(self, case_no: str) -> CaseJson:
        return self._staff.case(case_no)

    def cases(self) -> list[str]:
        return numbers_in([message for door in self._doors.values() for message in door.inbox])

    def owner(self) -> str:
        return "queue" if self._staff.waits_for_person(self._first_words) else "bot"

    def close(self) -> None:
        for door in self._doors.values():
            door.close()
