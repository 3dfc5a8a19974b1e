"""Talks to Rasa over its REST channel, for at most three seconds."""

import threading
from dataclasses import dataclass
from typing import Any

import httpx

from backend.messaging.messages import Button, Pin

BUDGET_SECONDS = 3.0  # inside the 5 s that WeChat grants
MOST_WORDS = 1_000  # characters that Rasa is shown; the inbox keeps all


class RasaUnavailable(Exception):
    """Rasa is down, slow, or lost the action's answer; the rule path takes over."""


@dataclass(frozen=True)
class Said:
    """What goes to Rasa: words, or an intent that starts with `/` and is ours alone."""

    conversation_id: int
    message_id: int
    previous_id: int  # 0 begins a dialogue
    words: str
    button: dict[str, Any]
    pin: Pin | None

    def as_json(self) -> dict[str, Any]:
        return {
            "sender": f"{self.conversation_id}-{self.message_id}-{self.previous_id}",
            "message": self.words[:MOST_WORDS],
            "metadata": {
                "conversation_id": self.conversation_id,
                "message_id": self.message_id,
                "previous_id": self.previous_id,
                "button": self.button,
                "pin": vars(self.pin) if self.pin else None,
            },
        }


@dataclass(frozen=True)
class Answer:
    text: str
    buttons: list[Button]


class Rasa:
    def __init__(self, url: str) -> None:
        self._http = httpx.Client(base_url=url, timeout=BUDGET_SECONDS, trust_env=False)
        self._warm = threading.Event()
        self._warm.set()

    def ask(self, said: Said) -> Answer:
        """Rasa's answer, its messages as one. Raises RasaUnavailable."""
        if not self._warm.is_set():
            raise RasaUnavailable("it was just started")
        return self._ask(said)

    def cool(self) -> None:
        """It is started, or started again: its first turn will be slow, and is to be nobody's."""
        self._warm.clear()

    def is_warm(self) -> bool:
        return self._warm.is_set()

    def wait_until_warm(self, seconds: float | None = None) -> None:
        self._warm.wait(seconds)

    def warm_up(self) -> None:
        """A first turn of nobody's. Raises RasaUnavailable."""
        self._ask(Said(0, message_id=1, previous_id=0, words="谢谢", button={}, pin=None))
        self._warm.set()

    def _ask(self, said: Said) -> Answer:
        try:
            response = self._http.post("/webhooks/rest/webhook", json=said.as_json())
            response.raise_for_status()
            messages = response.json()
        except httpx.ConnectError as error:
            self.cool()  # nobody listens: it will have to be started
            raise RasaUnavailable(type(error).__name__) from error
        except (httpx.HTTPError, ValueError) as error:
            raise RasaUnavailable(type(error).__name__) from error
        # An action that failed leaves no message, or says so itself.
        if not messages or any((m.get("custom") or {}).get("failed") for m in messages):
            raise RasaUnavailable("an action failed")
        answer = _one_answer(messages)
        if not answer.text:
            raise RasaUnavailable("an answer without words")
        return answer

    def is_up(self) -> bool:
        try:
            return self._http.get("/", timeout=1.0).is_success
        except httpx.HTTPError:
            return False

    def close(self) -> None:
        self._http.close()


def _one_answer(messages: list[dict[str, Any]]) -> Answer:
    texts = [message["text"] for message in messages if message.get("text")]
    buttons = [button for message in messages for button in message.get("buttons") or ()]
    return Answer(
        text="\n\n".join(texts),
        buttons=[Button(b["title"], b["payload"], b.get("data") or {}) for b in buttons],
    )


def never_an_intent(words: str) -> str:
    """Residents' words without the leading `/` that Rasa would take for an intent."""
    return words.lstrip("/ \t\n／").strip() if words.lstrip().startswith("/") else words
