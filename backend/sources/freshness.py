"""Freshness of each source: when its last row arrived, and how many rows were registered."""

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
class SourceFreshness:
    source: Source
    last_at: datetime | None
    is_stale: bool
    taken: int
    repeated: int
    rejected: int


@dataclass(frozen=True)
class Share:
    """The share of a channel in the cases of a period (S79)."""

    channel: str
    cases: int
    share: float


def source_freshness(session: Session, *, now: datetime) -> list[SourceFreshness]:
    rows = session.execute(
        select(
            SourceIntake.source_code,
            func.max(SourceIntake.last_at),
            func.sum(SourceIntake.taken),
            func.sum(SourceIntake.repeated),
            func.sum(SourceIntake.rejected),
        ).group_by(SourceIntake.source_code)
    )
    totals = {row[0]: (row[1], row[2], row[3], row[4]) for row in rows}
    return [
        _freshness(source, totals.get(source.code, (None, 0, 0, 0)), now)
        for source in sources().values()
    ]


def _freshness(
    source: Source, totals: tuple[datetime | None, int, int, int], now: datetime
) -> SourceFreshness:
    last_at, taken, repeated, rejected = totals
    is_stale = last_at is None or now - last_at > source.fresh_for
    return SourceFreshness(source, last_at, is_stale, taken, repeated, rejected)


def shares(session: Session, *, since: datetime) -> Sequence[Share]:
    """Share of each channel in the cases registered since then, largest first."""
    count = func.count(Case.id)
    rows = session.execute(
        select(Case.source_channel, count)
        .where(Case.registered_at >= since)
        .group_by(Case.source_channel)
        .order_by(count.desc(), Case.source_channel)
    ).all()
    total = sum(cases for _, cases in rows)
    return [Share(channel, cases, cases / total) for channel, cases in rows]
