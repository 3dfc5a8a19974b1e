"""Tables of counted cases, for the cockpit. Numbers only: they are kept for comparison of years."""

from datetime import date

from sqlalchemy import BigInteger, Index
from sqlalchemy.orm import Mapped, mapped_column

from backend.database import Base


class CaseDay(Base):
    """Cases of one day by unit, area, domain, kind and channel. The empty text is unknown."""

    __tablename__ = "case_days"
    __table_args__ = (Index("ix_case_days_day", "day"),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    day: Mapped[date]  # in Shanghai
    unit_code: Mapped[str]
    district_code: Mapped[str]
    street_code: Mapped[str]
    domain: Mapped[str]
    kind: Mapped[str]
    channel: Mapped[str]
    registered: Mapped[int]  # on this day
    settled: Mapped[int]  # for the first time on this day


class RollupState(Base):
    """Position up to which the event log was counted; one row."""

    __tablename__ = "rollup_state"

    id: Mapped[int] = mapped_column(primary_key=True)
    last_event: Mapped[int] = mapped_column(BigInteger)
    event_before: Mapped[int] = mapped_column(BigInteger)  # as of the run before
