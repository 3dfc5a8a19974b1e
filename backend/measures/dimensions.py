"""Dimensions of a case that are worked out from its columns: net, top domain, mode, scene.

The values stand in the SQL as literals, since PostgreSQL compares an expression with parameters
with no other: grouping by it would fail. They come from the project's own files.
"""

import csv
from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, case, func, literal_column, select

from backend.models.cases import Case
from backend.models.conversations import Conversation
from backend.models.messages import Attachment
from backend.models.residents import ChannelAccount
from backend.models.sources import KEY
from backend.settings import DATA_FOLDER
from backend.sources.registry import sources
from backend.vocabulary.channels import BY_STAFF

TOP_DOMAINS: Mapping[str, str] = {
    "economy": "经济服务",
    "society": "社会民生",
    "ecology": "生态治理",
}
MODES: Mapping[str, str] = {
    "text": "自己写的",
    "voice": "自己说的",
    "staff": "工作人员代填",
    "source": "别的系统转来",
}
_OWN_NET = "opinion"  # of the city's own channels


@cache
def top_domain_of() -> Mapping[str, str]:
    """Top domain by domain: `data/top_domains.csv`. Raises ValueError."""
    with (DATA_FOLDER / "top_domains.csv").open(encoding="utf-8") as rows:
        top_domains = {row["domain"]: row["top_domain"] for row in csv.DictReader(rows)}
    if set(top_domains.values()) != set(TOP_DOMAINS):
        raise ValueError("top_domains.csv: an unknown top domain, or one without domains")
    return top_domains


def net_column() -> ColumnElement[Any]:
    """The net of the source that sent the case (S04); that of the city's own channels else."""
    code = func.split_part(Case.idempotency_key, _literal(":"), literal_column("2"))
    of_source = [(code == _literal(one.code), _literal(one.net)) for one in sources().values()]
    return case(
        (_is_from_source(), case(*of_source, else_=literal_column("NULL"))),
        else_=_literal(_OWN_NET),
    )


def top_domain_column() -> ColumnElement[Any]:
    """One of the three domains above the 15 (S27)."""
    pairs = top_domain_of().items()
    return case(
        *((Case.domain == _literal(domain), _literal(top)) for domain, top in pairs),
        else_=literal_column("NULL"),
    )


def mode_column() -> ColumnElement[Any]:
    """How the appeal was made (S79): written, spoken, keyed in by staff, or another system's."""
    staffed = [Case.source_channel == _literal(channel) for channel in BY_STAFF]
    is_spoken = (
        select(Attachment.id)
        .where(
            Attachment.case_id == Case.id,
            func.starts_with(Attachment.media_type, _literal("audio/")),
        )
        .correlate(Case)
        .exists()
    )
    return case(
        (_is_from_source(), _literal("source")),
        *((condition, _literal("staff")) for condition in staffed),
        (is_spoken, _literal("voice")),
        else_=_literal("text"),
    )


def scene_column() -> ColumnElement[Any]:
    """The poster or link that brought the resident to the chat (S90)."""
    return (
        select(ChannelAccount.scene)
        .join(Conversation, Conversation.account_id == ChannelAccount.id)
        .where(Conversation.id == Case.conversation_id)
        .correlate(Case)
        .scalar_subquery()
    )


def _is_from_source() -> ColumnElement[bool]:
    return func.starts_with(Case.idempotency_key, _literal(KEY))


def _literal(value: str) -> ColumnElement[str]:
    quoted = value.replace("'", "''").replace("%", "%%")
    return literal_column(f"'{quoted}'")
