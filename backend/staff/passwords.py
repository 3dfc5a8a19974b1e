"""Passwords of staff: their hashes, made two at once at most, and what makes one too weak."""

import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from backend.errors import TooManyWaiting

SHORTEST, LONGEST = 10, 200  # characters
FEWEST_DIFFERENT = 5  # characters
AT_ONCE = 2  # a hash takes a processor for 50 ms and 64 MB
MOST_WAITING = 20
BUSY = "登录的人太多，请过几秒再试"
# The guesses that attackers begin with, those of ten characters and more.
_COMMON = frozenset(
    "1234567890 0123456789 0987654321 1234567891 123456789a a123456789 1q2w3e4r5t q1w2e3r4t5 "
    "qwertyuiop asdfghjkl; password12 password123 password1234 passw0rd123 administrator "
    "admin12345 admin123456 adminadmin iloveyou12 woaini1314 woaini5201314 abcdefghij abc123456789 "
    "qwerty12345 qwer123456 zxcvbnm123 1qaz2wsx3edc letmein123 welcome123 changeme123 minhu12345 "
    "hangzhou12345 test123456 root123456 aa123456789 asd123456789".split()
)
_hasher = PasswordHasher()
# Verified for an unknown name, so that the answer takes as long as for a known one.
_OF_NOBODY = _hasher.hash(secrets.token_hex())
_hashing = threading.BoundedSemaphore(AT_ONCE)
_places = threading.BoundedSemaphore(AT_ONCE + MOST_WAITING)


def hash_password(password: str) -> str:
    with _hashing:
        return _hasher.hash(password)


def matches(password_hash: str | None, password: str) -> bool:
    """True if the password is right; `None` is nobody's hash. Raises TooManyWaiting.

    It takes long: no transaction may be open.
    """
    with _place_in_queue(), _hashing:
        try:
            return _hasher.verify(password_hash or _OF_NOBODY, password) and bool(password_hash)
        except (VerifyMismatchError, InvalidHashError):
            return False


@contextmanager
def _place_in_queue() -> Iterator[None]:
    """Many who wait would take every thread of the web server."""
    if not _places.acquire(blocking=False):
        raise TooManyWaiting(BUSY, retry_after=3)
    try:
        yield
    finally:
        _places.release()


def weakness(password: str, username: str) -> str | None:
    """Why the password is too weak; None when it is not."""
    lower = password.lower()
    if len(password) < SHORTEST:
        return f"a password has at least {SHORTEST} characters"
    if len(set(lower)) < FEWEST_DIFFERENT:
        return f"a password has at least {FEWEST_DIFFERENT} different characters"
    if lower in _COMMON or (len(username) > 3 and username.lower() in lower):
        return "this password is one of the first that are guessed"
    return None
