"""What staff do about an emergency: tick its checklist, end it, or mark it as a false alarm."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

import yaml
from sqlalchemy.orm import Session

from backend.cases.anonymity import hidden_from
from backend.conversations import emergencies
from backend.conversations import service as conversations
from backend.desk import chats
from backend.desk.masking import without_numbers
from backend.errors import BadInput, Conflict
from backend.models.conversations import Conversation
from backend.models.emergencies import Emergency
from backend.models.staff import StaffAccount
from backend.settings import DATA_FOLDER
from backend.staff.accounts import audit
from backend.vocabulary.queue_codes import QueueCode

LONGEST_REASON = 500
NONE_OPEN = "这个会话没有正在处理的紧急情况"


@dataclass(frozen=True)
class Item:
    code: str
    text: str
    is_done: bool


@cache
def _checklists() -> Mapping[str, Mapping[str, str]]:
    content: Mapping[str, Mapping[str, str]] = yaml.safe_load(
        (DATA_FOLDER / "emergency_checklists.yml").read_text(encoding="utf-8")
    )
    return content


def checklist(emergency: Emergency) -> list[Item]:
    """The items for its kind, those for every kind first."""
    items = {**_checklists()["every"], **_checklists().get(emergency.kind, {})}
    return [Item(code, text, code in emergency.done) for code, text in items.items()]


def shown_words(
    session: Session, staff: StaffAccount, rows: Sequence[Conversation]
) -> dict[int, str]:
    """The sentences that raised the open alarms, by chat, as the staff may see them."""
    residents = {row.id: row.account.resident_id for row in rows}
    hidden = hidden_from(session, staff, residents.values())
    visible = [chat for chat, resident in residents.items() if resident not in hidden]
    open_ones = emergencies.open_ones(session, visible)
    return {chat: without_numbers(row.words) for chat, row in open_ones.items()}


def tick(
    session: Session,
    conversation_id: int,
    staff: StaffAccount,
    codes: Sequence[str],
    *,
    now: datetime,
) -> None:
    """Store which items are done. Raises BadInput for an unknown one, Conflict without alarm."""
    emergency = _open(session, conversation_id, staff)
    codes_of_kind = {item.code for item in checklist(emergency)}
    if not codes_of_kind.issuperset(codes):
        raise BadInput("清单里没有这一项")
    emergency.done = sorted(set(codes))
    audit(session, staff, "tick_emergency", str(emergency.id), now=now, done=emergency.done)


def end(
    session: Session,
    conversation_id: int,
    staff: StaffAccount,
    reason: str,
    *,
    is_false: bool,
    now: datetime,
) -> None:
    """End the emergency; the chat keeps its place among the others. Raises BadInput, Conflict."""
    emergency = _open(session, conversation_id, staff)
    reason = reason.strip()
    if not reason:
        raise BadInput("请写为什么不是紧急" if is_false else "请写后来怎样了")
    if len(reason) > LONGEST_REASON:
        raise BadInput(f"最多写 {LONGEST_REASON} 字，现在有 {len(reason)} 字")
    emergency.ended_at, emergency.ended_by = now, staff.id
    emergency.is_false, emergency.reason = is_false, reason
    conversations.end_alarm(session, conversation_id, QueueCode.REQUEST)
    action = "clear_false_emergency" if is_false else "end_emergency"
    audit(session, staff, action, str(emergency.id), now=now, reason=reason)


def _open(session: Session, conversation_id: int, staff: StaffAccount) -> Emergency:
    chats.require_readable(session, conversation_id, staff)
    emergency = emergencies.lock_open(session, conversation_id)
    if emergency is None:
        raise Conflict(NONE_OPEN)
    return emergency
