"""What a channel must be able to do. A new channel (DingTalk, WeCom) is one more of these.

ChannelError
├── Blocked      the resident does not want us, or is gone: hold until they write again
├── OutOfWindow  too much said, or too long ago: hold until they make contact
│   └── QuotaSpent   so many messages, and no more, after their last contact
├── RetryAfter   the channel asks us to wait so many seconds
├── Unreachable  network trouble: try again, later each time
│   └── NotTaken the service certainly did not take the message: it cost nothing
└── Refused      this message can never be sent: a person has to look
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
    """No connection, no access token, or the service says that it is busy."""


class Refused(ChannelError):
    pass


class Channel(Protocol):
    name: str
    shows_buttons: bool  # else the choices are told as numbers to reply with
    gap_seconds: float  # between two messages to one chat

    def split(self, text: str) -> list[str]:
        """`text` in as many parts as it needs messages."""
        ...

    def send(self, account: str, text: str, buttons: Sequence[tuple[str, str]]) -> None:
        """Deliver one message; `buttons` are (title, payload). Raises ChannelError."""
        ...

    def fetch(self, reference: str) -> bytes:
        """The content of a file that a resident sent. Raises ChannelError, TooLarge."""
        ...


@runtime_checkable
class SendsVoices(Protocol):
    """A channel on which a reply may be heard beside its text."""

    gap_seconds: float
    voice_form: str  # of nlu.speech.encode

    def send_voice(self, account: str, sound: bytes) -> None:
        """Deliver a sound of that form. Raises ChannelError."""
        ...


@runtime_checkable
class SendsTemplates(Protocol):
    """A channel that may say a little, in a form the service has approved, at any time."""

    template_id: str | None  # None when the operator has none

    def send_template(self, account: str, text: str) -> str | None:
        """The service's number for it, if it gives one. Raises ChannelError."""
        ...
