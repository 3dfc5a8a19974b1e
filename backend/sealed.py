"""Columns that are encrypted at rest, where the operator sets MINHU_FIELD_KEYS.

AES-SIV is deterministic: one number has one cipher text, so that it can be looked up. It hides the
number from who reads the database's files or a backup, not from who runs the program.
"""

import base64
import hashlib
from functools import cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from sqlalchemy import Dialect, String, TypeDecorator

from backend.errors import BadInput
from backend.settings import settings

MARK = "sealed:"
NAME_LENGTH = 8  # characters of a key's name
PURPOSE = [b"minhu column"]


class Sealed(TypeDecorator[str]):
    """A text column; stored as it is while there are no keys."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else seal(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else unseal(value)


def seal(text: str) -> str:
    """The text, encrypted with the first key."""
    keys = _keys()
    if not keys or not text:
        return text
    name, key = next(iter(keys.items()))
    cipher = key.encrypt(text.encode(), PURPOSE)
    return f"{MARK}{name}:{base64.urlsafe_b64encode(cipher).decode()}"


def unseal(stored: str) -> str:
    """The text behind a stored value. Raises BadInput where its key is missing or wrong."""
    if not stored.startswith(MARK):
        return stored
    name, _, cipher = stored.removeprefix(MARK).partition(":")
    key = _keys().get(name)
    if key is None:
        raise BadInput(f"MINHU_FIELD_KEYS lacks the key {name}, with which a column is encrypted")
    try:
        return key.decrypt(base64.urlsafe_b64decode(cipher), PURPOSE).decode()
    except (InvalidTag, ValueError):
        raise BadInput("an encrypted value of the database is damaged") from None


def _keys() -> dict[str, AESSIV]:
    secret = settings().field_keys
    return _read(secret.get_secret_value()) if secret else {}


@cache
def _read(written: str) -> dict[str, AESSIV]:
    """Keys by their names, which are a part of their hashes; the first one encrypts."""
    keys = [bytes.fromhex(key.strip()) for key in written.split(",")]
    return {hashlib.sha256(key).hexdigest()[:NAME_LENGTH]: AESSIV(key) for key in keys}
