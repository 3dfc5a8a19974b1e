"""API keys of sources: shown once when made, kept as a hash, revoked by their first characters."""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.errors import NotFound, NotSignedIn
from backend.models.sources import SourceKey
from backend.sources.registry import Source, source

PREFIX_LENGTH = 8  # of hexadecimal digits
_WRONG = "密钥不对，或者已经作废"


def make(session: Session, of: Source, *, now: datetime) -> str:
    """A new key. Its holder must keep it: nobody can read it again."""
    prefix = secrets.token_hex(PREFIX_LENGTH // 2)
    key = f"{prefix}-{secrets.token_urlsafe(32)}"
    session.add(SourceKey(source_code=of.code, prefix=prefix, key_hash=_hash(key), made_at=now))
    return key


def revoke(session: Session, of: Source, prefix: str, *, now: datetime) -> None:
    """Raises NotFound."""
    row = session.scalar(
        select(SourceKey).where(
            SourceKey.source_code == of.code,
            SourceKey.prefix == prefix,
            SourceKey.revoked_at.is_(None),
        )
    )
    if row is None:
        raise NotFound(f"{of.code} has no key {prefix[:PREFIX_LENGTH]} that is in use")
    row.revoked_at = now


def keys_of(session: Session, of: Source) -> Sequence[SourceKey]:
    query = select(SourceKey).where(SourceKey.source_code == of.code).order_by(SourceKey.id)
    return session.scalars(query).all()


def holder_of(session: Session, key: str) -> Source:
    """The source whose key it is. Raises NotSignedIn.

    It is looked up by its first characters, which are no secret, and then compared in a time
    that tells nothing of where it differs.
    """
    prefix = key.partition("-")[0]
    in_use = select(SourceKey).where(SourceKey.prefix == prefix, SourceKey.revoked_at.is_(None))
    row = session.scalar(in_use) if prefix.isalnum() and prefix.isascii() else None
    kept = row.key_hash if row else _hash("")
    if not hmac.compare_digest(kept, _hash(key)) or row is None:
        raise NotSignedIn(_WRONG)
    try:
        return source(row.source_code)
    except NotFound:  # it is no longer in the registry
        raise NotSignedIn(_WRONG) from None


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode(errors="replace")).hexdigest()
