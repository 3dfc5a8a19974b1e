"""Canned replies with placeholders, and articles, to be inserted in a reply."""

from dataclasses import dataclass
from pathlib import Path
from string import Formatter
from typing import Any

import yaml
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.cases.settling import article_answer
from backend.conversations.desk_settings import REPLIES, Version, latest
from backend.deadlines.city import Reread
from backend.errors import BadInput
from backend.knowledge import service as knowledge
from backend.models.cases import Case
from backend.models.conversations import Conversation
from backend.models.staff import StaffAccount
from backend.settings import DATA_FOLDER
from backend.staff.visibility import visible_cases
from backend.vocabulary.case_lifecycle import OPEN

PLACEHOLDERS = frozenset({"name", "unit", "case_no"})
ARTICLE, REPLY = "article", "reply"


@dataclass(frozen=True)
class CannedReply:
    code: str
    title: str
    text: str

    @property
    def placeholders(self) -> set[str]:
        """What stands in braces. Raises ValueError for half a pair of them."""
        fields = Formatter().parse(self.text)
        return {
            f"{name}{'!' + how if how else ''}{':' + form if form else ''}"
            for _, name, form, how in fields
            if name is not None
        }


def load(path: Path) -> tuple[CannedReply, ...]:
    """The replies of a file. Raises ValueError for an unknown placeholder or a missing field."""
    return read_replies(yaml.safe_load(path.read_text(encoding="utf-8")), path.name)


def read_replies(content: Any, name: str) -> tuple[CannedReply, ...]:
    """The replies in the form of the file `name`. Raises ValueError."""
    try:
        replies = tuple(CannedReply(str(e["code"]), e["title"], e["text"]) for e in content)
    except (KeyError, TypeError) as error:
        raise ValueError(f"{name}: {error}") from error
    for reply in replies:
        if unknown := reply.placeholders - PLACEHOLDERS:
            raise ValueError(f"{name}: {reply.code}: unknown placeholder {sorted(unknown)}")
    return replies


_of_the_city = Reread(DATA_FOLDER / "canned_replies.yml", load)


def canned_replies(session: Session) -> tuple[CannedReply, ...]:
    """The replies in force: those of the console, else of the city's file."""
    return replies_of(latest(session, REPLIES))


def replies_of(version: Version) -> tuple[CannedReply, ...]:
    return read_replies(version.content, REPLIES) if version.number else _of_the_city()


def text_to_insert(
    session: Session, conversation: Conversation, staff: StaffAccount, choice: str
) -> str:
    """The text of `article:ID` or `reply:CODE`. Raises BadInput."""
    kind, _, code = choice.partition(":")
    if kind == ARTICLE and (article := knowledge.by_id(session, code)):
        return f"{article_answer(article.body, article.office)}\n（{article.title}）"
    by_code = {reply.code: reply for reply in canned_replies(session)}
    if kind == REPLY and code in by_code:
        return _filled(session, conversation, staff, by_code[code])
    raise BadInput("没有这一条")


def _filled(
    session: Session, conversation: Conversation, staff: StaffAccount, reply: CannedReply
) -> str:
    values = {"name": staff.display_name, "unit": staff.unit.name}
    if "case_no" in reply.placeholders:
        values["case_no"] = _newest_open(session, conversation, staff)
    return reply.text.format(**values)


def _newest_open(session: Session, conversation: Conversation, staff: StaffAccount) -> str:
    query = visible_cases(staff).where(
        Case.resident_id == conversation.account.resident_id, Case.status.in_(OPEN)
    )
    newest = query.order_by(Case.registered_at.desc()).limit(1)
    case_no = session.scalar(select(newest.with_only_columns(Case.case_no).scalar_subquery()))
    if case_no is None:
        raise BadInput("他没有正在办的工单，这句用不上")
    return str(case_no)
