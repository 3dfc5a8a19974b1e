"""Client of Rasa's parse server, with a time budget for each request."""

import json
import threading
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import quote, urlsplit

BUDGET_SECONDS = 1.0
LOOK_SECONDS = 2.0  # for an answer without work
MOST_WORDS = 1_000  # characters that a classifier is shown; the inbox keeps all
_JSON = {"Content-Type": "application/json"}
_WRONG = (OSError, HTTPException, ValueError)


class RasaUnavailable(Exception):
    """Rasa is down, cold, slow, or answers what cannot be used."""


class Rasa:
    """`POST /model/parse` of one Rasa server, or of several behind one address.

    The standard library's client takes a third of httpx's processor time for a request this small,
    and each turn makes one. Each thread keeps a connection open.
    """

    def __init__(self, url: str, token: str = "") -> None:
        """Without a `url` nobody is asked until `move` names one."""
        self._query = f"?token={quote(token)}" if token else ""
        self._url = url
        self._open = threading.local()
        self._connections: list[HTTPConnection] = []  # of all threads
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

    def is_up(self) -> bool:
        try:
            connection = _connection(self._url, LOOK_SECONDS)
            _exchange(connection, "GET", self._path("/"))
            connection.close()
        except _WRONG:
            return False
        return True

    def close(self) -> None:
        for connection in self._connections:
            connection.close()

    def _parse(self, words: str) -> dict[str, Any]:
        body = json.dumps({"text": words[:MOST_WORDS]}).encode()
        try:
            answer: dict[str, Any] = json.loads(self._ask(body))
        except ConnectionRefusedError as error:
            self.cool()  # nobody listens: it will have to be started
            raise RasaUnavailable(type(error).__name__) from error
        except _WRONG as error:
            raise RasaUnavailable(type(error).__name__) from error
        return answer

    def _ask(self, body: bytes) -> bytes:
        """The answer to one parse; a connection that Rasa closed in between is opened again."""
        path = self._path("/model/parse")
        try:
            return _exchange(self._connection(), "POST", path, body)
        except (ConnectionResetError, BrokenPipeError):
            return _exchange(self._connection(), "POST", path, body)

    def _connection(self) -> HTTPConnection:
        """This thread's connection to the present address."""
        url, connection = getattr(self._open, "connection", ("", None))
        if connection is None or url != self._url:
            if connection is not None:
                connection.close()
            connection = _connection(self._url, BUDGET_SECONDS)
            self._open.connection = (self._url, connection)
            self._connections.append(connection)
        return connection

    def _path(self, path: str) -> str:
        return urlsplit(self._url).path.rstrip("/") + path + self._query


def _connection(url: str, seconds: float) -> HTTPConnection:
    """Not connected yet. Raises ValueError for what is no address."""
    address = urlsplit(url)
    if not address.hostname:
        raise ValueError("no address")
    kind = HTTPSConnection if address.scheme == "https" else HTTPConnection
    return kind(address.hostname, address.port, timeout=seconds)


def _exchange(
    connection: HTTPConnection, method: str, path: str, body: bytes | None = None
) -> bytes:
    """The content of a good answer. Raises what `_WRONG` lists, and then closes the connection."""
    try:
        connection.request(method, path, body, _JSON)
        response = connection.getresponse()
        content = response.read()
        if response.status != HTTPStatus.OK:
            raise HTTPException(f"status {response.status}")
    except _WRONG:
        connection.close()
        raise
    return content
