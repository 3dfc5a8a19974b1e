"""Rasa's actions over the route that Rasa calls: what is misunderstood can be lodged as said."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select

from backend.conversations.models import Conversation
from backend.database import Database
from backend.messaging import inbox
from backend.messaging.messages import Incoming
from backend.messaging.models import InboxMessage
from dialogue.server import PATH, action_routes
from tests.fakes import serving

SECRET = "the secret of this test"
NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)
NOISE = "隔壁工地半夜打桩，噪声太大，全楼都睡不着"


class Route:
    """Calls actions as Rasa does, for one resident on the web chat."""

    def __init__(self, database: Database, http: httpx.Client) -> None:
        self._database = database
        self._http = http
        self._messages = 0

    def hears(self, text: str) -> tuple[int, int]:
        """(conversation, message) ids of what the resident wrote."""
        self._messages += 1
        said = Incoming("web", "resident", f"m{self._messages}", NOON, text=text)
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
            "entities": [],
            "metadata": {
                "conversation_id": conversation_id,
                "message_id": message_id,
                "previous_id": other.get("previous_id", 0),
                "button": other.get("button", {}),
            },
        }
        tracker = {
            "sender_id": "1-1-0",
            "slots": other.get("slots", {}),
            "latest_message": said,
            "events": [{"event": "user", "timestamp": 0}],
            "paused": False,
            "followup_action": None,
            "active_loop": {},
            "latest_action_name": "action_listen",
        }
        call = {"next_action": action, "tracker": tracker}
        answer = self._http.post(PATH, json=call, headers={"Authorization": f"Bearer {SECRET}"})
        assert answer.status_code == 200
        return {**answer.json(), "message_id": message_id}

    def owner(self) -> str:
        with self._database.begin() as session:
            return session.scalars(select(Conversation)).one().owner


@pytest.fixture
def route(database: Database) -> Iterator[Route]:
    app = FastAPI()
    app.include_router(action_routes(database, SECRET))
    with serving(app) as url, httpx.Client(base_url=url, trust_env=False, timeout=30) as http:
        yield Route(database, http)


def slots(result: dict[str, Any]) -> dict[str, Any]:
    return {e["name"]: e["value"] for e in result["events"] if e["event"] == "slot"}


def buttons(result: dict[str, Any]) -> list[dict[str, Any]]:
    return [button for answer in result["responses"] for button in answer["buttons"]]


def test_a_problem_taken_for_something_unknown_begins_an_appeal(route: Route) -> None:
    result = route.runs("action_unsure", NOISE, intent="nlu_fallback")
    assert slots(result) == {"starts_appeal": True}
    assert result["responses"] == []


def test_what_nobody_understands_can_be_lodged_as_it_was_said(route: Route) -> None:
    result = route.runs("action_unsure", "那边那个东西又那样了", intent="nlu_fallback")
    assert slots(result)["starts_appeal"] is False
    assert buttons(result)[0]["payload"] == "/lodge_appeal"
    assert buttons(result)[0]["data"] == {"words_of": result["message_id"]}


def test_the_button_lodges_the_earlier_words(route: Route) -> None:
    _, earlier = route.hears("那边那个东西又那样了")
    result = route.runs(
        "validate_appeal_form",
        "",
        say="/lodge_appeal",
        intent="lodge_appeal",
        button={"words_of": earlier},
    )
    assert slots(result)["appeal_text"] == "那边那个东西又那样了"


def test_a_yes_lodges_them_too(route: Route) -> None:
    _, earlier = route.hears("那边那个东西又那样了")
    pending = {"about": "lodge", "case_no": None, "message_id": earlier}
    said = {"intent": "affirm", "slots": {"pending": pending}, "previous_id": earlier}
    assert slots(route.runs("action_yes", "好的", **said)) == {"starts_appeal": True}
    assert slots(route.runs("validate_appeal_form", "好的", **said))["appeal_text"] == (
        "那边那个东西又那样了"
    )


def test_urging_without_a_case_may_be_a_new_matter(route: Route) -> None:
    result = route.runs("action_chase_case", "路上井盖坏了好几天没人修", intent="chase_case")
    assert buttons(result)[0]["data"] == {"words_of": result["message_id"]}


def test_a_sure_danger_goes_to_a_person(route: Route) -> None:
    result = route.runs("action_emergency", "他喘不上气了", intent="emergency")
    assert "120" in result["responses"][0]["text"]
    assert route.owner() == "queue"


def test_a_doubtful_danger_gets_the_numbers_and_a_choice(route: Route) -> None:
    result = route.runs("action_emergency", "楼道灯坏了", intent="emergency", confidence=0.5)
    assert "119" in result["responses"][0]["text"]
    assert [button["payload"] for button in buttons(result)] == ["/lodge_appeal", "/request_human"]
    assert route.owner() == "bot"
