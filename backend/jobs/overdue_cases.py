"""Takes the rungs that have become due: reminders, marks of lateness, supervision, escalation."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.cases.due_times import happened, set_due_times
from backend.cases.events import event_of, write_all
from backend.cases.pushes import TEXTS
from backend.cases.step import Details
from backend.cases.stepping import SYSTEM, note
from backend.deadlines.city import calendar
from backend.deadlines.clocks import Happened, read
from backend.deadlines.ladder import Rung, outstanding
from backend.models.cases import Case, CaseEvent
from backend.models.units import Unit
from backend.vocabulary.case_lifecycle import Action

_SAYS = {
    Action.REMIND: "{clock}快到期了",
    Action.OVERDUE: "{clock}已经超过期限",
    Action.SUPERVISE: "{clock}超期一个工作日",
    Action.ESCALATE: "{clock}超期后仍没有办完，报上一级",
}


def climb(session: Session, now: datetime, most: int) -> int:
    """How many cases there were, of at most `most`."""
    due = session.scalars(
        select(Case)
        .where(Case.next_due_at <= now)
        .order_by(Case.next_due_at)
        .limit(most)
        .with_for_update(key_share=True, skip_locked=True)
    ).all()
    logs = happened(session, due)
    above = _above(session) if due else {}
    quiet: list[CaseEvent] = []
    for case in due:
        _climb_one(session, case, logs[case.id], above, quiet, now)
    write_all(session, quiet)
    return len(due)


def _climb_one(
    session: Session,
    case: Case,
    log: list[Happened],
    above: dict[str, str | None],
    quiet: list[CaseEvent],
    now: datetime,
) -> None:
    """Most rungs are told to nobody: their lines are gathered in `quiet`, to be written at once."""
    taken = []
    for rung in outstanding(read(log, calendar()), log, calendar()):
        if rung.at <= now:
            details = Details(reason=_SAYS[rung.action].format(clock=rung.clock.label))
            found = rung.details() | {"told": _told(case, rung, above)}
            if rung.action in TEXTS:  # the resident is told
                write_all(session, quiet)
                quiet.clear()
                note(session, case, rung.action, SYSTEM, details, now=now, found=found)
            else:
                quiet.append(event_of(case, rung.action, SYSTEM, details, found, now=now))
            taken.append(Happened(rung.action, now, found))
    set_due_times(case, [*log, *taken], calendar())


def _told(case: Case, rung: Rung, above: dict[str, str | None]) -> str | None:
    """The unit that this is for: so many levels above, the second being the city's centre."""
    unit = case.unit_code
    if rung.action is Action.SUPERVISE or rung.level == 1:
        return _parent(unit, above)
    return _top(unit, above) if rung.level else unit


def _parent(unit: str | None, above: dict[str, str | None]) -> str | None:
    return (above.get(unit) or unit) if unit else _root(above)


def _top(unit: str | None, above: dict[str, str | None]) -> str | None:
    while unit and above.get(unit):
        unit = above[unit]
    return unit or _root(above)


def _root(above: dict[str, str | None]) -> str | None:
    return next(iter(sorted(code for code, parent in above.items() if parent is None)), None)


def _above(session: Session) -> dict[str, str | None]:
    rows = session.execute(select(Unit.code, Unit.parent_code))
    return {code: parent for code, parent in rows}  # noqa: C416  (rows are not typed as pairs)
