"""Client of Rasa's parse server, with a time budget for each request."""

import threading
from typing import Any

import httpx

BUDGET_SECONDS = 1.0
LOOK_SECONDS = 2.0  # for an answer without work
MOST_WORDS = 1_000  # characters that a classifier is shown; the inbox keeps all


class RasaUnavailable(Exception):
    """Rasa is down, cold, slow, or answers what cannot be used."""


class Rasa:
    """`POST /model/parse` of one Rasa server, or of several behind one address."""

    def __init__(self, url: str, token: str = "") -> None:
        """Without a `url` nobody is asked until `move` names one."""
        query = {"token": token} if token else {}
        self._http = httpx.Client(timeout=BUDGET_SECONDS, trust_env=False, params=query)
        self._url = url
        self._warm = threading.Event()
        if url:
            self._warm.set()

    def move(self, url: str) -> None:
        """Use a newly started Rasa. It must answer a probe first: first answers are slow."""
        self._warm.clear()
        self._url = url

    def parse(self, words: str) -> dict[str, Any]:
        """`intent` and `entities`, as Rasa has them. Raises RasaUnavailable."""
        if not self._warm.is_set():
            raise RasaUnavailable("it was just started")
        return self._parse(words)

    def cool(self) -> None:
        """Send no message before a probe has been answered."""
        self._warm.clear()

    @property
    def is_known(self) -> bool:
        """True if this process knows a Rasa at all: one that only serves HTTP need not."""
        return bool(self._url)

    def is_warm(self) -> bool:
        return self._warm.is_set()

    def warm_up(self) -> None:
        """A first question of nobody's. Raises RasaUnavailable."""
        self._parse("谢谢")
        self._warm.set()

    def _parse(self, words: str) -> dict[str, Any]:
        try:
            response = self._http.post(
                f"{self._url}/model/parse", json={"text": words[:MOST_WORDS]}
            )
            response.raise_for_status()
            answer: dict[str, Any] = response.json()
        except httpx.ConnectError as error:
            self.cool()  # nobody listens: it will have to be started
            raise RasaUnavailable(type(error).__name__) from error
        except (httpx.HTTPError, ValueError) as error:
            raise RasaUnavailable(type(error).__name__) from error
        return answer

    def is_up(self) -> bool:
        try:
            return self._http.get(f"{self._url}/", timeout=LOOK_SECONDS).is_success
        except httpx.HTTPError:
            return False

    def close(self) -> None:
        self._http.close()
