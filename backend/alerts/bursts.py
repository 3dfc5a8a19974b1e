"""Finds bursts among the cases of the last hours."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.alerts.baseline import HOUR
from backend.alerts.detection import Excess, Series, excess_of, is_calm, series_of, surge_of
from backend.alerts.service import raise_alert
from backend.alerts.thresholds import AlertKind, Thresholds
from backend.alerts.usual import Usual
from backend.measures.labels import known_values
from backend.models.alerts import Alert
from backend.models.cases import Case
from backend.topics.heat import voices_of
from backend.topics.index import formula_at
from backend.topics.numbers import is_any, is_counted, messages_where
from backend.vocabulary.actors import SYSTEM
from nlu.city.loaded import power_list

MOST_EVIDENCE = 200  # ids of cases


@dataclass(frozen=True)
class _Recent:
    case_id: int
    resident: int
    at: datetime


class Recent:
    """The cases of the longest window by series."""

    def __init__(self, session: Session, rules: Thresholds, now: datetime) -> None:
        self._rules, self._now = rules, now
        self.by_series: dict[Series, list[_Recent]] = defaultdict(list)
        query = select(
            Case.id, Case.resident_id, Case.registered_at,
            Case.street_code, Case.district_code, Case.domain, Case.power_item_code,
        )  # fmt: skip
        since = now - max(rules.longest_window, rules.calm_hours) * HOUR
        for row in session.execute(query.where(is_counted(), Case.registered_at > since)):
            case = _Recent(row[0], row[1], row[2])
            street, district, domain, item = row[3:]
            for series in series_of(street=street, district=district, domain=domain, item=item):
                self.by_series[series].append(case)

    def cases(self, series: Series, hours: int) -> list[_Recent]:
        since = self._now - hours * HOUR
        return [case for case in self.by_series.get(series, ()) if case.at > since]

    def people(self, series: Series, hours: int) -> int:
        return len({case.resident for case in self.cases(series, hours)})

    def candidates(self) -> list[Series]:
        """Series with enough people, the finest first."""
        hours, least = self._rules.longest_window, self._rules.people_from
        enough = [s for s in self.by_series if self.people(s, hours) >= least]
        return sorted(enough, key=lambda s: (-len(s.area or ""), s.item is None, str(s)))


def watch(session: Session, usual: Usual, now: datetime) -> list[Alert]:
    """Raise an alert for each new burst, and end those that are over; returns the new alerts."""
    recent = Recent(session, usual.rules, now)
    going_on = list(
        session.scalars(
            select(Alert)
            .where(Alert.kind == AlertKind.BURST, Alert.calm_at.is_(None))
            .with_for_update(key_share=True)
        )
    )
    excesses = [
        (series, excess)
        for series in recent.candidates()
        if (excess := _excess(session, recent, usual, series, now))
    ]
    for series, excess in excesses:
        _continue(going_on, recent, usual.rules, series, excess, now)
    new: list[Alert] = []
    for series, excess in excesses:
        if not any(_series(alert).is_related(series) for alert in [*going_on, *new]):
            new.append(_raise(session, recent, usual.rules, series, excess, now))
    _end_calm(session, going_on, recent, usual, now)
    return new


def _excess(
    session: Session, recent: Recent, usual: Usual, series: Series, now: datetime
) -> Excess | None:
    windows = usual.rules.windows
    people = {hours: recent.people(series, hours) for hours in windows}
    surge = _surge(session, recent, usual, series, now)
    expected = {hours: surge * usual.of(session, series, hours, now) for hours in windows}
    excess = excess_of(people, expected, usual.rules)
    if excess is None:
        return None
    voices = _voices(session, recent.cases(series, excess.hours), now)
    return excess_of({excess.hours: voices}, {excess.hours: excess.usual}, usual.rules)


def _voices(session: Session, cases: Sequence[_Recent], now: datetime) -> int:
    """Distinct people, where a flood of copies is one."""
    messages = messages_where(session, is_any(Case.id, (case.case_id for case in cases)))
    return voices_of(messages, formula_at(now)).people


def _surge(session: Session, recent: Recent, usual: Usual, series: Series, now: datetime) -> float:
    hours = usual.rules.longest_window
    others = [
        s for s in recent.by_series if not s.area and not s.item and s.domain != series.domain
    ]
    expected = sum(usual.of(session, other, hours, now) for other in others)
    return surge_of(sum(len(recent.cases(other, hours)) for other in others), expected)


def _series(alert: Alert) -> Series:
    return Series(alert.area_code, alert.domain, alert.item_code)


def _continue(
    alerts: Sequence[Alert],
    recent: Recent,
    rules: Thresholds,
    series: Series,
    excess: Excess,
    now: datetime,
) -> None:
    """A burst that goes on, or has become wider, raises no second alert."""
    for alert in alerts:
        if _series(alert).is_related(series):
            alert.last_excess_at = now
            elsewhere = excess.people - recent.people(_series(alert), excess.hours)
            if series.is_wider(_series(alert)) and elsewhere >= rules.people_from:
                alert.area_code = series.area


def _raise(
    session: Session,
    recent: Recent,
    rules: Thresholds,
    series: Series,
    excess: Excess,
    now: datetime,
) -> Alert:
    cases = recent.cases(series, excess.hours)
    evidence = {
        **asdict(excess),
        "version": rules.version,
        "cases": [case.case_id for case in cases][:MOST_EVIDENCE],
    }
    area, domain, item = series
    title = f"{excess.hours} 小时 {excess.people} 人，平常 {excess.usual:.1f}：{_named(series)}"
    return raise_alert(
        session, AlertKind.BURST, title, SYSTEM,
        now=now, evidence=evidence, area=area, domain=domain, item=item,
    )  # fmt: skip


def _named(series: Series) -> str:
    areas = {**known_values("district"), **known_values("street")}
    area = areas.get(series.area, series.area) if series.area else "全市"
    item = next((i.title for i in power_list().items if i.code == series.item), None)
    return f"{area} {item or series.domain or '领域不明'}"[:80]


def _end_calm(
    session: Session, alerts: Sequence[Alert], recent: Recent, usual: Usual, now: datetime
) -> None:
    span = usual.rules.calm_hours
    for alert in alerts:
        if now - alert.last_excess_at >= span * HOUR:
            expected = usual.of(session, _series(alert), span, now)
            if is_calm(recent.people(_series(alert), span), expected, usual.rules):
                alert.calm_at = now
