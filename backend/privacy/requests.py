"""Residents' requests for a copy of their data or its erasure: asked in a chat, done by staff.

The resident gets a code and reads it to the member of staff who calls back; its hash is stored.
"""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from backend.errors import BadInput
from backend.messaging import outbox
from backend.models.conversations import Conversation
from backend.models.privacy import PrivacyRequest
from backend.models.staff import StaffAccount
from backend.texts.privacy import COPY_READY
from backend.vocabulary.privacy import RequestKind

DIGITS = 6
DUE_AFTER = timedelta(days=15)


def ask(session: Session, chat: Conversation, kind: RequestKind, *, now: datetime) -> str:
    """The code of the request; asking again replaces the code and keeps the day."""
    resident_id = chat.account.resident_id
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    request = session.scalar(_open_of(resident_id, kind))
    if request is None:
        request = PrivacyRequest(
            resident_id=resident_id, conversation_id=chat.id, kind=kind, asked_at=now
        )
        session.add(request)
    request.conversation_id, request.code_hash = chat.id, _hash(resident_id, code)
    return code


def open_ones(session: Session) -> list[PrivacyRequest]:
    """Oldest first."""
    query = select(PrivacyRequest).where(PrivacyRequest.done_at.is_(None))
    return list(session.scalars(query.order_by(PrivacyRequest.asked_at)))


def settle(
    session: Session,
    resident_id: int,
    kind: RequestKind,
    code: str,
    staff: StaffAccount,
    *,
    now: datetime,
) -> None:
    """Close the open request that has this code. Raises BadInput, the same for each reason."""
    request = session.scalar(_open_of(resident_id, kind))
    stored_hash = request.code_hash if request else ""
    if not hmac.compare_digest(stored_hash, _hash(resident_id, code)) or request is None:
        raise BadInput("no open request of this resident has this code")
    request.done_at, request.done_by = now, staff.id
    if kind is RequestKind.COPY:
        chat = session.get_one(Conversation, request.conversation_id)
        outbox.reply(session, chat, COPY_READY, now=now, dedupe_key=f"privacy-request:{request.id}")


def _open_of(resident_id: int, kind: RequestKind) -> Select[PrivacyRequest]:
    return (
        select(PrivacyRequest)
        .where(
            PrivacyRequest.resident_id == resident_id,
            PrivacyRequest.kind == kind,
            PrivacyRequest.done_at.is_(None),
        )
        .order_by(PrivacyRequest.id.desc())
        .limit(1)
    )


def _hash(resident_id: int, code: str) -> str:
    return hashlib.sha256(f"{resident_id}:{code}".encode()).hexdigest()
