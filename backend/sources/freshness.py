"""How each source stands: when we last heard from it, and what became of what it sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.models.cases import Case
from backend.models.sources import SourceIntake
from backend.sources.registry import Source, sources

SHARES_OVER = timedelta(days=30)


@dataclass(frozen=True)
class Standing:
    source: Source
    last_at: datetime | None
    is_stale: bool
    taken: int
    repeated: int
    rejected: int


@dataclass(frozen=True)
class Share:
    """Of the cases of a while, those that came in one way (S79)."""

    channel: str
    cases: int
    share: float


def standings(session: Session, *, now: datetime) -> list[Standing]:
    rows = session.execute(
        select(
            SourceIntake.source_code,
            func.max(SourceIntake.last_at),
            func.sum(SourceIntake.taken),
            func.sum(SourceIntake.repeated),
            func.sum(SourceIntake.rejected),
        ).group_by(SourceIntake.source_code)
    )
    sent = {row[0]: (row[1], row[2], row[3], row[4]) for row in rows}
    return [_standing(one, sent.get(one.code, (None, 0, 0, 0)), now) for one in sources().values()]


def _standing(
    source: Source, sent: tuple[datetime | None, int, int, int], now: datetime
) -> Standing:
    last_at, taken, repeated, rejected = sent
    is_stale = last_at is None or now - last_at > source.fresh_for
    return Standing(source, last_at, is_stale, taken, repeated, rejected)


def shares(session: Session, *, since: datetime) -> Sequence[Share]:
    """By channel, the most used first."""
    count = func.count(Case.id)
    rows = session.execute(
        select(Case.source_channel, count)
        .where(Case.registered_at >= since)
        .group_by(Case.source_channel)
        .order_by(count.desc(), Case.source_channel)
    ).all()
    total = sum(cases for _, cases in rows)
    return [Share(channel, cases, cases / total) for channel, cases in rows]
