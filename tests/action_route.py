"""Rasa's actions over the route that Rasa calls, for one resident who writes on the web chat."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
from fastapi import FastAPI
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from backend.cases.models import Case
from backend.conversations.models import Conversation
from backend.database import Database
from backend.messaging import inbox
from backend.messaging.messages import Incoming
from backend.messaging.models import InboxMessage
from dialogue.server import PATH, action_routes
from tests.builders import NOON
from tests.fakes import serving

SECRET = "the secret of this test"
RESIDENT = "resident"


class Route:
    """Calls actions as Rasa does, for one resident on the web chat."""

    def __init__(self, database: Database, http: httpx.Client) -> None:
        self._database = database
        self._http = http
        self._messages = 0
        self.account = RESIDENT
        self.slots: dict[str, Any] = {}

    def hears(self, text: str) -> tuple[int, int]:
        """(conversation, message) ids of what the resident wrote."""
        self._messages += 1
        said = Incoming("web", self.account, f"{self.account}-{self._messages}", NOON, text=text)
        with self._database.begin() as session:
            inbox.receive(session, said, now=NOON)
            row = session.scalars(select(InboxMessage).order_by(InboxMessage.id.desc())).first()
            assert row is not None
            return row.conversation_id, row.id

    def runs(self, action: str, text: str, **other: Any) -> dict[str, Any]:
        conversation_id, message_id = self.hears(text)
        said = {
            "text": other.get("say", text),
            "intent": {"name": other.get("intent"), "confidence": other.get("confidence", 0.9)},
            "entities": [
                {
                    "entity": "location",
                    "value": place,
                    "start": text.index(place),
                    "end": text.index(place) + len(place),
                }
                for place in other.get("places", ())
            ],
            "metadata": {
                "conversation_id": conversation_id,
                "message_id": message_id,
                "previous_id": other.get("previous_id", 0),
                "button": other.get("button", {}),
                "pin": other.get("pin"),
            },
        }
        tracker = {
            "sender_id": "1-1-0",
            "slots": other.get("slots", {}),
            "latest_message": said,
            "events": [{"event": "user", "timestamp": 0}],
            "paused": False,
            "followup_action": None,
            "active_loop": {"name": other["form"]} if "form" in other else {},
            "latest_action_name": "action_listen",
        }
        call = {"next_action": action, "tracker": tracker}
        answer = self._http.post(PATH, json=call, headers={"Authorization": f"Bearer {SECRET}"})
        assert answer.status_code == 200
        return {**answer.json(), "message_id": message_id}

    def fills(self, text: str, intent: str, **other: Any) -> dict[str, Any]:
        """Goes on with the appeal form, as Rasa does with the slots that it keeps."""
        said = {"intent": intent, "slots": self.slots, **other}
        result = self.runs("validate_appeal_form", text, **said)
        self.slots = {**self.slots, **slots(result)}
        return result

    def submits(self) -> Case:
        self.runs("action_submit_appeal", "对", slots=self.slots)
        with self._database.begin() as session:
            return session.scalars(select(Case).options(joinedload(Case.unit))).one()

    def owner(self) -> str:
        with self._database.begin() as session:
            return session.scalars(select(Conversation)).one().owner


@contextmanager
def serving_actions(database: Database) -> Iterator[str]:
    app = FastAPI()
    app.include_router(action_routes(database, SECRET))
    with serving(app) as address:
        yield address


@contextmanager
def route_at(address: str, database: Database) -> Iterator[Route]:
    with httpx.Client(base_url=address, trust_env=False, timeout=30, verify=False) as http:
        yield Route(database, http)


def slots(result: dict[str, Any]) -> dict[str, Any]:
    return {e["name"]: e["value"] for e in result["events"] if e["event"] == "slot"}


def buttons(result: dict[str, Any]) -> list[dict[str, Any]]:
    return [button for answer in result["responses"] for button in answer["buttons"]]


def told(result: dict[str, Any]) -> str:
    return "\n".join(answer["text"] for answer in result["responses"])
