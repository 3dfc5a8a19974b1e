"""Corrections of a case's place, kind or domain by a dispatcher.

Each corrected field is one event with the old and the new value. The routing evidence stays as it
was, so that the router's reading can be compared with the correction. A new place gives the case
its areas again. A new kind gives it the limits and the track of that kind.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from backend.cases import members
from backend.cases.due_times import due_times, limits_of
from backend.cases.step import StepContext
from backend.deadlines.city import calendar
from backend.deadlines.clocks import ClockEvent
from backend.deadlines.rules import deadline
from backend.errors import BadInput, Conflict
from backend.models.cases import Case
from backend.routing.service import area_of
from backend.vocabulary.labels import KIND_LABELS
from backend.vocabulary.step_details import Correct
from backend.vocabulary.tracks import track_of
from nlu.city.loaded import power_list
from nlu.language.text import normalise

DEADLINES = ("respond_by", "resolve_by", "total_resolve_by")


def changed_fields(case: Case, details: Correct) -> list[Correct]:
    """Details of one correction for each field that differs from the case. Raises BadInput."""
    current = {"place": case.location.get("text"), "kind": case.kind, "domain": case.domain}
    corrected = {name: getattr(details, name) for name in current}
    changes = {name: text for name, text in corrected.items() if text and text != current[name]}
    if not changes:
        raise BadInput("请写要改的地点、类型或领域，和现在的不一样才用改")
    return [Correct(**{name: text, "reason": details.reason}) for name, text in changes.items()]


def domains() -> list[str]:
    return sorted({item.domain for item in power_list().items})


def correct(step: StepContext[Correct]) -> None:
    """Correct the field that the details name. Raises BadInput or Conflict."""
    details = step.details
    if details.place is not None:
        _correct_place(step, details.place)
    elif details.kind is not None:
        _correct_kind(step, details.kind)
    else:
        _correct_domain(step, details.domain)


def _correct_place(step: StepContext, place: str) -> None:
    """The resident's map pin stays: it is where the resident was."""
    case, old = step.case, step.case.location
    area = area_of(normalise(case.text), normalise(place))
    step.event_details.update(old=old.get("text"), old_area=_area_code(old), area=area.code)
    case.location = {**old, "text": place, **area.as_json()}


def _area_code(location: Mapping[str, Any]) -> str | None:
    parts = (location.get(name) for name in ("community", "street", "district"))
    return next((part["code"] for part in parts if part), None)


def _correct_domain(step: StepContext, domain: str | None) -> None:
    if domain not in domains():
        raise BadInput(f"领域只能是：{'、'.join(domains())}")
    step.event_details["old"] = step.case.domain
    step.case.domain = domain


def _correct_kind(step: StepContext, kind: str) -> None:
    case = step.case
    if kind not in KIND_LABELS:
        raise BadInput(f"类型只能是：{'、'.join(KIND_LABELS)}")
    track = track_of(kind, is_legal="legal" in case.routing)
    if track != case.track:
        _must_be_handled_alone(step.session, case)
        case.closing = None  # a proposal to end the case by a step of the other track
    step.event_details.update(old=case.kind, limits=limits_of(kind, case.power_item_code))
    case.kind, case.track = kind, track
    if kind == "report" and not case.anonymous:  # a report is anonymous unless the resident objects
        case.anonymous = True
        step.event_details["anonymous"] = True
    _move_deadlines(step)


def _must_be_handled_alone(session: Session, case: Case) -> None:
    """Cases of different tracks have different steps. Raises Conflict."""
    if case.lead is not None or members.open_members(session, case):
        raise Conflict("这件和别的一起办，改了类型办法就不同了，请先拆出来")


def _move_deadlines(step: StepContext) -> None:
    """Log the deadlines that move, and how early the new ones may be.

    A unit that was in time keeps the rest of its old time, or until the end of the next working
    day: a correction makes nobody late.
    """
    case = step.case
    floor = deadline(step.now, 1, calendar())
    old = {name: getattr(case, name) for name in DEADLINES}
    earliest = {name: min(due, floor).isoformat() for name, due in old.items()}
    step.event_details["earliest"] = earliest
    event = ClockEvent(step.action, step.now, step.event_details)
    new = due_times([*step.clock_events, event], calendar())
    moved = {name: [_text(old[name]), _text(new[name])] for name in DEADLINES}
    step.event_details["moved"] = {
        name: times for name, times in moved.items() if times[0] != times[1]
    } or None


def _text(moment: datetime) -> str:
    return moment.isoformat()
