"""What an action works with: the resident's message, the facts, and a way to answer."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import ActionExecutor, CollectingDispatcher
from rasa_sdk.interfaces import Tracker
from sqlalchemy.orm import Session

from backend import clock
from backend.conversations.models import Conversation
from backend.conversations.service import get as get_conversation
from backend.database import Database
from backend.messaging.messages import Body, Button, Pin
from backend.messaging.models import InboxMessage
from dialogue.drafts import Heard
from dialogue.mentions import place_meant
from nlu.text import find_case_nos

Events = list[EventType]

OFFER_TO_LODGE = "lodge"  # what a yes would mean: `pending`'s "about"


@dataclass
class Turn:
    """One message, seen by one action, inside one transaction."""

    session: Session
    tracker: Tracker
    now: datetime
    answers: list[dict[str, Any]] = field(default_factory=list)

    @property
    def message_id(self) -> int:
        return int(self._metadata["message_id"])

    @property
    def previous_id(self) -> int:
        return int(self._metadata["previous_id"])

    @property
    def pressed(self) -> dict[str, Any]:
        """What the pressed button carries; empty for words."""
        return self._metadata.get("button") or {}

    @property
    def _metadata(self) -> dict[str, Any]:
        return self.tracker.latest_message.get("metadata") or {}

    @property
    def conversation(self) -> Conversation:
        return get_conversation(self.session, int(self._metadata["conversation_id"]))

    @property
    def resident_id(self) -> int:
        return self.conversation.account.resident_id

    @property
    def words(self) -> str:
        """All that the resident wrote: Rasa is shown the beginning of a long message."""
        if self.is_pressed:
            return ""
        return self.words_of(self.message_id) or str(self.tracker.latest_message.get("text") or "")

    def words_of(self, message_id: int) -> str:
        return Body.of(self.session.get_one(InboxMessage, message_id).body).words

    @property
    def is_pressed(self) -> bool:
        return str(self.tracker.latest_message.get("text") or "").startswith("/")

    @property
    def is_in_form(self) -> bool:
        """Whether a form is being filled, and asks its own question after what is said here."""
        return bool(self.tracker.active_loop.get("name"))

    @property
    def pin(self) -> Pin | None:
        pin = self._metadata.get("pin")
        return Pin(**pin) if pin else None

    def is_back_at(self, form: str) -> bool:
        """True when another action has answered this message, and the form is asked again."""
        actions = []
        for event in reversed(self.tracker.events):
            if event["event"] == "user":
                break
            if event["event"] == "action":
                actions.append(event["name"])
        return any(name != form for name in actions)

    def heard(self) -> Heard:
        intent = self.tracker.latest_message.get("intent") or {}
        return Heard(
            text=self.words,
            intent=str(intent.get("name")),
            confidence=float(intent.get("confidence") or 0),
            location=self.location,
            pressed=self.is_pressed,
        )

    @property
    def location(self) -> str | None:
        heard = self.tracker.latest_message
        places = [it for it in heard.get("entities") or () if it["entity"] == "location"]
        return place_meant(str(heard.get("text")), [(it["start"], it["end"]) for it in places])

    def case_number(self) -> str | None:
        """The number the message names, whole or its last digits."""
        found = find_case_nos(self.words)
        return found[0].value if found else None

    def say(self, text: str, buttons: Sequence[Button] = ()) -> None:
        shown = [{"title": b.title, "payload": b.say, "data": b.data} for b in buttons]
        self.answers.append({"text": text, "buttons": shown})

    def ask_yes_or_no(
        self, text: str, about: str, case_no: str | None, yes: str, no: str
    ) -> Events:
        """Ask, and remember what a yes in the very next message would mean."""
        told = {about: case_no} if case_no else {}
        self.say(text, [Button(yes, "/affirm", told), Button(no, "/deny", told)])
        pending = {"about": about, "case_no": case_no, "message_id": self.message_id}
        return [SlotSet("pending", pending)]

    def offer_to_lodge(self, text: str, others: Sequence[Button] = ()) -> Events:
        """Say `text` and offer to lodge what this message said: nobody says it twice."""
        lodge = Button("登记交给单位办", "/lodge_appeal", {"words_of": self.message_id})
        self.say(text, [lodge, *others])
        pending = {"about": OFFER_TO_LODGE, "case_no": None, "message_id": self.message_id}
        return [SlotSet("pending", pending)]

    def pending(self) -> dict[str, Any] | None:
        """What was asked in the message before this one."""
        pending = self.tracker.get_slot("pending")
        return pending if pending and pending["message_id"] == self.previous_id else None


Act = Callable[[Turn], Events]


def register(executor: ActionExecutor, database: Database, actions: Mapping[str, Act]) -> None:
    """Make each function an action of Rasa's: one call, one transaction."""
    for name, act in actions.items():
        executor.register_function(name, _in_transaction(database, act))


def _in_transaction(database: Database, act: Act) -> Callable[..., Events]:
    def run(dispatcher: CollectingDispatcher, tracker: Tracker, _: dict[str, Any]) -> Events:
        with database.begin() as session:
            turn = Turn(session, tracker, clock.now())
            events = act(turn)
        for answer in turn.answers:
            dispatcher.utter_message(**answer)
        return events

    return run
