"""Limits of one network address at the door of the web chat, counted in this process.

A mobile network has many residents behind one address, so they are wide: a flood meets them, a
family does not. The chat itself has a limit of unanswered messages (`backend.messaging.intake`).
"""

import ipaddress
import threading
from collections import Counter
from time import monotonic

from backend.errors import TooManyWaiting
from backend.staff.sign_in import network
from dialogue.texts.chat import TOO_MANY_WAIT

WINDOW_SECONDS = 60
MOST_SESSIONS = 60
MOST_MESSAGES = 300


class AddressLimit:
    """At most `most` calls of an address in a window. Any thread may call it."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._window = 0
        self._calls: Counter[str] = Counter()
        self._lock = threading.Lock()

    def count(self, address: str) -> None:
        """Count a call. Raises TooManyWaiting beyond the limit.

        This machine has none: a proxy that does not name its clients looks like one resident.
        """
        if _is_here(address):
            return
        moment = monotonic()
        with self._lock:
            if int(moment) // WINDOW_SECONDS != self._window:
                self._window = int(moment) // WINDOW_SECONDS
                self._calls.clear()
            self._calls[network(address)] += 1
            is_too_many = self._calls[network(address)] > self._most
        if is_too_many:
            wait = WINDOW_SECONDS - int(moment) % WINDOW_SECONDS
            raise TooManyWaiting(TOO_MANY_WAIT.plain, retry_after=wait)


def _is_here(address: str) -> bool:
    """True for loopback, and for a socket without an address."""
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return True
