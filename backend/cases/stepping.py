"""The one writer of cases: every step checks the table, writes an event and tells the resident."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from backend.attachments.storage import give_to_case
from backend.cases import at_once, members, partners, pushes
from backend.cases.appeals import (
    ANSWERING as ANSWERING,
)
from backend.cases.appeals import (
    BOT as BOT,
)
from backend.cases.appeals import (
    RESIDENT as RESIDENT,
)
from backend.cases.appeals import (
    ROUTER as ROUTER,
)
from backend.cases.appeals import (
    SYSTEM as SYSTEM,
)
from backend.cases.appeals import (
    Actor as Actor,
)
from backend.cases.appeals import (
    Appeal as Appeal,
)
from backend.cases.appeals import (
    Notice as Notice,
)
from backend.cases.appeals import (
    Notices as Notices,
)
from backend.cases.due_times import happened, limits_of, set_due_times
from backend.cases.effects import EFFECTS, Details, Step
from backend.cases.facts import FACT_EFFECTS
from backend.cases.locking import locked
from backend.cases.log import write
from backend.cases.task_due_times import MOVES_JOINT, set_joint_due_times
from backend.clock import SHANGHAI
from backend.conversations.service import lock
from backend.deadlines.city import calendar
from backend.deadlines.clocks import MOVES, Happened, read
from backend.errors import NotFound
from backend.messaging import outbox, reach
from backend.models.cases import Case, CaseEvent, CaseNumber
from backend.models.conversations import Conversation
from backend.routing import service as routing
from backend.routing.rules import Route
from backend.vocabulary.case_lifecycle import FACTS, OPEN, Action, Status, next_status
from backend.vocabulary.tracks import Track, must_know, track_of
from nlu import secrecy

CASE_PREFIX = "HZ"


def register(
    session: Session,
    conversation: Conversation,
    appeal: Appeal,
    *,
    key: str,
    now: datetime,
    notices: Notices | None = None,
) -> Case:
    """Make the case, route it and, when the router is sure, dispatch it; or answer it at once.

    `key` names the message that said yes: asking again with it gives the same case. What the
    resident hears of it is added to `notices` where given, and pushed to them otherwise.
    """
    lock(session, conversation)
    existing = by_key(session, key)
    if existing:
        return existing
    case = _new_case(session, conversation, appeal, key, now)
    since = case.registered_at
    limits: dict[str, Any] = {"limits": limits_of(case.kind, case.power_item_code)}
    limits |= {"track": case.track, "kind": case.kind}
    begun = [Happened(Action.REGISTER, since, limits)]
    set_due_times(case, begun, calendar())
    session.add(case)
    session.flush()
    give_to_case(session, conversation.id, case.id, now=now)
    by = appeal.by or RESIDENT
    event = _log(session, case, Action.REGISTER, by, None, Details(), since, limits)
    tell(session, case, event, RESIDENT, now, notices)
    answer = appeal.answer or at_once.found(session, case, by_staff=appeal.by is not None, now=now)
    proposed = case.routing["unit"]
    if answer:
        _take(
            session, case, Action.ANSWER, appeal.by or BOT, answer, begun, now=now, notices=notices
        )
    elif proposed:
        to = Details(unit=proposed["code"])
        _take(session, case, Action.DISPATCH, ROUTER, to, begun, now=now, notices=notices)
    return case


def _new_case(
    session: Session, conversation: Conversation, appeal: Appeal, key: str, now: datetime
) -> Case:
    route = routing.route(session, text=appeal.text, location_text=appeal.location, said_at=now)
    item, kind = route.power_item, appeal.kind or route.kind
    said = secrecy.wish(appeal.said) if appeal.anonymous is None else appeal.anonymous
    legal = partners.legal_in(appeal.said)
    track = track_of(kind, is_legal=legal is not None)
    decided = route.as_json()
    if track is Track.LEGAL and legal:
        decided = partners.rerouted(session, decided, legal, route.area)
    return Case(
        case_no=_next_case_no(session, now),
        idempotency_key=key,
        resident_id=conversation.account.resident_id,
        conversation_id=conversation.id,
        source_channel=appeal.channel or conversation.account.channel,
        status=Status.REGISTERED,
        kind=kind,
        anonymous=kind == "report" if said is None else said,
        track=track,
        domain=route.domain,
        power_item_code=item.code if item else None,
        size=route.matter.size.value,
        text=appeal.text,
        wording=appeal.wording,
        appeal=appeal.parts,
        location=_location(appeal, route),
        routing=decided,
        round=1,
        chases=0,
        returns=0,
        registered_at=appeal.since or now,
    )


def _location(appeal: Appeal, route: Route) -> dict[str, Any]:
    pin = vars(appeal.pin) if appeal.pin else None
    return {"text": appeal.location, "pin": pin, **route.area.as_json()}


def _next_case_no(session: Session, now: datetime) -> str:
    day = now.astimezone(SHANGHAI).date()
    last = session.scalars(_NEXT, {"day": day, "last": 1}).one()
    return f"{CASE_PREFIX}{day:%Y%m%d}{last:06d}"


_NUMBERS = CaseNumber.__table__.c
_NEXT = (
    insert(CaseNumber.__table__)  # type: ignore[arg-type]
    .on_conflict_do_update(index_elements=[_NUMBERS.day], set_={"last": _NUMBERS.last + 1})
    .returning(_NUMBERS.last)
)


def act(
    session: Session,
    case: Case,
    action: Action,
    actor: Actor,
    details: Details,
    *,
    now: datetime,
    found: Mapping[str, object] | None = None,
    notices: Notices | None = None,
) -> None:
    """Take one step of the lifecycle. Raises Conflict or BadInput, and then changes nothing."""
    locked(session, case.id)
    log = happened(session, [case])[case.id]
    _take(session, case, action, actor, details, log, now=now, found=found, notices=notices)


def _take(
    session: Session,
    case: Case,
    action: Action,
    actor: Actor,
    details: Details,
    log: list[Happened],
    *,
    now: datetime,
    found: Mapping[str, object] | None = None,
    notices: Notices | None = None,
) -> None:
    """The step, of a case that is locked and whose log is `log`."""
    before = Status(case.status)
    after = next_status(before, action)
    must_know(Track(case.track), action)
    told = dict(found or {})
    step = Step(session, case, details, now, calendar(), read(log, calendar()), told)
    had_it = case.unit_code
    EFFECTS[action](step)
    case.status = after
    if action is not Action.EXTEND:
        case.closing = None  # it has moved on: what was proposed is past
    event = _log(session, case, action, actor, (before, after), details, now, step.found, had_it)
    log = [*log, Happened(action, now, event.details)]
    set_due_times(case, log, calendar())
    if action in MOVES_JOINT:
        set_joint_due_times(session, case, log, calendar())
    tell(session, case, event, actor, now, notices)
    if members.is_shared(action, before) and members.have_joined(log):
        _take_along(session, case, action, actor, event.details, now)


def note(
    session: Session,
    case: Case,
    action: Action,
    actor: Actor,
    details: Details,
    *,
    now: datetime,
    message_id: int | None = None,
    found: Mapping[str, object] | None = None,
) -> bool:
    """Log a fact. False when the same message said it before. Raises Conflict or BadInput."""
    assert action in FACTS
    if message_id is not None and was_noted(session, case, action, message_id):
        return False
    known = dict(found or {}) | ({} if message_id is None else {"message_id": message_id})
    effect = FACT_EFFECTS.get(action)
    log = []
    if effect:
        locked(session, case.id)
        log = happened(session, [case])[case.id]
        step = Step(session, case, details, now, calendar(), read(log, calendar()), known)
        effect(step)
    event = _log(session, case, action, actor, None, details, now, known)
    if action in MOVES:
        set_due_times(case, [*log, Happened(action, now, event.details)], calendar())
    tell(session, case, event, actor, now)
    if members.is_shared(action, None):
        _take_along(session, case, action, actor, event.details, now)
    return True


def _take_along(
    session: Session,
    lead: Case,
    action: Action,
    actor: Actor,
    details: Mapping[str, Any],
    now: datetime,
) -> None:
    """The members of a collective case take the same step, and each resident is told of theirs."""
    for member in members.open_members(session, lead):
        go_along(session, member, lead, action, actor, details, now=now)


def go_along(
    session: Session,
    member: Case,
    lead: Case,
    action: Action,
    actor: Actor,
    details: Mapping[str, Any],
    *,
    now: datetime,
) -> None:
    """One step of a member: it has what its lead has by now, the status too."""
    had_it, before = member.unit_code, member.status
    log = happened(session, [member])[member.id]
    members.take_on(member, lead)
    member.status = lead.status
    event = event_of(member, action, actor, Details(), {**details, "lead": lead.case_no}, now=now)
    if action not in FACTS or action is Action.MERGE:
        event.from_status, event.to_status, event.unit_code = before, lead.status, had_it
    session.flush()
    write(session, event)
    set_due_times(member, [*log, Happened(action, now, event.details)], calendar())
    tell(session, member, event, actor, now)


def was_noted(session: Session, case: Case, action: Action, message_id: int) -> bool:
    return session.scalar(
        select(func.count())
        .select_from(CaseEvent)
        .where(
            CaseEvent.case_id == case.id,
            CaseEvent.action == action,
            CaseEvent.details["message_id"].as_integer() == message_id,
        )
    ) not in (0, None)


def _log(
    session: Session,
    case: Case,
    action: Action,
    actor: Actor,
    change: tuple[Status, Status] | None,
    details: Details,
    now: datetime,
    found: Mapping[str, object],
    had_it: str | None = None,
) -> CaseEvent:
    """`had_it` is the unit that had the case before a step that may have moved it."""
    event = event_of(case, action, actor, details, found, now=now)
    if change:
        event.from_status, event.to_status = change
        event.unit_code = had_it
    elif action is Action.REGISTER:
        event.to_status = case.status
    write(session, event)
    return event


def event_of(
    case: Case,
    action: Action,
    actor: Actor,
    details: Details,
    found: Mapping[str, object],
    *,
    now: datetime,
) -> CaseEvent:
    """A line that changes no status; the caller writes it into the log."""
    return CaseEvent(
        case_id=case.id,
        round=case.round,
        unit_code=case.unit_code,
        at=now,
        actor=actor.key,
        actor_name=actor.name,
        action=action,
        details=details.kept() | {name: it for name, it in found.items() if it is not None},
    )


def tell(
    session: Session,
    case: Case,
    event: CaseEvent,
    actor: Actor,
    now: datetime,
    notices: Notices | None = None,
) -> None:
    """What the resident hears of it, if anything: collected in `notices`, or pushed."""
    action = Action(event.action)
    text = pushes.text_for(case, action, event.details)
    if text is None:
        return
    buttons = pushes.rating_buttons(case) if action in pushes.ASKS_FOR_RATING else []
    if notices is not None:
        notices.append(Notice(case, text, buttons))
        return
    chat = reach.chat_to_tell(
        session,
        case.conversation_id,
        case.resident_id,
        now=now,
        is_reply=actor in ANSWERING,
        ordinary=not buttons,
    )
    outbox.push(
        session,
        chat,
        text,
        now=now,
        case_id=case.id,
        case_no=case.case_no,
        dedupe_key=f"event:{event.id}",
        buttons=buttons,
        is_reply=actor in ANSWERING,
    )


_BY_KEY = select(Case).where(Case.idempotency_key == bindparam("key"))


def by_key(session: Session, key: str) -> Case | None:
    return session.scalar(_BY_KEY, {"key": key})


def by_number(session: Session, case_no: str) -> Case:
    """Raises NotFound."""
    case = session.scalar(select(Case).where(Case.case_no == case_no))
    if case is None:
        raise NotFound(f"没有编号为 {case_no} 的工单")
    return case


def of_resident(
    session: Session, resident_id: int, *, number: str | None = None, only_open: bool = False
) -> list[Case]:
    """The resident's own cases, newest first; `number` may be the whole or its last digits."""
    query = select(Case).where(Case.resident_id == resident_id).order_by(Case.id.desc()).limit(20)
    if number:
        query = query.where(Case.case_no.endswith(number, autoescape=True))
    if only_open:
        query = query.where(Case.status.in_(OPEN))
    return list(session.scalars(query))
