"""A resident's page on the chat API."""

import json
import time
from typing import Any

import httpx
from sqlalchemy import select

from backend.database import Database
from backend.models.conversations import Conversation
from backend.models.messages import InboxMessage


class Page:
    """A resident's page: one session of the chat."""

    def __init__(self, http: httpx.Client) -> None:
        opened = http.post("/chat/sessions")
        assert opened.status_code == 201
        assert set(opened.json()) == {"session_id", "token"}
        self.http = http
        self.headers = {"Authorization": f"Bearer {opened.json()['token']}"}

    def send(self, message_id: str = "m1", **content: Any) -> httpx.Response:
        return self.post(json.dumps({"message_id": message_id, **content}).encode())

    def post(self, content: bytes, media_type: str = "application/json") -> httpx.Response:
        headers = {**self.headers, "Content-Type": media_type}
        return self.http.post("/chat/messages", content=content, headers=headers)

    def upload(self, content: bytes, name: str = "photo.jpg", **fields: str) -> httpx.Response:
        data = {"message_id": "m1", **fields}
        return self.http.post(
            "/chat/messages", data=data, files={"file": (name, content)}, headers=self.headers
        )

    def get(self, after: int = 0, wait: float = 10) -> list[dict[str, Any]]:
        parameters = {"after": after, "wait": wait}
        answer = self.http.get("/chat/messages", params=parameters, headers=self.headers)
        assert answer.status_code == 200
        messages: list[dict[str, Any]] = answer.json()["messages"]
        return messages


def settle(database: Database) -> None:
    """Wait until the workers have answered all of it: the next test wants an empty database."""
    busy = (Conversation.turn_leased_until.is_not(None)) | (InboxMessage.done_at.is_(None))
    waiting = select(InboxMessage.id).join(Conversation).where(busy)
    for _ in range(500):
        with database.begin() as session:
            if session.scalar(waiting.limit(1)) is None:
                return
        time.sleep(0.02)
    raise AssertionError("the workers have left something unanswered")
