"""Registration of a case: its number, its row, its first event."""

from datetime import datetime
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from backend.attachments.storage import give_to_case
from backend.cases import at_once, partners
from backend.cases.appeals import Appeal as Appeal
from backend.cases.appeals import Notices as Notices
from backend.cases.due_times import limits_of, set_due_times
from backend.cases.events import _log
from backend.cases.notifications import tell
from backend.cases.queries import by_key
from backend.cases.step import Details
from backend.cases.stepping import _take
from backend.clock import SHANGHAI
from backend.conversations.service import lock
from backend.deadlines.city import calendar
from backend.deadlines.clocks import Happened
from backend.models.cases import Case, CaseNumber
from backend.models.conversations import Conversation
from backend.routing import service as routing
from backend.routing.rules import Route
from backend.vocabulary.actors import BOT as BOT
from backend.vocabulary.actors import RESIDENT as RESIDENT
from backend.vocabulary.actors import ROUTER as ROUTER
from backend.vocabulary.case_lifecycle import Action, Status
from backend.vocabulary.tracks import Track, track_of
from nlu.language import secrecy

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
