"""A town at work: the staff routes over one database, its accounts, and residents who appeal."""

import asyncio
import hashlib
import itertools
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from httpx import Response

from backend.attachments.storage import AttachmentFolder, attach
from backend.cases.appeals import Appeal
from backend.cases.queries import by_number
from backend.cases.registration import register
from backend.clock import now
from backend.conversations.service import ask_for_person, conversation_for
from backend.database import Database, WakeListener
from backend.demo import DEMO_UNITS
from backend.errors import MinhuError
from backend.messaging import inbox
from backend.models.conversations import Conversation
from backend.models.messages import InboxMessage
from backend.models.staff import Role, StaffAccount, StaffToken
from backend.ratings.service import give_reason, rate
from backend.residents.service import account_for
from backend.staff.accounts import hash_password
from backend.vocabulary.grades import Grade
from backend.vocabulary.messages import Incoming
from backend.vocabulary.queue_codes import QueueCode
from backend.web.api.routes import api_routes
from backend.web.console.feed import DeskFeed
from backend.web.console.routes import console_routes
from backend.web.public.routes import public_routes
from tests.fakes import serving

PASSWORD = "demo-password"
UNIT = "330106-urban_management"  # of the demo handler
OTHER_UNIT = "330102-urban_management"  # of `other_handler`
VAGUE = "我想问问这个事情"  # nobody can tell whose job it is: it waits for the dispatcher


def staff_app(database: Database, folder: AttachmentFolder) -> FastAPI:
    feed = DeskFeed()
    app = FastAPI(lifespan=lambda _: listening(database, feed.wake))
    app.include_router(api_routes(database, folder))
    app.include_router(console_routes(database, folder, feed=feed))
    app.include_router(public_routes(database))

    @app.exception_handler(MinhuError)
    def answer_error(_: Request, error: MinhuError) -> JSONResponse:
        return JSONResponse({"error": error.message}, error.status_code)

    @app.exception_handler(RequestValidationError)
    def malformed(_: Request, error: RequestValidationError) -> JSONResponse:
        return JSONResponse({"error": "这几项不对"}, 400)

    return app


@asynccontextmanager
async def listening(database: Database, wake: Callable[[str], None]) -> AsyncIterator[None]:
    """`wake` is called on the loop for each notification."""
    loop = asyncio.get_running_loop()

    def on_wake(topic: str) -> None:
        with suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(wake, topic)

    listener = WakeListener(database.url, on_wake)
    listener.start()
    yield
    await loop.run_in_executor(None, listener.stop)


@cache
def _password_hash() -> str:
    return hash_password(PASSWORD)


@dataclass(frozen=True)
class TownHall:
    """The app itself, which takes its time to build: one for the whole run."""

    database: Database
    folder: AttachmentFolder
    app: FastAPI
    address: str


@contextmanager
def town_hall_over(database: Database, folder: Path) -> Iterator[TownHall]:
    attachments = AttachmentFolder(folder, limit_bytes=1024 * 1024)
    app = staff_app(database, attachments)
    with serving(app) as address:
        yield TownHall(database, attachments, app, address)


@contextmanager
def town_of(hall: TownHall) -> "Iterator[Town]":
    with httpx.Client(base_url=hall.address, timeout=60, verify=False) as client:
        yield Town(hall, client)


