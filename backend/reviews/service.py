"""Panel reviews: draw a sample, invite reviewers, collect scores, publish (S48, S49)."""

import hashlib
import secrets
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from backend.errors import BadInput, Conflict, NotAllowed, NotFound
from backend.measures.case_conditions import SETTLED
from backend.measures.panel_scores import BEST, WORST
from backend.measures.periods import Period
from backend.models.cases import Case
from backend.models.reviews import PanelInvitation, PanelItem, PanelReview, PanelScore
from backend.models.staff import Role, StaffAccount
from backend.reviews.sampling import digest, draw, ticket

RUNS_REVIEWS = frozenset({Role.SUPERVISOR, Role.ADMIN})
CODE_LIFE = timedelta(days=21)
MOST_CASES, MOST_CODES, SHORTEST_SEED = 2000, 50, 6
MOST_TO_SCORE = 40  # cases for one reviewer, who would not read more with care
NOT_DRAWN = ("report",)  # reports are not shown to reviewers, not even anonymised


class Capacity(StrEnum):
    EXPERT = "expert"
    RESIDENT = "resident"

    @property
    def label(self) -> str:
        return CAPACITY_LABELS[self]


CAPACITY_LABELS = {Capacity.EXPERT: "专家", Capacity.RESIDENT: "市民代表"}


@dataclass(frozen=True)
class DrawRequest:
    title: str
    period: Period
    seed: str
    seed_from: str
    each: int


def require_reviews(staff: StaffAccount) -> None:
    """Raises NotAllowed unless the staff run panel reviews."""
    if Role(staff.role) not in RUNS_REVIEWS or staff.unit.parent_code is not None:
        raise NotAllowed("评议由民呼中心的督办员和管理员组织")


def start(
    session: Session, request: DrawRequest, staff: StaffAccount, *, now: datetime
) -> PanelReview:
    """Draw the sample, once and for all. Raises BadInput."""
    _check(request, now)
    numbers = _cases(session, request.period, now)
    sample = draw(
        {unit: list(ids) for unit, ids in numbers.items()}, seed=request.seed, each=request.each
    )
    if not 0 < sum(map(len, sample.values())) <= MOST_CASES:
        raise BadInput(f"抽到 0 件或多于 {MOST_CASES} 件，请换统计期或每单位件数")
    all_numbers = [number for ids in numbers.values() for number in ids]
    review = PanelReview(
        title=request.title,
        first=request.period.first,
        after=request.period.after,
        seed=request.seed,
        seed_from=request.seed_from,
        each=request.each,
        cases=len(all_numbers),
        cases_digest=digest(all_numbers),
        drawn_at=now,
        drawn_by=staff.display_name,
    )
    session.add(review)
    session.flush()
    for unit, unit_sample in sample.items():
        for number in unit_sample:
            item = PanelItem(review_id=review.id, case_id=numbers[unit][number], unit_code=unit)
            session.add(item)
    return review


def _check(request: DrawRequest, now: datetime) -> None:
    if not request.title or not request.seed_from:
        raise BadInput("请写评议的名称，和种子从哪里来")
    if len(request.seed) < SHORTEST_SEED:
        raise BadInput(f"种子至少 {SHORTEST_SEED} 个字，例如统计期过后公布的一期彩票号码")
    if not 1 <= request.each <= MOST_CASES:
        raise BadInput(f"每个单位抽 1 到 {MOST_CASES} 件")
    if request.period.until > now:
        raise BadInput("统计期还没有过完，过完再抽")


def _cases(session: Session, period: Period, now: datetime) -> Mapping[str, dict[str, int]]:
    """Unit -> case number -> id, for the cases settled in the period."""
    cases: dict[str, dict[str, int]] = defaultdict(dict)
    query = select(Case.unit_code, Case.case_no, Case.id).where(
        SETTLED.within(period, now), Case.unit_code.is_not(None), Case.kind.not_in(NOT_DRAWN)
    )
    for unit, number, case_id in session.execute(query):
        assert unit is not None
        cases[unit][number] = case_id
    return cases


def invite(
    session: Session, review: PanelReview, capacity: Capacity, how_many: int, *, now: datetime
) -> list[str]:
    """New codes for `how_many` reviewers, stored as hashes. Raises BadInput or Conflict."""
    if review.published_at is not None:
        raise Conflict("结果已经公布，不能再请人")
    if not 1 <= how_many <= MOST_CODES:
        raise BadInput(f"一次请 1 到 {MOST_CODES} 位")
    codes = [secrets.token_hex(8) for _ in range(how_many)]
    for code in codes:
        session.add(
            PanelInvitation(
                code_hash=_hash(code),
                review_id=review.id,
                capacity=capacity,
                expires_at=now + CODE_LIFE,
            )
        )
    return codes


