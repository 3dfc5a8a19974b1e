"""Raises alerts, takes their steps, and delivers them to subscribers."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, delete, func, literal, or_, select, true
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from backend.alerts.life import OPEN, AlertAction, AlertState, next_state, require_text
from backend.alerts.thresholds import AlertKind, Thresholds
from backend.errors import BadInput, NotFound
from backend.models.alerts import Alert, AlertReceipt, AlertStep, AlertSubscription
from backend.models.staff import StaffAccount
from backend.models.units import Unit
from backend.staff.visibility import units_of
from backend.vocabulary.actors import Actor

LONGEST_TITLE, LONGEST_TEXT = 120, 2000
MOST_SHOWN = 100
_RAISE = "raise"


def raise_alert(
    session: Session,
    kind: AlertKind,
    title: str,
    actor: Actor,
    *,
    now: datetime,
    evidence: Mapping[str, Any],
    subject: str | None = None,
    area: str | None = None,
    domain: str | None = None,
    item: str | None = None,
) -> Alert:
    """A new alert, delivered to its subscribers. Raises BadInput."""
    if not 1 <= len(title) <= LONGEST_TITLE:
        raise BadInput(f"预警的标题写 1 到 {LONGEST_TITLE} 个字")
    alert = Alert(
        kind=kind,
        state=AlertState.RAISED,
        title=title,
        area_code=area,
        domain=domain,
        item_code=item,
        subject=subject,
        raised_at=now,
        raised_by=actor.key,
        raised_by_name=actor.name,
        evidence=dict(evidence),
        last_excess_at=now,
        done=[],
    )
    session.add(alert)
    session.flush()
    _log(session, alert, _RAISE, actor, title, now)
    _deliver(session, alert, now)
    return alert


def is_raised_about(session: Session, kind: AlertKind, subject: str) -> bool:
    """True if an open alert says so already."""
    same = (Alert.kind == kind) & (Alert.subject == subject) & Alert.state.in_(OPEN)
    return session.scalar(select(Alert.id).where(same).limit(1)) is not None


def take(
    session: Session,
    alert: Alert,
    action: AlertAction,
    actor: Actor,
    *,
    text: str,
    conclusion: str | None,
    now: datetime,
) -> None:
    """Raises Conflict, and BadInput for missing words."""
    state = next_state(AlertState(alert.state), action)
    require_text(action, text, conclusion)
    alert.state = state
    if action is AlertAction.CLOSE:
        alert.conclusion, alert.calm_at = conclusion, alert.calm_at or now
    _log(session, alert, action, actor, text[:LONGEST_TEXT], now)


def tick(
    session: Session,
    alert: Alert,
    lines: Iterable[str],
    rules: Thresholds,
    actor: Actor,
    now: datetime,
) -> None:
    """Tick lines of the checklist as done."""
    ticked = [line for line in rules.checklists[alert.kind] if line in set(lines)]
    for line in sorted(set(ticked) - set(alert.done)):
        _log(session, alert, "tick", actor, line, now)
    alert.done = ticked


def by_id(session: Session, staff: StaffAccount, alert_id: int, *, lock: bool = False) -> Alert:
    """Raises NotFound, also for an alert that the staff may not see."""
    query = visible_alerts(staff).where(Alert.id == alert_id)
    if lock:
        query = query.with_for_update(key_share=True, of=Alert)
    alert = session.scalar(query)
    if alert is None:
        raise NotFound("没有这条预警，或者它不在您的范围里")
    return alert


def visible_alerts(staff: StaffAccount) -> Select[Alert]:
    """The city's centre sees all; others those of the whole city, their area and their units."""
    return select(Alert).where(_in_scope(staff))


