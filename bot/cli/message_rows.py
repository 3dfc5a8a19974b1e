"""Reads messages for `minhu topics` from JSON Lines."""

import json
import math
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from backend.errors import BadInput
from backend.sources.values import read_time
from nlu.incidents.message import Message

Row = dict[str, Any]
_MILLISECONDS_FROM = 1e11  # a larger number is a time in milliseconds since 1970
_MOST_VOTES = 10**9


class MessageReader:
    """Messages of a file; after reading, `problems` has one line for each bad line."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.problems: list[str] = []
        self.ids: dict[str, Any] = {}  # as they were written: a number stays a number

    def messages(self) -> Iterator[Message]:
        """Messages in the order of the file. Raises BadInput for an unreadable file."""
        try:
            lines = self._path.read_bytes().removeprefix(b"\xef\xbb\xbf").split(b"\n")
        except OSError as error:
            raise BadInput(f"{self._path}: {error.strerror or 'cannot be read'}") from error
        for number, line in enumerate(lines, 1):
            try:
                if line.strip():
                    yield self._message(line)
            except ValueError as error:
                self.problems.append(f"line {number}: {error}")

    def _message(self, line: bytes) -> Message:
        row = _object(line)
        raw_id = row.get("id")
        if isinstance(raw_id, bool) or not isinstance(raw_id, str | int) or raw_id == "":
            raise ValueError('an "id" is needed, a string or a whole number')
        message = _message_of(row, str(raw_id))
        if message.id in self.ids:
            raise ValueError(f"the id {raw_id!r} is there already")
        self.ids[message.id] = raw_id
        return message


def _object(line: bytes) -> Row:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        raise ValueError("not JSON in UTF-8") from None
    if not isinstance(row, dict) or not isinstance(row.get("text"), str):
        raise ValueError('an object with a string "text" is needed')
    return row


def _message_of(row: Row, message_id: str) -> Message:
    return Message(
        id=message_id,
        user=_user(row.get("user"), message_id),
        title=_text(row, "title") or "",
        text=_legible(row["text"]),
        at=_time(row.get("time")),
        up=_votes(row, "up"),
        down=_votes(row, "down"),
        place=_text(row, "place"),
    )


def _user(value: object, message_id: str) -> str:
    """The author; a message without one is a voice of its own."""
    if value is None or value == "":
        return f"?{message_id}"
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise ValueError('"user" must be a string or a whole number')
    return str(value)


def _text(row: Row, field: str) -> str | None:
    value = row.get(field)
    if value is not None and not isinstance(value, str):
        raise ValueError(f'"{field}" must be a string')
    return None if value is None else _legible(value)


def _legible(text: str) -> str:
    """The text without halves of surrogate pairs, which no output can hold."""
    return text.encode("utf-8", "replace").decode() if not text.isascii() else text


def _time(value: object) -> datetime | None:
    """A time as text in a common format, or in seconds or milliseconds since 1970."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            seconds = value / 1000 if value >= _MILLISECONDS_FROM else value
            return datetime.fromtimestamp(seconds, UTC)
        return read_time(value.strip() if isinstance(value, str) else value)
    except (ValueError, OverflowError, OSError):
        raise ValueError(f'"time" cannot be read: {str(value)[:40]!r}') from None


def _votes(row: Row, field: str) -> int:
    value = row.get(field)
    if value is None or value == "":
        return 0
    try:
        votes = float(value) if isinstance(value, str | int | float) else math.nan
    except (ValueError, OverflowError):
        votes = math.nan
    if isinstance(value, bool) or not votes.is_integer() or not 0 <= votes <= _MOST_VOTES:
        raise ValueError(f'"{field}" must be a whole number from 0')
    return int(votes)