def invitation(
    session: Session, code: str, *, now: datetime, lock: bool = False
) -> PanelInvitation:
    """The unused invitation of a code. Raises NotFound for any other code."""
    query = select(PanelInvitation).where(PanelInvitation.code_hash == _hash(code.strip()))
    row = session.scalar(query.with_for_update(key_share=True) if lock else query)
    if row is None or row.used_at is not None or row.expires_at < now:
        raise NotFound("这个评议码不对、用过了或过期了，请问发给您码的人")
    if session.get_one(PanelReview, row.review_id).published_at is not None:
        raise NotFound("这次评议已经结束了，谢谢您")
    return row


def add_scores(session: Session, code: str, scores: Mapping[int, int], *, now: datetime) -> None:
    """Store the scores, item id -> score, of all assigned cases at once; this uses up the code.

    Raises BadInput or NotFound.
    """
    reviewer = invitation(session, code, now=now, lock=True)
    in_range = all(WORST <= score <= BEST for score in scores.values())
    if set(scores) != set(_assigned_items(session, reviewer)) or not in_range:
        raise BadInput("请给每一件都评一个分")
    session.add_all(
        PanelScore(item_id=item_id, code_hash=reviewer.code_hash, score=score)
        for item_id, score in scores.items()
    )
    reviewer.used_at = now


def publish(session: Session, review: PanelReview, staff: StaffAccount, *, now: datetime) -> None:
    """Publish the results, which are final then. Raises Conflict."""
    session.refresh(review, with_for_update={"key_share": True})
    if review.published_at is not None:
        raise Conflict("结果已经公布过了")
    if not _answer_count(session, review):
        raise Conflict("还没有人评分")
    review.published_at, review.published_by = now, staff.display_name


def _answer_count(session: Session, review: PanelReview) -> int:
    used = select(func.count()).where(
        PanelInvitation.review_id == review.id, PanelInvitation.used_at.is_not(None)
    )
    return session.scalar(used) or 0


def by_id(session: Session, review_id: int, *, published: bool = False) -> PanelReview:
    """Raises NotFound; with `published`, also for a review that is not published."""
    review = session.get(PanelReview, review_id)
    if review is None or (published and review.published_at is None):
        raise NotFound("没有这次评议")
    return review


def list_reviews(session: Session, *, published: bool = False) -> Sequence[PanelReview]:
    """The 100 newest reviews; with `published`, only published ones."""
    query = select(PanelReview).order_by(PanelReview.id.desc())
    if published:
        query = query.where(PanelReview.published_at.is_not(None))
    return session.scalars(query.limit(100)).all()


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()


@dataclass(frozen=True)
class Progress:
    drawn: int
    invited: int
    answered: int


def progress(session: Session, review: PanelReview) -> Progress:
    items = select(func.count()).where(PanelItem.review_id == review.id)
    invited = select(func.count()).where(PanelInvitation.review_id == review.id)
    return Progress(
        session.scalar(items) or 0, session.scalar(invited) or 0, _answer_count(session, review)
    )


def items_of(session: Session, reviewer: PanelInvitation) -> list[tuple[int, Case]]:
    """Item ids and cases for this reviewer, in their order."""
    order = {item_id: place for place, item_id in enumerate(_assigned_items(session, reviewer))}
    rows = session.execute(
        select(PanelItem.id, Case)
        .join(Case, Case.id == PanelItem.case_id)
        .where(PanelItem.id.in_(order))
        .options(joinedload(Case.unit), joinedload(Case.resident))
    )
    return sorted(((item_id, case) for item_id, case in rows), key=lambda row: order[row[0]])


def _assigned_items(session: Session, reviewer: PanelInvitation) -> list[int]:
    """Item ids drawn by lot for this reviewer, so that together the reviewers see all cases."""
    item_ids = session.scalars(
        select(PanelItem.id).where(PanelItem.review_id == reviewer.review_id)
    )
    by_lot = sorted(item_ids, key=lambda item_id: ticket(reviewer.code_hash, str(item_id)))
    return by_lot[:MOST_TO_SCORE]
