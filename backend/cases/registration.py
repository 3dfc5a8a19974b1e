"""Registers an appeal as a case: its number, its row, its first event, its first step."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from backend.attachments.storage import give_to_case
from backend.cases import at_once, partners
from backend.cases.appeals import Appeal
from backend.cases.due_times import limits_of, set_due_times
from backend.cases.events import event_of, write_event
from backend.cases.notifications import notify
from backend.cases.queries import by_key
from backend.cases.step import Notification, StepContext
from backend.cases.stepping import act_on_locked
from backend.clock import SHANGHAI
from backend.conversations.service import lock
from backend.deadlines.city import calendar
from backend.deadlines.clocks import ClockEvent
from backend.models.cases import Case, CaseNumber
from backend.models.conversations import Conversation
from backend.routing import service as routing
from backend.routing.rules import Route
from backend.vocabulary.actors import BOT, RESIDENT, ROUTER
from backend.vocabulary.case_lifecycle import Action, Status
from backend.vocabulary.step_details import Dispatch, NoDetails
from backend.vocabulary.tracks import Track, track_of
from nlu.language import secrecy

CASE_PREFIX = "HZ"
_NUMBERS = CaseNumber.__table__.c
_NEXT_NUMBER = (
    insert(CaseNumber.__table__)  # type: ignore[arg-type]
    .on_conflict_do_update(index_elements=[_NUMBERS.day], set_={"last": _NUMBERS.last + 1})
    .returning(_NUMBERS.last)
)


def register(
    session: Session,
    conversation: Conversation,
    appeal: Appeal,
    *,
    key: str,
    now: datetime,
    notifications: list[Notification] | None = None,
) -> Case:
    """Make the case, route it and, when the router is sure, dispatch it; or answer it at once.

    `key` identifies the message that confirmed the appeal: the same key returns the same case.
    What the resident is told is added to `notifications`, or pushed when that is None.
    """
    lock(session, conversation)
    existing = by_key(session, key)
    if existing:
        return existing
    case = _new_case(session, conversation, appeal, key, now)
    limits: dict[str, Any] = {
        "limits": limits_of(case.kind, case.power_item_code),
        "track": case.track,
        "kind": case.kind,
    }
    clock_events = [ClockEvent(Action.REGISTER, case.registered_at, limits)]
    set_due_times(case, clock_events, calendar())
    session.add(case)
    session.flush()
    give_to_case(session, conversation.id, case.id, now=now)
    registration = StepContext(
        session, case, appeal.by or RESIDENT, now, NoDetails(Action.REGISTER),
        event_details=limits, notifications=notifications,
    )  # fmt: skip
    _log_registration(registration)
    first_step = _first_step(session, case, appeal, now)
    if first_step:
        act_on_locked(replace(first_step, clock_events=clock_events, notifications=notifications))
    return case


def _log_registration(step: StepContext) -> None:
    """The event is dated when the appeal was made; the notification is a reply to the resident."""
    event = event_of(replace(step, now=step.case.registered_at))
    event.to_status = step.case.status
    write_event(step.session, event)
    notify(replace(step, actor=RESIDENT), event)


def _first_step(session: Session, case: Case, appeal: Appeal, now: datetime) -> StepContext | None:
    """The step that follows the registration at once; None leaves the case to a dispatcher."""
    answer = appeal.answer
    if answer is None and appeal.by is None:
        answer = at_once.find_answer(session, case, now=now)
    if answer:
        return StepContext(session, case, appeal.by or BOT, now, answer)
    unit = case.routing["unit"]
    if unit is None:
        return None
    return StepContext(session, case, ROUTER, now, Dispatch(unit=unit["code"]))


def _new_case(
    session: Session, conversation: Conversation, appeal: Appeal, key: str, now: datetime
) -> Case:
    route = routing.route(session, text=appeal.text, location_text=appeal.location, said_at=now)
    kind = appeal.kind or route.kind
    legal = partners.legal_in(appeal.full_text)
    track = track_of(kind, is_legal=legal is not None)
    routing_json = route.as_json()
    if track is Track.LEGAL and legal:
        routing_json = partners.rerouted(session, routing_json, legal, route.area)
    return Case(
        case_no=_next_case_no(session, now),
        idempotency_key=key,
        resident_id=conversation.account.resident_id,
        conversation_id=conversation.id,
        source_channel=appeal.channel or conversation.account.channel,
        status=Status.REGISTERED,
        kind=kind,
        anonymous=_is_anonymous(appeal, kind),
        track=track,
        domain=route.domain,
        power_item_code=route.power_item.code if route.power_item else None,
        size=route.matter.size.value,
        text=appeal.text,
        wording=appeal.wording,
        appeal=appeal.parts,
        location=_location(appeal, route),
        routing=routing_json,
        round=1,
        chases=0,
        returns=0,
        registered_at=appeal.since or now,
    )


def _is_anonymous(appeal: Appeal, kind: str) -> bool:
    """The resident's wish, stated or found in the text; without one only a report is anonymous."""
    wish = appeal.anonymous
    if wish is None:
        wish = secrecy.wish(appeal.full_text)
    return kind == "report" if wish is None else wish


def _location(appeal: Appeal, route: Route) -> dict[str, Any]:
    pin = vars(appeal.pin) if appeal.pin else None
    return {"text": appeal.location, "pin": pin, **route.area.as_json()}


def _next_case_no(session: Session, now: datetime) -> str:
    day = now.astimezone(SHANGHAI).date()
    last = session.scalars(_NEXT_NUMBER, {"day": day, "last": 1}).one()
    return f"{CASE_PREFIX}{day:%Y%m%d}{last:06d}"
