"""Editing of articles by versions: write, submit, review by a second person, publish, retire.

Residents read the row of the article; a version becomes that row when it is published.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from backend.clock import SHANGHAI
from backend.deadlines.typed_day import typed_day
from backend.errors import BadInput, Conflict, NotAllowed, NotFound
from backend.models.knowledge import ArticleRow, ArticleState, ArticleVersion, VersionState
from backend.models.staff import StaffAccount
from backend.models.units import Unit
from backend.staff.permissions import require_edits_articles, require_reviews_articles
from backend.staff.visibility import units_of
from backend.vocabulary.messages import storable

LONGEST_TITLE, LONGEST_LINE, LONGEST_BODY, MOST_QUESTIONS = 60, 200, 5000, 50
LONGEST_REMARK = 500
_TEXTS = ("title", "domain", "questions", "body", "office", "checked")


@dataclass(frozen=True)
class Content:
    """The text of an article as it was typed."""

    title: str
    domain: str
    questions: list[str]
    body: str
    office: str
    checked: date


def read_content(form: Mapping[str, str], today: date) -> Content:
    """Raises BadInput. Questions are one a line; an empty day of the check is today."""
    texts = {name: storable(form.get(name, "")).strip() for name in _TEXTS}
    questions = [line.strip() for line in texts["questions"].splitlines() if line.strip()]
    if not 0 < len(texts["title"]) <= LONGEST_TITLE:
        raise BadInput(f"标题要写，最多 {LONGEST_TITLE} 字")
    if not 0 < len(texts["body"]) <= LONGEST_BODY:
        raise BadInput(f"正文要写，最多 {LONGEST_BODY} 字")
    if not texts["domain"] or max(len(texts["domain"]), len(texts["office"])) > LONGEST_LINE:
        raise BadInput(f"领域要写；领域和部门最多 {LONGEST_LINE} 字")
    if len(questions) > MOST_QUESTIONS or any(len(one) > LONGEST_LINE for one in questions):
        raise BadInput(f"问法一行一个，最多 {MOST_QUESTIONS} 个，每个最多 {LONGEST_LINE} 字")
    checked = typed_day(texts["checked"]) if texts["checked"] else today
    return Content(
        texts["title"], texts["domain"], questions, texts["body"], texts["office"], checked
    )


def is_in_scope(session: Session, staff: StaffAccount, article: ArticleRow) -> bool:
    """True if the article belongs to the unit of the staff or one below; the city's, to the root.

    A unit of a district or street does not change what the whole city reads.
    """
    if staff.unit.parent_code is None:
        return True
    if article.owner_code is None:
        return False
    own = units_of(staff).subquery()
    return session.scalar(select(own.c.code).where(own.c.code == article.owner_code)) is not None


def article_for(session: Session, staff: StaffAccount, article_id: str) -> ArticleRow:
    """The article, locked, for a change by the staff. Raises NotFound or NotAllowed."""
    query = (
        select(ArticleRow)
        .where(ArticleRow.id == storable(article_id))
        .with_for_update(key_share=True)
    )
    article = session.scalar(query)
    if article is None:
        raise NotFound(f"没有编号为 {article_id[:50]} 的文章")
    if not is_in_scope(session, staff, article):
        raise NotAllowed("这篇文章不归您单位管，不能改")
    return article


def open_version(session: Session, article: ArticleRow) -> ArticleVersion | None:
    """The version that is being written or reviewed."""
    query = select(ArticleVersion).where(
        ArticleVersion.article_id == article.id, ArticleVersion.state != VersionState.PUBLISHED
    )
    return session.scalar(query)


def versions(session: Session, article: ArticleRow) -> list[ArticleVersion]:
    """All versions, the newest first."""
    query = select(ArticleVersion).where(ArticleVersion.article_id == article.id)
    return list(session.scalars(query.order_by(ArticleVersion.number.desc())))


def create(session: Session, staff: StaffAccount, content: Content, *, now: datetime) -> ArticleRow:
    """A new article of the staff's unit, as a draft. Raises NotAllowed."""
    require_edits_articles(staff)
    is_city = staff.unit.parent_code is None
    article = ArticleRow(
        id=f"own-{secrets.token_hex(4)}",
        state=ArticleState.DRAFT,
        owner_code=None if is_city else staff.unit_code,
        updated_at=now,
        **vars(content),
    )
    session.add(article)
    session.flush()
    _add_version(session, article, content, staff.username, now)
    return article


def save_draft(
    session: Session, staff: StaffAccount, article: ArticleRow, content: Content, *, now: datetime
) -> ArticleVersion:
    """The next text of the article; one in review goes back to its writer. Raises NotAllowed."""
    require_edits_articles(staff)
    version = open_version(session, article)
    if version is None:
        keep_present_text(session, article)
        return _add_version(session, article, content, staff.username, now)
    _fill(version, content)
    version.state, version.written_by, version.written_at = VersionState.DRAFT, staff.username, now
    return version


