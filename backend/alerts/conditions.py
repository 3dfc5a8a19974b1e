"""Alerts about units, sources and chats, one open alert for each."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.alerts.service import is_raised_about, raise_alert
from backend.alerts.thresholds import AlertKind, Thresholds
from backend.clock import SHANGHAI
from backend.conversations.service import urgency
from backend.measures.city_units import City
from backend.measures.periods import month_of
from backend.measures.query import MeasureQuery
from backend.measures.report import measure
from backend.measures.versions import formulas
from backend.models.alerts import Alert
from backend.models.cases import Case
from backend.models.conversations import Conversation, Owner
from backend.sources.freshness import source_freshness
from backend.vocabulary.actors import SYSTEM
from backend.vocabulary.case_lifecycle import OPEN, Status


@dataclass(frozen=True)
class _Cause:
    kind: AlertKind
    subject: str  # a unit, a source or a chat
    title: str
    evidence: dict[str, Any] = field(default_factory=dict)


def raise_each_minute(session: Session, rules: Thresholds, now: datetime) -> list[Alert]:
    return _raise(session, _unanswered_emergencies(session, rules, now), now)


def raise_each_hour(session: Session, rules: Thresholds, now: datetime) -> list[Alert]:
    causes = [*_late_units(session, rules, now), *_silent_sources(session, now)]
    return _raise(session, iter(causes), now)


def raise_each_day(session: Session, now: datetime) -> list[Alert]:
    return _raise(session, _buck_passers(session, now), now)


def _raise(session: Session, causes: Iterator[_Cause], now: datetime) -> list[Alert]:
    return [
        raise_alert(
            session, cause.kind, cause.title, SYSTEM,
            now=now, evidence=cause.evidence, subject=cause.subject,
        )
        for cause in causes
        if not is_raised_about(session, cause.kind, cause.subject)
    ]  # fmt: skip


def _unanswered_emergencies(session: Session, rules: Thresholds, now: datetime) -> Iterator[_Cause]:
    waited = now - timedelta(minutes=rules.emergency_minutes)
    query = select(Conversation.id, Conversation.queued_at).where(
        Conversation.owner == Owner.QUEUE, urgency() == 0, Conversation.queued_at < waited
    )
    for chat, queued_at in session.execute(query):
        assert queued_at is not None  # it is queued
        title = f"紧急会话 {chat} 已经等了 {rules.emergency_minutes} 分钟以上"
        evidence = {"conversation": chat, "queued_at": queued_at.isoformat()}
        subject = f"chat:{chat}:{queued_at.isoformat()}"
        yield _Cause(AlertKind.UNANSWERED_EMERGENCY, subject, title, evidence)


def _late_units(session: Session, rules: Thresholds, now: datetime) -> Iterator[_Cause]:
    late = (
        Case.status.in_(OPEN - {Status.ON_HOLD}), Case.resolve_by < now, Case.unit_code.is_not(None)
    )  # fmt: skip
    query = select(Case.unit_code, func.count()).where(*late, Case.lead_id.is_(None))
    query = query.group_by(Case.unit_code).having(func.count() >= rules.overdue_from)
    city = City.read(session)
    for unit, number in session.execute(query):
        assert unit is not None
        title = f"{city.name_of(unit)} 超期 {number} 件"
        yield _Cause(AlertKind.CLOCK, unit, title, {"unit": unit, "late": number})


def _silent_sources(session: Session, now: datetime) -> Iterator[_Cause]:
    """Sources that have sent something before."""
    for one in source_freshness(session, now=now):
        if one.is_stale and one.last_at is not None:
            title = f"{one.source.name} 没有新的来件"
            evidence = {"source": one.source.code, "last": one.last_at.isoformat()}
            yield _Cause(AlertKind.FRESHNESS, f"source:{one.source.code}", title, evidence)


def _buck_passers(session: Session, now: datetime) -> Iterator[_Cause]:
    """Units over the formula's threshold in this month."""
    period = month_of(now.astimezone(SHANGHAI).date())
    formula = formulas().of(period.first)
    report = measure(session, MeasureQuery(period, ("unit",)), formula, now)
    city = City.read(session)
    for line in report.lines:
        index, unit = line.buck_passing.index, line.key[0]
        is_over = index is not None and index > formula.buck_passing.alert_over
        if unit and line.is_ranked and is_over:
            title = f"{city.name_of(unit)} 推诿指数 {index:.1f}"
            evidence = {"unit": unit, "index": index, "period": str(period)}
            yield _Cause(AlertKind.BUCK_PASSING, unit, title, evidence)
