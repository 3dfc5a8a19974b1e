"""Live numbers of the cockpit: each is a condition on cases, which also selects its list."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, true
from sqlalchemy.orm import Session

from backend.clock import SHANGHAI
from backend.errors import BadFilter
from backend.models.cases import Case
from backend.vocabulary.case_lifecycle import OPEN, Status

DAY = timedelta(days=1)
STUCK_RETURNS = 2  # returns after which a case is stuck between units
_RUNNING = OPEN - {Status.ON_HOLD}


@dataclass(frozen=True)
class LiveNumber:
    label: str
    condition: Callable[[datetime], ColumnElement[bool]]
    is_alarming: bool = False


def midnight(now: datetime) -> datetime:
    return datetime.combine(now.astimezone(SHANGHAI).date(), time(0), SHANGHAI)


def _today(moment: Any) -> Callable[[datetime], ColumnElement[bool]]:
    return lambda now: and_(moment >= midnight(now), moment < midnight(now) + DAY)


_IS_OPEN = Case.status.in_(OPEN)
_IS_RUNNING = Case.status.in_(_RUNNING)
NUMBERS: Mapping[str, LiveNumber] = {
    "today": LiveNumber("今日来件", _today(Case.registered_at)),
    "settled_today": LiveNumber("今日办结", _today(Case.first_resolved_at)),
    "open": LiveNumber("在办", lambda _: _IS_OPEN),
    "unassigned": LiveNumber("还没派", lambda _: Case.status == Status.REGISTERED),
    "unsigned": LiveNumber(
        "超时没签收", lambda now: and_(Case.status == Status.DISPATCHED, Case.sign_by < now), True
    ),
    "silent": LiveNumber(
        "超时没联系",
        lambda now: and_(_IS_RUNNING, Case.responded_at.is_(None), Case.respond_by < now),
        True,
    ),
    "overdue": LiveNumber("办结超期", lambda now: and_(_IS_RUNNING, Case.resolve_by < now), True),
    "due_today": LiveNumber(
        "今日到期",
        lambda now: and_(
            _IS_RUNNING, Case.resolve_by >= now, Case.resolve_by < midnight(now) + DAY
        ),
    ),
    "stuck": LiveNumber(
        "卡在单位之间",
        lambda _: and_(_IS_OPEN, or_(Case.disputed_at.is_not(None), Case.returns >= STUCK_RETURNS)),
        True,
    ),
    "repeated": LiveNumber(
        "多次催办或重办，请人看",
        lambda _: and_(_IS_OPEN, or_(Case.chases >= 3, Case.round >= 3)),
        True,
    ),
}


def condition_of(name: str, now: datetime) -> ColumnElement[bool]:
    """Raises BadFilter."""
    if name not in NUMBERS:
        raise BadFilter(f"没有“{name[:50]}”这个数")
    return NUMBERS[name].condition(now)


def in_units(units: frozenset[str] | None) -> ColumnElement[bool]:
    """SQL condition: the case is with one of the units; None is the whole city."""
    return true() if units is None else Case.unit_code.in_(units)


def live_numbers(session: Session, units: frozenset[str] | None, now: datetime) -> dict[str, int]:
    """All numbers, computed in one scan of the open cases and of today's."""
    conditions = {name: number.condition(now) for name, number in NUMBERS.items()}
    counts = [func.count().filter(condition) for condition in conditions.values()]
    relevant = or_(_IS_OPEN, conditions["today"], conditions["settled_today"])
    row = session.execute(select(*counts).where(relevant, in_units(units))).one()
    return dict(zip(conditions, row, strict=True))
