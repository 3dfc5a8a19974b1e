"""Editing of the canned replies: the whole list is one version."""

import secrets
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy.orm import Session

from backend.conversations.desk_settings import REPLIES, latest, store
from backend.desk.canned_replies import PLACEHOLDERS, CannedReply, replies_of
from backend.errors import BadInput, NotFound
from backend.models.staff import StaffAccount

LONGEST_TITLE, LONGEST_TEXT, MOST_REPLIES = 20, 500, 60


def save_reply(
    session: Session,
    staff: StaffAccount,
    reply: CannedReply,
    *,
    over: int,
    now: datetime,
) -> None:
    """Change the reply with this code; without a code it is a new one, at the end.

    `over` is the version that was on the page. Raises BadInput, NotFound or Conflict.
    """
    check_reply(reply)
    replies = _replies(session)
    if not reply.code:
        if len(replies) >= MOST_REPLIES:
            raise BadInput(f"最多 {MOST_REPLIES} 条，先删掉不用的")
        new = CannedReply(f"own-{secrets.token_hex(3)}", reply.title, reply.text)
        _store(session, staff, [*replies, new], over, now)
        return
    _require(replies, reply.code)
    changed = [reply if one.code == reply.code else one for one in replies]
    _store(session, staff, changed, over, now)


def delete_reply(
    session: Session, staff: StaffAccount, code: str, *, over: int, now: datetime
) -> None:
    """Raises NotFound or Conflict."""
    replies = _replies(session)
    _require(replies, code)
    _store(session, staff, [one for one in replies if one.code != code], over, now)


def check_reply(reply: CannedReply) -> None:
    """Raises BadInput for a missing or too long text, and for placeholders that nothing fills."""
    if not 0 < len(reply.title) <= LONGEST_TITLE:
        raise BadInput(f"按钮上的字要写，最多 {LONGEST_TITLE} 字", field="title")
    if not 0 < len(reply.text) <= LONGEST_TEXT:
        raise BadInput(f"要说的话要写，最多 {LONGEST_TEXT} 字", field="text")
    usable = "、".join(f"{{{name}}}" for name in sorted(PLACEHOLDERS))
    try:
        unknown = reply.placeholders - PLACEHOLDERS
    except ValueError:
        raise BadInput(f"花括号不成对；能用的只有 {usable}", field="text") from None
    if unknown:
        names = "、".join(f"{{{name[:30]}}}" for name in sorted(unknown))
        raise BadInput(f"没有 {names} 这个空；能用的只有 {usable}", field="text")


def example(reply: CannedReply, staff: StaffAccount) -> str:
    """The text as the staff would insert it, with an invented number."""
    return reply.text.format(
        name=staff.display_name, unit=staff.unit.name, case_no="HZ20260101000001"
    )


def _replies(session: Session) -> tuple[CannedReply, ...]:
    return replies_of(latest(session, REPLIES))


def _require(replies: Sequence[CannedReply], code: str) -> None:
    if code not in {one.code for one in replies}:
        raise NotFound("没有这一条，也许刚刚被删了")


def _store(
    session: Session, staff: StaffAccount, replies: Sequence[CannedReply], over: int, now: datetime
) -> None:
    content = [asdict(reply) for reply in replies]
    store(session, REPLIES, content, over=over, by=staff.username, now=now)
