"""Takes one step of a simulated case with the real services, and views the case afterwards."""

from datetime import datetime

from sqlalchemy.orm import Session

from backend.cases import registration
from backend.cases.appeals import Appeal
from backend.cases.arrivals import person, register_arrival
from backend.cases.locking import lock_case
from backend.cases.step import StepContext
from backend.cases.stepping import act, note
from backend.conversations.service import conversation_for
from backend.messaging.chat_choice import WEB
from backend.models.cases import Case
from backend.ratings import service as ratings
from backend.residents.service import account_for
from backend.simulation.moves import CaseView, Move
from backend.simulation.town import SimulatedAppeal, Town
from backend.vocabulary.actors import RESIDENT, Actor
from backend.vocabulary.case_lifecycle import FACTS, Action, Status
from backend.vocabulary.grades import Grade
from backend.vocabulary.step_details import read_details

KEY = "simulated:"  # prefix of the keys of all simulated cases and residents
DISPATCHER = Actor("staff:simulated_dispatcher", "模拟派单员")
SUPERVISOR = Actor("staff:simulated_supervisor", "模拟督办员")


def lodge(session: Session, simulated: SimulatedAppeal, *, now: datetime) -> Case:
    """Register the appeal: on the web by the resident, on another channel by a dispatcher."""
    key = f"{KEY}{simulated.number}"
    if simulated.channel == WEB:
        account = account_for(session, WEB, f"{KEY}{simulated.person}", scene=None, now=now)
        chat = conversation_for(session, account, now=now)
        appeal = Appeal(simulated.text, simulated.place, kind=simulated.kind)
        return registration.register(session, chat, appeal, key=key, now=now)
    caller = person(simulated.channel, phone=None, name=None, appeal_key=f"{KEY}{simulated.person}")
    appeal = Appeal(simulated.text, simulated.place, kind=simulated.kind, by=DISPATCHER)
    return register_arrival(session, caller, appeal, key=key, now=now)


def take(session: Session, case_id: int, simulated: SimulatedAppeal, move: Move) -> Case:
    case = lock_case(session, case_id)
    actor, now = _actor(case, move.by), move.at
    if move.grade is not None:
        _rate(session, case, simulated, move, move.grade)
    else:
        step = StepContext(session, case, actor, now, read_details(move.action, move.details))
        (note if move.action in FACTS else act)(step)
    return case


def _rate(
    session: Session, case: Case, simulated: SimulatedAppeal, move: Move, grade: Grade
) -> None:
    message = 10 * simulated.number + case.round  # made-up id of the resident's message
    ratings.rate(session, case, grade, round=case.round, message_id=message, now=move.at)
    if "text" in move.details:
        ratings.give_reason(session, case, move.details["text"], now=move.at)


def _actor(case: Case, by: str) -> Actor:
    if by == "unit":
        assert case.unit is not None
        return Actor(f"staff:simulated_{case.unit_code}", f"{case.unit.name} 模拟承办员")
    return {"resident": RESIDENT, "dispatcher": DISPATCHER, "supervisor": SUPERVISOR}[by]


def view_of(case: Case, simulated: SimulatedAppeal, town: Town, last: Move | None) -> CaseView:
    """`last` is the latest step; None if the appeal was just registered."""
    return CaseView(
        status=Status(case.status),
        last=last.action if last else Action.REGISTER,
        kind=case.kind,
        round=case.round,
        unit=case.unit_code,
        own=simulated.unit,
        elsewhere=town.elsewhere(simulated.unit),
        habit=town.habit_of(case.unit_code),
        resolve_by=case.resolve_by,
        was_refused=case.refused_unit == case.unit_code,
        is_bound=case.bound_unit == case.unit_code,
        is_disputed=case.disputed_at is not None,
        is_extended=case.extended_at is not None,
        is_extension_asked=case.extension_asked is not None,
        is_chased=case.chases > 0,
        is_solved=case.outcome == "solved",
        is_spoken_to=_was_spoken_to(case),
        grade=last.grade if last else None,
    )


def _was_spoken_to(case: Case) -> bool:
    """True if the resident was contacted before the resolution, which is a contact, too."""
    at = case.responded_at
    return at is not None and (case.resolved_at is None or at < case.resolved_at)
