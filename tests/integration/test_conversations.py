"""Every script of tests/conversations, played over a real database with the trained model.

What answers is built in one place, `turns_over`.
"""

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from fastapi.testclient import TestClient

from backend.attachments.storage import AttachmentFolder
from backend.database import Database
from backend.errors import MinhuError
from backend.settings import settings
from bot.channels.wakeups import ChatWakeups
from bot.channels.webchat.channel import WebChat
from bot.channels.webchat.routes import chat_routes
from bot.rasa import training
from bot.rasa.client import Rasa
from bot.workers.transcribe import Hearing
from tests.eval.town_staff import TownStaff
from tests.support.chats import InProcess
from tests.support.scripts import Played, TalkScript, load
from tests.support.staff_app import Town

LIMIT_BYTES = 100_000
NOBODY_HOME = "http://127.0.0.1:9"


def turns_over(database: Database) -> Any:
    """The bot's turns; they understand by the trained model, with no Rasa beside them."""
    turns, understanding = map(pytest.importorskip, ("bot.turns.turn", "bot.turns.understanding"))
    understand = understanding.Understanding(Rasa(NOBODY_HOME), training.MODEL).of
    return turns.Turns(database, understand, {WebChat.name: WebChat()})


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> AttachmentFolder:
    return AttachmentFolder(tmp_path_factory.mktemp("files"), limit_bytes=LIMIT_BYTES)


@pytest.fixture(scope="module")
def answers(shared_database: Database, folder: AttachmentFolder) -> Callable[[], None]:
    """Answers all that waits."""
    turns = turns_over(shared_database)
    hearing = Hearing(shared_database, None, folder)  # who speaks comes with their transcript

    def answer() -> None:
        while hearing.hear_next() or turns.take_next():
            pass

    return answer


@pytest.fixture(scope="module")
def door(shared_database: Database, folder: AttachmentFolder) -> Iterator[TestClient]:
    app = FastAPI()
    app.include_router(chat_routes(shared_database, folder, ChatWakeups()))

    @app.exception_handler(MinhuError)
    def answer_error(_: Request, error: MinhuError) -> JSONResponse:
        return JSONResponse({"error": error.message}, error.status_code)

    with TestClient(app) as client:
        yield client


@pytest.fixture
def no_quiet_hours(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What staff do is told at once, whatever the time is."""
    for name in ("MINHU_QUIET_FROM", "MINHU_QUIET_UNTIL"):
        monkeypatch.setenv(name, "00:00")
    settings.cache_clear()
    yield
    settings.cache_clear()


@pytest.fixture
def chats(
    answers: Callable[[], None], door: TestClient, town: Town, no_quiet_hours: None
) -> Iterator[InProcess]:
    with TestClients(town) as signed_in:
        yield InProcess(town.database, door, answers, TownStaff(signed_in))


class TestClients:
    """The staff API for each account, signed in without the password."""

    __test__ = False

    def __init__(self, town: Town) -> None:
        self._town = town
        self._clients: dict[str, httpx.Client] = {}

    def __call__(self, username: str) -> httpx.Client:
        if username not in self._clients:
            base = f"{str(self._town.client.base_url).rstrip('/')}/api/v1"
            headers = self._town.bearer(username)
            self._clients[username] = httpx.Client(base_url=base, headers=headers, timeout=60)
        return self._clients[username]

    def __enter__(self) -> "TestClients":
        return self

    def __exit__(self, *_: object) -> None:
        for client in self._clients.values():
            client.close()


@pytest.mark.parametrize("script", load(), ids=lambda script: script.id)
def test_a_conversation_goes_as_it_should(script: TalkScript, chats: InProcess) -> None:
    played = Played(script, chats)
    played.run()
    if played.wrong:
        pytest.fail(played.report, pytrace=False)
