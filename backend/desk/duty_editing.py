"""Editing of the desk's hours and its duty rota."""

import re
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.conversations.desk_settings import HOURS, store
from backend.deadlines.desk_hours import DeskHours
from backend.deadlines.hours import Hours
from backend.errors import BadInput
from backend.models.staff import StaffAccount
from backend.staff.permissions import ANSWERS_CHATS

MOST_ON_DUTY = 30
_LABELS = {"working_days": "工作日", "other_days": "其他日子"}
_BETWEEN_NAMES = re.compile(r"[\s,，、;；]+")


def save_hours(
    session: Session, staff: StaffAccount, form: Mapping[str, str], *, over: int, now: datetime
) -> None:
    """Store hours and rota as they were typed. Raises BadInput or Conflict."""
    hours = DeskHours(
        _hours(form, "working_days"),
        _hours(form, "other_days"),
        _people(session, form, "day"),
        _people(session, form, "night"),
    )
    store(session, HOURS, hours.as_json(), over=over, by=staff.username, now=now)


def _hours(form: Mapping[str, str], name: str) -> Hours:
    typed = form.get(name, "").replace("：", ":").replace("—", "-").replace("－", "-")
    try:
        return Hours.parse(typed)
    except ValueError:
        label = _LABELS[name]
        raise BadInput(
            f"{label}的时间写成 08:30-12:00 13:30-17:30 这样，先后排好，中间空一格", field=name
        ) from None


def _people(session: Session, form: Mapping[str, str], field: str) -> tuple[str, ...]:
    """Usernames of active accounts that answer chats, in the order typed. Raises BadInput."""
    names = tuple(dict.fromkeys(filter(None, _BETWEEN_NAMES.split(form.get(field, "")))))
    if not 0 < len(names) <= MOST_ON_DUTY:
        raise BadInput(f"白天和夜里都要有人值班，最多各 {MOST_ON_DUTY} 人", field=field)
    able = select(StaffAccount.username).where(
        StaffAccount.active, StaffAccount.role.in_(ANSWERS_CHATS), StaffAccount.username.in_(names)
    )
    unknown = set(names) - set(session.scalars(able))
    if unknown:
        listed = "、".join(name[:40] for name in names if name in unknown)
        raise BadInput(
            f"这些人不能值班（没有这个账号、停用了，或者不接会话）：{listed}", field=field
        )
    return names
