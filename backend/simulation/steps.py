"""One step of a simulated case, taken with the real services, and how the case looks after it."""

from datetime import datetime

from sqlalchemy.orm import Session

from backend.cases import registration
from backend.cases.appeals import Appeal
from backend.cases.arrivals import person, register_arrival
from backend.cases.locking import lock_case
from backend.cases.step import Details, StepContext
from backend.cases.stepping import act, note
from backend.conversations.service import conversation_for
from backend.messaging.chat_choice import WEB
from backend.models.cases import Case
from backend.ratings import service as ratings
from backend.residents.service import account_for
from backend.simulation.moves import Move, Seen
from backend.simulation.town import Lodged, Town
from backend.vocabulary.actors import RESIDENT, Actor
from backend.vocabulary.case_lifecycle import FACTS, Action, Status
from backend.vocabulary.grades import Grade

KEY = "simulated:"  # how the keys of all its cases and residents begin
DISPATCHER = Actor("staff:simulated_dispatcher", "模拟派单员")
SUPERVISOR = Actor("staff:simulated_supervisor", "模拟督办员")


def lodge(session: Session, lodged: Lodged, *, now: datetime) -> Case:
    """On the web by themselves; else a dispatcher takes it down for them."""
    key = f"{KEY}{lodged.number}"
    if lodged.channel == WEB:
        account = account_for(session, WEB, f"{KEY}{lodged.person}", scene=None, now=now)
        chat = conversation_for(session, account, now=now)
        appeal = Appeal(lodged.text, lodged.place, kind=lodged.kind)
        return registration.register(session, chat, appeal, key=key, now=now)
    who = person(lodged.channel, phone=None, name=None, appeal_key=f"{KEY}{lodged.person}")
    appeal = Appeal(lodged.text, lodged.place, kind=lodged.kind, by=DISPATCHER)
    return register_arrival(session, who, appeal, key=key, now=now)


def take(session: Session, case_id: int, lodged: Lodged, move: Move) -> Case:
    case = lock_case(session, case_id)
    actor, now = _actor(case, move.by), move.at
    if move.grade is not None:
        _rate(session, case, lodged, move, move.grade)
    elif move.action in FACTS:
        note(StepContext(session, case, move.action, actor, now, Details(**move.told)))
    else:
        act(StepContext(session, case, move.action, actor, now, Details(**move.told)))
    return case


def _rate(session: Session, case: Case, lodged: Lodged, move: Move, grade: Grade) -> None:
    message = 10 * lodged.number + case.round  # the one that a button of theirs would have sent
    ratings.rate(session, case, grade, round=case.round, message_id=message, now=move.at)
    if "text" in move.told:
        ratings.give_reason(session, case, move.told["text"], now=move.at)


def _actor(case: Case, by: str) -> Actor:
    if by == "unit":
        assert case.unit is not None
        return Actor(f"staff:simulated_{case.unit_code}", f"{case.unit.name} 模拟承办员")
    return {"resident": RESIDENT, "dispatcher": DISPATCHER, "supervisor": SUPERVISOR}[by]


def seen(case: Case, lodged: Lodged, town: Town, last: Move | None) -> Seen:
    """`last` is the step that was just taken; None when it was lodged."""
    return Seen(
        status=Status(case.status),
        last=last.action if last else Action.REGISTER,
        kind=case.kind,
        round=case.round,
        unit=case.unit_code,
        own=lodged.unit,
        elsewhere=town.elsewhere(lodged.unit),
        habit=town.habit_of(case.unit_code),
        resolve_by=case.resolve_by,
        was_refused=case.refused_unit == case.unit_code,
        is_bound=case.bound_unit == case.unit_code,
        is_disputed=case.disputed_at is not None,
        is_extended=case.extended_at is not None,
        is_asked=case.extension_asked is not None,
        is_chased=case.chases > 0,
        is_solved=case.outcome == "solved",
        is_spoken_to=_was_spoken_to(case),
        grade=last.grade if last else None,
    )


def _was_spoken_to(case: Case) -> bool:
    """Before it was resolved: the answer itself is a word too, but a late one."""
    at = case.responded_at
    return at is not None and (case.resolved_at is None or at < case.resolved_at)
