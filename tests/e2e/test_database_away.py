"""PostgreSQL is away for a while: nothing is promised meanwhile, and nothing lost after."""

import time
from collections.abc import Callable

import httpx
import pytest
from sqlalchemy import select

from backend import embedded
from backend.database import Database
from backend.models.messages import Delivery, OutboxMessage
from tests.e2e.conftest import Hooked
from tests.e2e.people import APPEAL, Chat
from tests.e2e.telegram_people import HELLO, READ_BACK
from tests.e2e.whole import start_postgres, wait_for

pytestmark = [pytest.mark.whole, pytest.mark.timeout(400)]

AWAY_SECONDS = 12.0  # each part of Minhu has tried again twice by then


def test_minhu_resumes_when_postgresql_returns(hooked: Hooked) -> None:
    minhu, api = hooked.minhu, hooked.api
    chat, interrupted, person = Chat(minhu), Chat(minhu), api.somebody()
    person.says("你好", HELLO)
    _wait_until_noted_as_sent(hooked)
    rasa = minhu.rasa()
    rasa.suspend()
    try:
        interrupted.sends(text="你好")  # kept; its answer cannot be
        embedded.stop(hooked.postgres)
    finally:
        rasa.resume()

    missed = {"message_id": "missed-1", "text": "你好"}
    update = person.resident.says(APPEAL)
    _is_turned_away(hooked, lambda: chat.http.post("/chat/messages", json=missed))
    assert set(api.webhook_answers[-3:]) == {503}

    start_postgres(hooked.postgres)
    minhu.wait_until_ok()
    responses = [chat.http.post("/chat/messages", json=missed) for _ in range(3)]
    assert [answer.status_code for answer in responses] == [202] * 3
    assert [answer.json()["duplicate"] for answer in responses] == [False, True, True]
    assert [api.post(update) for _ in range(3)] == [200] * 3

    for resident in (chat, interrupted):
        assert resident.answer()["text"].startswith(HELLO)
        assert "不客气" in resident.says("谢谢")["text"]
        assert len(resident.inbox) == 2
    person.hears(READ_BACK)
    person.says("谢谢", "不客气")
    assert len(person.texts) == 3


def _wait_until_noted_as_sent(hooked: Hooked) -> None:
    """A message that Telegram has, and whose row does not say so yet, would be sent again."""
    database = Database(start_postgres(hooked.postgres))  # already running: its address
    unsent = select(OutboxMessage.id).where(OutboxMessage.status != Delivery.SENT)

    def is_noted() -> bool:
        with database.begin() as session:
            return session.scalars(unsent).first() is None

    wait_for("the greeting to be noted as sent", is_noted)
    database.engine.dispose()


def _is_turned_away(hooked: Hooked, send: Callable[[], httpx.Response]) -> None:
    until = time.monotonic() + AWAY_SECONDS
    while time.monotonic() < until:
        answer = send()
        assert (answer.status_code, answer.json()) == (503, {"error": "系统正忙，请稍后再试"})
        health = hooked.minhu.health()
        assert (health["code"], health["database"]) == (503, False)
        time.sleep(1)
