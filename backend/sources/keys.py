"""API keys of sources: shown once, stored as a hash, revoked by their first characters."""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.errors import NotFound, NotSignedIn
from backend.models.sources import SourceKey
from backend.sources import registry
from backend.sources.registry import Source

PREFIX_LENGTH = 8  # hexadecimal digits
_WRONG = "密钥不对，或者已经作废"


def make(session: Session, source: Source, *, now: datetime) -> str:
    """Create a key and return it; the key cannot be read again later."""
    prefix = secrets.token_hex(PREFIX_LENGTH // 2)
    key = f"{prefix}-{secrets.token_urlsafe(32)}"
    session.add(SourceKey(source_code=source.code, prefix=prefix, key_hash=_hash(key), made_at=now))
    return key


def revoke(session: Session, source: Source, prefix: str, *, now: datetime) -> None:
    """Raises NotFound."""
    row = session.scalar(
        select(SourceKey).where(
            SourceKey.source_code == source.code,
            SourceKey.prefix == prefix,
            SourceKey.revoked_at.is_(None),
        )
    )
    if row is None:
        raise NotFound(f"{source.code} has no key {prefix[:PREFIX_LENGTH]} that is in use")
    row.revoked_at = now


def keys_of(session: Session, source: Source) -> Sequence[SourceKey]:
    query = select(SourceKey).where(SourceKey.source_code == source.code).order_by(SourceKey.id)
    return session.scalars(query).all()


def source_for_key(session: Session, key: str) -> Source:
    """The source that the key belongs to. Raises NotSignedIn.

    The key is looked up by its first characters, which are not secret; the hashes are compared
    in constant time.
    """
    prefix = key.partition("-")[0]
    in_use = select(SourceKey).where(SourceKey.prefix == prefix, SourceKey.revoked_at.is_(None))
    row = session.scalar(in_use) if prefix.isalnum() and prefix.isascii() else None
    stored_hash = row.key_hash if row else _hash("")
    if not hmac.compare_digest(stored_hash, _hash(key)) or row is None:
        raise NotSignedIn(_WRONG)
    try:
        return registry.source(row.source_code)
    except NotFound:  # the source is no longer registered
        raise NotSignedIn(_WRONG) from None


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode(errors="replace")).hexdigest()
