"""All tables of the database, one module for each subject."""

from backend.database import Base
from backend.models import (
    alerts,
    calendars,
    call_backs,
    campaigns,
    case_codes,
    cases,
    consultations,
    conversations,
    jobs,
    joint_work,
    knowledge,
    messages,
    ratings,
    residents,
    reviews,
    rollups,
    sources,
    staff,
    topics,
    units,
    wechat_tokens,
)

__all__ = [
    "METADATA",
    "alerts",
    "calendars",
    "call_backs",
    "campaigns",
    "case_codes",
    "cases",
    "consultations",
    "conversations",
    "jobs",
    "joint_work",
    "knowledge",
    "messages",
    "ratings",
    "residents",
    "reviews",
    "rollups",
    "sources",
    "staff",
    "topics",
    "units",
    "wechat_tokens",
]

METADATA = Base.metadata
