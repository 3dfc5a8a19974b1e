"""The interface of a channel and its errors. A new channel (DingTalk, WeCom) implements `Channel`.

ChannelError
├── Blocked      the resident blocked us or left: hold until they write again
├── OutOfWindow  the time or number of messages after a contact is used up: hold until the next
│   └── QuotaSpent   the number of messages after the last contact is used up
├── RetryAfter   the channel asks us to wait `seconds`
├── Unreachable  network trouble: try again with growing pauses
│   └── NotTaken the service did not accept the message: no quota was spent
└── Refused      this message can never be sent: staff have to look
"""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable


class ChannelError(Exception):
    pass


class Blocked(ChannelError):
    pass


class OutOfWindow(ChannelError):
    pass


class QuotaSpent(OutOfWindow):
    pass


class RetryAfter(ChannelError):
    def __init__(self, seconds: float) -> None:
        super().__init__(f"wait {seconds} s")
        self.seconds = seconds


class Unreachable(ChannelError):
    pass


class NotTaken(Unreachable):
    """No connection, no access token, or the service answers that it is busy."""


class Refused(ChannelError):
    pass


class Channel(Protocol):
    name: str
    shows_buttons: bool  # False: choices are written as numbers to reply with
    gap_seconds: float  # least time between two messages to one chat

    def split(self, text: str) -> list[str]:
        """`text` cut into the messages it needs."""
        ...

    def send(self, account: str, text: str, buttons: Sequence[tuple[str, str]]) -> None:
        """Deliver one message; `buttons` are (title, payload). Raises ChannelError."""
        ...

    def fetch(self, reference: str) -> bytes:
        """The content of a file that a resident sent. Raises ChannelError, TooLarge."""
        ...


@runtime_checkable
class SendsVoices(Protocol):
    """A channel that can send a reply as sound after its text."""

    gap_seconds: float
    voice_form: str  # a form of nlu.speech.encode

    def send_voice(self, account: str, sound: bytes) -> None:
        """Deliver `sound`, encoded as `voice_form`. Raises ChannelError."""
        ...


@runtime_checkable
class AsksPlaces(Protocol):
    """A channel with a button that sends the phone's position."""

    def ask_place(self, account: str, text: str) -> None:
        """Deliver a message that asks where something is. Raises ChannelError."""
        ...


@runtime_checkable
class SendsMenus(Protocol):
    """A channel without buttons that can send choices to tap in a message of their own."""

    sends_menus: bool

    def send_menu(self, account: str, text: str, buttons: Sequence[tuple[str, str]]) -> bool:
        """Deliver `text` and the choices; False when it is not possible. Raises ChannelError."""
        ...


@runtime_checkable
class SendsTemplates(Protocol):
    """A channel that may send a template message, approved by its service, at any time."""

    template_id: str | None  # None when the operator has none

    def send_template(self, account: str, text: str) -> str | None:
        """Send; returns the service's id of the message, if it gives one. Raises ChannelError."""
        ...