def submit(session: Session, staff: StaffAccount, article: ArticleRow) -> None:
    """Ask for the review. Raises NotAllowed or Conflict."""
    require_edits_articles(staff)
    version = _open_in(session, article, VersionState.DRAFT)
    version.state, version.remark = VersionState.IN_REVIEW, None


def submit_edit(
    session: Session,
    staff: StaffAccount,
    article: ArticleRow,
    changed: Mapping[str, Any],
    *,
    now: datetime,
) -> None:
    """What another system sends is the next text, in review at once; other fields stay."""
    before = open_version(session, article) or article
    texts = {name: changed.get(name, getattr(before, name)) for name in _TEXTS}
    save_draft(session, staff, article, Content(**texts), now=now)
    session.flush()
    submit(session, staff, article)


def publish(session: Session, staff: StaffAccount, article: ArticleRow, *, now: datetime) -> None:
    """A second person lets residents read the version. Raises NotAllowed or Conflict."""
    version = _reviewed(session, staff, article, now)
    version.state = VersionState.PUBLISHED
    for name in _TEXTS:
        setattr(article, name, getattr(version, name))
    article.state, article.updated_at = ArticleState.PUBLISHED, now


def send_back(
    session: Session, staff: StaffAccount, article: ArticleRow, remark: str, *, now: datetime
) -> None:
    """The reviewer wants changes. Raises NotAllowed, Conflict or BadInput."""
    version = _reviewed(session, staff, article, now)
    version.state, version.remark = VersionState.DRAFT, _reason(remark)


def retire(session: Session, staff: StaffAccount, article: ArticleRow, *, now: datetime) -> None:
    """No resident gets the article any more; a version that is published brings it back."""
    require_reviews_articles(staff)
    if article.state != ArticleState.PUBLISHED:
        raise Conflict("只有已发布的文章才能停用")
    article.state, article.updated_at = ArticleState.RETIRED, now


def set_owner(
    session: Session, staff: StaffAccount, article: ArticleRow, owner: str, review_by: str
) -> None:
    """The unit that answers for the article (empty: the city), and when it checks it again."""
    require_edits_articles(staff)
    code = storable(owner).strip() or None
    if code is not None and session.get(Unit, code) is None:
        raise BadInput(f"没有编号为 {code[:50]} 的单位")
    if code is None and staff.unit.parent_code is not None:
        raise NotAllowed("全市的文章由市里的中心管")
    before, article.owner_code = article.owner_code, code
    if not is_in_scope(session, staff, article):
        article.owner_code = before
        raise NotAllowed("只能交给本单位和下级单位")
    article.review_by = typed_day(review_by) if review_by.strip() else None


def keep_present_text(session: Session, article: ArticleRow) -> None:
    """The text that residents read becomes a version, unless it is one already."""
    if session.scalar(_numbers(article)):
        return
    content = Content(**{name: getattr(article, name) for name in _TEXTS})
    first = _add_version(session, article, content, None, article.updated_at)
    first.state = VersionState.PUBLISHED
    session.flush()


def today_of(now: datetime) -> date:
    return now.astimezone(SHANGHAI).date()


def _reviewed(
    session: Session, staff: StaffAccount, article: ArticleRow, now: datetime
) -> ArticleVersion:
    require_reviews_articles(staff)
    version = _open_in(session, article, VersionState.IN_REVIEW)
    if version.written_by == staff.username:
        raise NotAllowed("自己写的要请另一个人复核")
    version.reviewed_by, version.reviewed_at = staff.username, now
    return version


def _open_in(session: Session, article: ArticleRow, state: VersionState) -> ArticleVersion:
    version = open_version(session, article)
    if version is None or version.state != state:
        raise Conflict("这一稿的状态变了，请刷新再看")
    return version


def _numbers(article: ArticleRow) -> Select[int | None]:
    return select(func.max(ArticleVersion.number)).where(ArticleVersion.article_id == article.id)


def _add_version(
    session: Session, article: ArticleRow, content: Content, by: str | None, now: datetime
) -> ArticleVersion:
    number = (session.scalar(_numbers(article)) or 0) + 1
    version = ArticleVersion(
        article_id=article.id, number=number, state=VersionState.DRAFT, written_by=by,
        written_at=now, **vars(content),
    )  # fmt: skip
    session.add(version)
    return version


def _fill(version: ArticleVersion, content: Content) -> None:
    for name, value in vars(content).items():
        setattr(version, name, value)


def _reason(remark: str) -> str:
    text = storable(remark).strip()
    if not 0 < len(text) <= LONGEST_REMARK:
        raise BadInput(f"退回要写为什么，最多 {LONGEST_REMARK} 字")
    return text