class Town:
    def __init__(self, hall: TownHall, client: httpx.Client) -> None:
        self.database, self.folder, self.app = hall.database, hall.folder, hall.app
        self.client = client
        self._numbers = itertools.count(1)
        for role, unit in DEMO_UNITS.items():
            self.hire(role.value, role, unit)
        self.hire("other_handler", Role.HANDLER, OTHER_UNIT)

    def hire(self, username: str, role: Role, unit: str) -> None:
        with self.database.begin() as session:
            session.add(
                StaffAccount(
                    username=username,
                    display_name=f"示例{role.label}",
                    role=role,
                    unit_code=unit,
                    password_hash=_password_hash(),
                )
            )

    # Residents

    def conversation(self, name: str | None = None, *, channel: str = "web") -> int:
        name = name or f"resident-{next(self._numbers)}"
        with self.database.begin() as session:
            account = account_for(session, channel, name, scene=None, now=now())
            return conversation_for(session, account, now=now()).id

    def case(
        self,
        text: str = VAGUE,
        *,
        location: str | None = "西湖区文三路",
        phone: str | None = None,
        conversation_id: int | None = None,
        unit: str | None = None,
    ) -> str:
        """A registered case; with `unit`, dispatched there, whatever its text is about."""
        conversation_id = conversation_id or self.conversation()
        with self.database.begin() as session:
            conversation = session.get_one(Conversation, conversation_id)
            conversation.account.resident.phone = phone
            key = f"town-{next(self._numbers)}"
            appeal = Appeal(text=VAGUE if unit else text, location=location)
            case = register(session, conversation, appeal, key=key, now=now())
            case.text = text
            case_no = case.case_no
        if unit:
            self.do("dispatcher", case_no, "dispatch", unit=unit)
        return case_no

    def says(self, conversation_id: int, text: str | None = None, *, photo: bytes = b"") -> int:
        """A message from the resident; gives its inbox id."""
        with self.database.begin() as session:
            account = session.get_one(Conversation, conversation_id).account
            external_id = f"m{next(self._numbers)}"
            inbox.receive(
                session,
                Incoming(account.channel, account.external_id, external_id, now(), text=text),
                now=now(),
            )
            message = session.query(InboxMessage).filter_by(external_id=external_id).one()
            if photo:
                message.body = {**message.body, "files": [{"kind": "photo"}]}
                attach(session, message, [self.folder.keep(photo)], now=now())
            return message.id

    def rates(self, case_no: str, score: int, *, reason: str | None = None) -> None:
        with self.database.begin() as session:
            case = by_number(session, case_no)
            number = next(self._numbers)
            rate(session, case, Grade(score), round=case.round, message_id=number, now=now())
            if reason:
                give_reason(session, case, reason, now=now())

    def queue(self, conversation_id: int, reason: str = "市民要求") -> None:
        with self.database.begin() as session:
            is_danger = reason.startswith("紧急")
            code = QueueCode.EMERGENCY if is_danger else QueueCode.REQUEST
            ask_for_person(session, conversation_id, reason, now=now(), code=code)

    # Staff

    def token(self, username: str) -> str:
        """Signed in without the password, which takes its time to check."""
        token = f"{username}-{next(self._numbers)}"
        digest = hashlib.sha256(token.encode()).hexdigest()
        expires_at = now() + timedelta(hours=1)
        with self.database.begin() as session:
            staff = session.query(StaffAccount).filter_by(username=username).one()
            session.add(
                StaffToken(
                    token_hash=digest, staff_id=staff.id, expires_at=expires_at, used_at=now()
                )
            )
        return token

    def bearer(self, username: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token(username)}"}

    def get(self, username: str, path: str, **parameters: Any) -> Response:
        return self.client.get(f"/api/v1{path}", params=parameters, headers=self.bearer(username))

    def post(self, username: str, path: str, body: Any = None) -> Response:
        return self.client.post(f"/api/v1{path}", json=body, headers=self.bearer(username))

    def do(self, username: str, case_no: str, action: str, **body: Any) -> Response:
        answer = self.post(username, f"/cases/{case_no}/{action}", body)
        assert answer.status_code == 200, answer.text
        return answer

    def at_once(self, path: str, *bodies: tuple[str, Any]) -> list[int]:
        """Each name posts its body at the same moment; the statuses, the lowest first."""
        together = threading.Barrier(len(bodies))

        def post(headers: dict[str, str], body: Any) -> int:
            together.wait(60)
            return self.client.post(f"/api/v1{path}", json=body, headers=headers).status_code

        bearers = [self.bearer(name) for name, _ in bodies]
        with ThreadPoolExecutor(len(bodies)) as pool:
            return sorted(pool.map(post, bearers, [body for _, body in bodies]))

    def replies(self, conversation_id: int) -> list[tuple[str, str]]:
        """(source, text) of what was sent to the resident."""
        answer = self.get("admin", f"/conversations/{conversation_id}")
        return [(m["from"], m["text"]) for m in answer.json()["messages"]]
