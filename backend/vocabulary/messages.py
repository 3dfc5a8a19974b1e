"""Values of messages in and out of a chat, the same on every channel."""

from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

MOST_TEXT = 10_000  # characters in one message from a resident


@dataclass(frozen=True)
class Pin:
    """A place that a resident pointed at on a map (WGS 84 degrees)."""

    latitude: float
    longitude: float
    label: str | None = None


@dataclass(frozen=True)
class File:
    """A file in a message: stored (`digest`), or still to be fetched (`reference`)."""

    kind: str  # photo, video, video_note, voice, document
    digest: str | None = None
    media_type: str | None = None
    size_bytes: int | None = None
    reference: str | None = None

    @property
    def is_spoken(self) -> bool:
        """True if the file is speech, which is transcribed and read as text."""
        return self.kind in ("voice", "video_note")


@dataclass(frozen=True)
class Transcript:
    """The text that speech recognition found in a voice note."""

    text: str  # simplified Chinese; empty without speech
    confidence: float  # 0-1
    seconds: float  # of the whole recording
    is_cut: bool = False  # too long: only its beginning was transcribed
    is_corrected: bool = False  # by staff who listened to it


class Contact(StrEnum):
    """Kind of a resident's contact; some channels allow a number of messages for each kind."""

    MESSAGE = "message"
    MENU = "menu"
    FOLLOW = "follow"
    SCAN = "scan"


@dataclass(frozen=True)
class Incoming:
    """One message from a resident. `external_id` is unique in the channel."""

    channel: str
    account: str
    external_id: str
    sent_at: datetime
    text: str | None = None
    payload: str | None = None  # of the button that was pressed
    intent: str | None = None  # stated by the channel: a menu entry, /start
    pin: Pin | None = None
    files: tuple[File, ...] = ()
    scene: str | None = None
    contact: Contact = Contact.MESSAGE
    transcript: Transcript | None = None  # where the channel transcribes speech itself

    def body(self) -> dict[str, Any]:
        """The JSON that the inbox stores; `Body.of` reads it."""
        pin = replace(self.pin, label=_storable(self.pin.label)) if self.pin else None
        transcript = self.transcript
        if transcript:
            transcript = replace(transcript, text=storable(transcript.text))
        text, payload = _storable(self.text), _storable(self.payload)
        return asdict(Body(text, payload, self.intent, pin, self.files, transcript))


def _storable(text: str | None) -> str | None:
    return None if text is None else storable(text)


def storable(text: str) -> str:
    """`text` without what PostgreSQL cannot store: NUL and lone surrogates."""
    return text.replace("\0", "").encode(errors="ignore").decode()


@dataclass(frozen=True)
class Body:
    """The content of an inbox row."""

    text: str | None = None
    payload: str | None = None
    intent: str | None = None
    pin: Pin | None = None
    files: tuple[File, ...] = ()
    transcript: Transcript | None = None  # of the voice note among the files
    # What `text` means: a "1" may mean the transcript it confirms, or a button.
    means: str | None = None

    @property
    def own_words(self) -> str:
        """The resident's text, or the transcript where there is no text."""
        return self.text or (self.transcript.text if self.transcript else "")

    @property
    def words(self) -> str:
        """The words that the dialogue understands."""
        return self.own_words if self.means is None else self.means

    @classmethod
    def of(cls, row: dict[str, Any]) -> "Body":
        pin, transcript = row.get("pin"), row.get("transcript")
        return cls(
            text=row.get("text"),
            payload=row.get("payload"),
            intent=row.get("intent"),
            pin=Pin(**pin) if pin else None,
            files=tuple(File(**file) for file in row.get("files", ())),
            transcript=Transcript(**transcript) if transcript else None,
            means=row.get("means"),
        )


@dataclass(frozen=True)
class Button:
    """A quick reply. Pressing it has the effect of sending `say`, together with `data`.

    A `say` that starts with `/` is an intent, which a resident's text never is.
    """

    title: str
    say: str
    data: dict[str, Any] = field(default_factory=dict)


def button_payload(outbox_id: int, index: int) -> str:
    """The payload that a channel carries for a button, within Telegram's 64 bytes."""
    return f"b{outbox_id}.{index}"


def parse_button_payload(payload: str) -> tuple[int, int] | None:
    """(outbox id, index); None for a payload that no message of ours has."""
    outbox_id, dot, index = payload.removeprefix("b").partition(".")
    if not (payload.startswith("b") and dot and outbox_id.isdecimal() and index.isdecimal()):
        return None
    if len(outbox_id) > 18 or len(index) > 3:
        return None
    return int(outbox_id), int(index)
