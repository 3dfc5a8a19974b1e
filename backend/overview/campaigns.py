"""Campaigns: the cases of a filter, with an owner, a target and a date; their progress (S61)."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session, joinedload

from backend.clock import SHANGHAI
from backend.deadlines.typed_day import typed_day
from backend.errors import BadInput, Conflict, NotFound
from backend.models.campaigns import Campaign
from backend.models.cases import Case
from backend.models.ratings import Rating
from backend.overview.lists import COLUMNS, counted_condition
from backend.units.search import active_unit

LIFE = timedelta(minutes=5)  # a page does not count the same cases again and again
WORDS = "words"
FILTERS = (*COLUMNS, "item", WORDS)
LONGEST_TITLE, LONGEST_PURPOSE, LONGEST_FILTER = 60, 1000, 100


@dataclass(frozen=True)
class CampaignForm:
    title: str
    purpose: str
    unit: str
    target: str
    first: str
    due: str
    filters: Mapping[str, str]


@dataclass(frozen=True)
class Progress:
    """Cases of the campaign, those settled, and what residents said of them."""

    campaign: Campaign
    cases: int
    settled: int
    answered: int  # residents who said whether it was solved
    solved: int

    @property
    def share(self) -> float | None:
        return self.settled / self.cases if self.cases else None

    @property
    def has_reached(self) -> bool:
        return self.share is not None and self.share * 100 >= self.campaign.target


class ProgressCache:
    """Progress as a process last counted it, counted again when it is older than LIFE."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counted: dict[tuple[int, datetime], tuple[datetime, Progress]] = {}

    def of(self, session: Session, campaigns: Sequence[Campaign], now: datetime) -> list[Progress]:
        with self._lock:
            return [self._one(session, campaign, now) for campaign in campaigns]

    def _one(self, session: Session, campaign: Campaign, now: datetime) -> Progress:
        key = campaign.id, campaign.created_at
        at, last = self._counted.get(key, (None, None))
        if at is None or last is None or not timedelta(0) <= now - at < LIFE:
            last = progress(session, campaign)
            self._counted[key] = now, last
        return replace(last, campaign=campaign)


def create(
    session: Session, form: CampaignForm, units: frozenset[str], *, by: str, now: datetime
) -> Campaign:
    """`units` are those that may own it. Raises BadInput."""
    unit = active_unit(session, form.unit)
    if unit.code not in units:
        raise BadInput("牵头单位要是您管的单位")
    title, purpose = form.title.strip(), form.purpose.strip()
    if not title or len(title) > LONGEST_TITLE:
        raise BadInput(f"专项的名字要写，最多 {LONGEST_TITLE} 字")
    if not purpose or len(purpose) > LONGEST_PURPOSE:
        raise BadInput(f"要办成什么，写给市民看，最多 {LONGEST_PURPOSE} 字")
    first, due = typed_day(form.first), typed_day(form.due)
    if due < max(first, now.astimezone(SHANGHAI).date()):
        raise BadInput("期限要在开始那天以后，而且还没有过")
    campaign = Campaign(
        title=title,
        purpose=purpose,
        filters=_filters(form.filters),
        unit=unit,
        target=_target(form.target),
        first=first,
        due=due,
        created_at=now,
        created_by=by,
    )
    session.add(campaign)
    session.flush()
    return campaign


def publish(campaign: Campaign, *, now: datetime) -> None:
    campaign.published_at = campaign.published_at or now


def close(campaign: Campaign, conclusion: str, *, now: datetime) -> None:
    """Raises BadInput or Conflict."""
    if campaign.closed_at is not None:
        raise Conflict("这个专项已经结束了")
    if not conclusion.strip() or len(conclusion) > LONGEST_PURPOSE:
        raise BadInput(f"请写结果怎么样，最多 {LONGEST_PURPOSE} 字")
    campaign.closed_at, campaign.conclusion = now, conclusion.strip()


def by_id(session: Session, campaign_id: int, *, lock: bool = False) -> Campaign:
    """Raises NotFound."""
    campaign = session.get(
        Campaign, campaign_id, with_for_update={"key_share": True, "of": Campaign} if lock else None
    )
    if campaign is None:
        raise NotFound("没有这个专项")
    return campaign


def list_campaigns(
    session: Session, *, published: bool = False, running: bool = False
) -> list[Campaign]:
    """Running ones first, by their dates."""
    query = select(Campaign).options(joinedload(Campaign.unit))
    if published:
        query = query.where(Campaign.published_at.is_not(None))
    if running:
        query = query.where(Campaign.closed_at.is_(None))
    order = (Campaign.closed_at.desc().nulls_first(), Campaign.due, Campaign.id)
    return list(session.scalars(query.order_by(*order).limit(100)))


def condition(campaign: Campaign) -> ColumnElement[bool]:
    """SQL condition: the case belongs to the campaign."""
    filters = dict(campaign.filters)
    words, item = filters.pop(WORDS, None), filters.pop("item", None)
    counted = counted_condition(
        None, first=campaign.first, last=campaign.due, settled=False, filters=filters
    )
    more = [Case.text.contains(words, autoescape=True)] if words else []
    more += [Case.power_item_code == item] if item else []
    return and_(counted, func.coalesce(Case.outcome, "") != "withdrawn", *more)


def progress(session: Session, campaign: Campaign) -> Progress:
    own = condition(campaign)
    is_settled = Case.first_resolved_at.is_not(None)
    cases, settled = session.execute(
        select(func.count(), func.count().filter(is_settled)).select_from(Case).where(own)
    ).one()
    answered, solved = session.execute(
        select(func.count(), func.count().filter(Rating.solved.is_(True)))
        .join(Case, (Case.id == Rating.case_id) & (Case.round == Rating.round))
        .where(own, Rating.solved.is_not(None))
    ).one()
    return Progress(campaign, cases, settled, answered, solved)


def _filters(typed: Mapping[str, str]) -> dict[str, str]:
    """Raises BadInput: a campaign without a filter would be the whole city."""
    filters = {name: value.strip() for name, value in typed.items() if value.strip()}
    if not filters or set(filters) - set(FILTERS):
        raise BadInput("请至少选一个条件：领域、区县、类型、事项或者词")
    if any(len(value) > LONGEST_FILTER for value in filters.values()):
        raise BadInput(f"一个条件最多 {LONGEST_FILTER} 字")
    return filters


def _target(typed: str) -> int:
    """Raises BadInput."""
    is_number = typed.isascii() and typed.isdecimal() and len(typed) <= 3
    if not is_number or not 1 <= int(typed) <= 100:
        raise BadInput("目标是到期办结的百分比，写 1 到 100")
    return int(typed)
