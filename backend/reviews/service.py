"""A panel review from the draw to the published page (S48, S49)."""

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
MOST_TO_SCORE = 40  # by one person: nobody reads more with care
NOT_DRAWN = ("report",)  # whoever reports somebody is not shown to strangers, not even so


class Capacity(StrEnum):
    EXPERT = "expert"
    RESIDENT = "resident"

    @property
    def label(self) -> str:
        return CAPACITY_LABELS[self]


CAPACITY_LABELS = {Capacity.EXPERT: "专家", Capacity.RESIDENT: "市民代表"}


@dataclass(frozen=True)
class Draw:
    title: str
    period: Period
    seed: str
    seed_from: str
    each: int


def require_reviews(staff: StaffAccount) -> None:
    """Raises NotAllowed."""
    if Role(staff.role) not in RUNS_REVIEWS or staff.unit.parent_code is not None:
        raise NotAllowed("评议由民呼中心的督办员和管理员组织")


def start(session: Session, wanted: Draw, staff: StaffAccount, *, now: datetime) -> PanelReview:
    """Draw the sample; it cannot be drawn anew. Raises BadInput."""
    _check(wanted, now)
    numbers = _cases(session, wanted.period, now)
    drawn = draw(
        {unit: list(ids) for unit, ids in numbers.items()}, seed=wanted.seed, each=wanted.each
    )
    if not 0 < sum(map(len, drawn.values())) <= MOST_CASES:
        raise BadInput(f"抽到 0 件或多于 {MOST_CASES} 件，请换统计期或每单位件数")
    everything = [number for ids in numbers.values() for number in ids]
    review = PanelReview(
        title=wanted.title,
        first=wanted.period.first,
        after=wanted.period.after,
        seed=wanted.seed,
        seed_from=wanted.seed_from,
        each=wanted.each,
        cases=len(everything),
        cases_digest=digest(everything),
        drawn_at=now,
        drawn_by=staff.display_name,
    )
    session.add(review)
    session.flush()
    for unit, chosen in drawn.items():
        for number in chosen:
            item = PanelItem(review_id=review.id, case_id=numbers[unit][number], unit_code=unit)
            session.add(item)
    return review


def _check(wanted: Draw, now: datetime) -> None:
    if not wanted.title or not wanted.seed_from:
        raise BadInput("请写评议的名称，和种子从哪里来")
    if len(wanted.seed) < SHORTEST_SEED:
        raise BadInput(f"种子至少 {SHORTEST_SEED} 个字，例如统计期过后公布的一期彩票号码")
    if not 1 <= wanted.each <= MOST_CASES:
        raise BadInput(f"每个单位抽 1 到 {MOST_CASES} 件")
    if wanted.period.until > now:
        raise BadInput("统计期还没有过完，过完再抽")


def _cases(session: Session, period: Period, now: datetime) -> Mapping[str, dict[str, int]]:
    """Unit -> case number -> id, of what was settled in the period."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    query = select(Case.unit_code, Case.case_no, Case.id).where(
        SETTLED.within(period, now), Case.unit_code.is_not(None), Case.kind.not_in(NOT_DRAWN)
    )
    for unit, number, case_id in session.execute(query):
        assert unit is not None
        found[unit][number] = case_id
    return found


def invite(
    session: Session, review: PanelReview, capacity: Capacity, how_many: int, *, now: datetime
) -> list[str]:
    """New codes, to be shown this once. Raises BadInput or Conflict."""
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
    """Raises NotFound, whatever is wrong with the code."""
    query = select(PanelInvitation).where(PanelInvitation.code_hash == _hash(code.strip()))
    found = session.scalar(query.with_for_update(key_share=True) if lock else query)
    if found is None or found.used_at is not None or found.expires_at < now:
        raise NotFound("这个评议码不对、用过了或过期了，请问发给您码的人")
    if session.get_one(PanelReview, found.review_id).published_at is not None:
        raise NotFound("这次评议已经结束了，谢谢您")
    return found


def score(session: Session, code: str, given: Mapping[int, int], *, now: datetime) -> None:
    """All of the review's cases at once; then the code is used up. Raises BadInput, NotFound."""
    by = invitation(session, code, now=now, lock=True)
    if set(given) != set(_assigned(session, by)) or not all(
        WORST <= it <= BEST for it in given.values()
    ):
        raise BadInput("请给每一件都评一个分")
    session.add_all(
        PanelScore(item_id=item, code_hash=by.code_hash, score=it) for item, it in given.items()
    )
    by.used_at = now


def publish(session: Session, review: PanelReview, staff: StaffAccount, *, now: datetime) -> None:
    """Raises Conflict; after it nothing of the review changes any more."""
    session.refresh(review, with_for_update={"key_share": True})
    if review.published_at is not None:
        raise Conflict("结果已经公布过了")
    if not _answers(session, review):
        raise Conflict("还没有人评分")
    review.published_at, review.published_by = now, staff.display_name


def _answers(session: Session, review: PanelReview) -> int:
    used = select(func.count()).where(
        PanelInvitation.review_id == review.id, PanelInvitation.used_at.is_not(None)
    )
    return session.scalar(used) or 0


def by_id(session: Session, review_id: int, *, published: bool = False) -> PanelReview:
    """Raises NotFound."""
    review = session.get(PanelReview, review_id)
    if review is None or (published and review.published_at is None):
        raise NotFound("没有这次评议")
    return review


def all_of_them(session: Session, *, published: bool = False) -> Sequence[PanelReview]:
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
    drawn = select(func.count()).where(PanelItem.review_id == review.id)
    invited = select(func.count()).where(PanelInvitation.review_id == review.id)
    return Progress(
        session.scalar(drawn) or 0, session.scalar(invited) or 0, _answers(session, review)
    )


def items_of(session: Session, by: PanelInvitation) -> list[tuple[int, Case]]:
    """What this reviewer is shown: by lot, so that together they see all of it."""
    order = {item: place for place, item in enumerate(_assigned(session, by))}
    rows = session.execute(
        select(PanelItem.id, Case)
        .join(Case, Case.id == PanelItem.case_id)
        .where(PanelItem.id.in_(order))
        .options(joinedload(Case.unit), joinedload(Case.resident))
    )
    return sorted(((item, case) for item, case in rows), key=lambda it: order[it[0]])


def _assigned(session: Session, by: PanelInvitation) -> list[int]:
    items = session.scalars(select(PanelItem.id).where(PanelItem.review_id == by.review_id))
    return sorted(items, key=lambda item: ticket(by.code_hash, str(item)))[:MOST_TO_SCORE]