def _in_scope(staff: StaffAccount) -> ColumnElement[bool]:
    if staff.unit.parent_code is None:
        return true()
    own = staff.unit.area_code or "-"  # a unit without an area sees no area's alerts
    own_area = or_(
        Alert.area_code.startswith(own, autoescape=True), literal(own).startswith(Alert.area_code)
    )
    return or_(
        and_(Alert.area_code.is_(None), Alert.subject.is_(None)),
        own_area,
        Alert.subject.in_(units_of(staff)),
    )


def list_alerts(
    session: Session, staff: StaffAccount, *, is_open: bool, most: int = MOST_SHOWN
) -> list[Alert]:
    """The newest first."""
    state = Alert.state.in_(OPEN) if is_open else Alert.state.not_in(OPEN)
    query = visible_alerts(staff).where(state).order_by(Alert.raised_at.desc(), Alert.id.desc())
    return list(session.scalars(query.limit(most)))


def open_count(session: Session, staff: StaffAccount) -> int:
    query = visible_alerts(staff).where(Alert.state.in_(OPEN))
    return session.scalar(query.with_only_columns(func.count(Alert.id))) or 0


def steps_of(session: Session, alert: Alert) -> list[AlertStep]:
    query = select(AlertStep).where(AlertStep.alert_id == alert.id).order_by(AlertStep.id)
    return list(session.scalars(query))


def subscribe(session: Session, staff: StaffAccount, *, kind: str, area: str, domain: str) -> None:
    """The empty text is any kind, area or domain. Raises BadInput."""
    if kind and kind not in set(AlertKind):
        raise BadInput("没有这种预警")
    values = {"staff_id": staff.id, "kind": kind, "area_code": area, "domain": domain}
    session.execute(insert(AlertSubscription).values(**values).on_conflict_do_nothing())


def unsubscribe(session: Session, staff: StaffAccount, subscription: int) -> None:
    own = (AlertSubscription.staff_id == staff.id) & (AlertSubscription.id == subscription)
    session.execute(delete(AlertSubscription).where(own))


def subscriptions_of(session: Session, staff: StaffAccount) -> list[AlertSubscription]:
    own = AlertSubscription.staff_id == staff.id
    return list(session.scalars(select(AlertSubscription).where(own).order_by("id")))


def _deliver(session: Session, alert: Alert, now: datetime) -> None:
    """A receipt for each subscriber who may see the alert."""
    wanted = and_(
        AlertSubscription.kind.in_(["", alert.kind]),
        AlertSubscription.domain.in_(["", alert.domain or ""]),
        literal(alert.area_code or "").startswith(AlertSubscription.area_code),
    )
    staff_ids = select(AlertSubscription.staff_id).where(wanted)
    query = select(StaffAccount).join(Unit, Unit.code == StaffAccount.unit_code)
    for staff in session.scalars(query.where(StaffAccount.active, StaffAccount.id.in_(staff_ids))):
        if session.scalar(visible_alerts(staff).where(Alert.id == alert.id)) is not None:
            session.add(AlertReceipt(alert_id=alert.id, staff_id=staff.id, delivered_at=now))


def mark_read(session: Session, alert: Alert, staff: StaffAccount, now: datetime) -> None:
    receipt = session.get(AlertReceipt, (alert.id, staff.id))
    if receipt is not None and receipt.read_at is None:
        receipt.read_at = now


def receipts_of(session: Session, alert: Alert) -> list[AlertReceipt]:
    query = select(AlertReceipt).where(AlertReceipt.alert_id == alert.id)
    return list(session.scalars(query.order_by(AlertReceipt.staff_id)))


def unread_ids(session: Session, staff: StaffAccount) -> set[int]:
    own = (AlertReceipt.staff_id == staff.id) & AlertReceipt.read_at.is_(None)
    return set(session.scalars(select(AlertReceipt.alert_id).where(own)))


def _log(
    session: Session, alert: Alert, action: str, actor: Actor, text: str, now: datetime
) -> None:
    session.add(
        AlertStep(
            alert_id=alert.id,
            action=action,
            at=now,
            actor=actor.key,
            actor_name=actor.name,
            text=text,
        )
    )
