"""Cases of the resident who writes at the chat's door, and what became of them."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from backend.cases.queries import by_number
from backend.clock import now
from backend.database import Database
from backend.models.cases import Case, CaseEvent
from backend.vocabulary.case_lifecycle import Action
from tests.support.builders import a_conversation, a_registered_case, take

NOISE, PLACE = "楼下夜里施工太吵", "西湖区文三路"
LAMP, LAMP_PLACE = "路灯坏了三天，晚上黑得看不见", "西湖区文一路"


def a_case(
    database: Database,
    text: str = NOISE,
    place: str = PLACE,
    *,
    of: str = "lin",
    settled: bool = False,
    ago: timedelta = timedelta(days=2),
) -> str:
    """With a unit; `settled`: resolved, and not rated."""
    at = now() - ago
    with database.begin() as session:
        chat = a_conversation(session, of=of, now=at)
        case = a_registered_case(session, chat, text=text, location=place, now=at)
        if case.unit is None:
            take(session, case, Action.DISPATCH, now=at)
        if settled:
            take(session, case, Action.ACCEPT, now=at)
            take(session, case, Action.RESOLVE, now=at)
        return case.case_no


def all_cases(database: Database) -> list[Case]:
    with database.begin() as session:
        return list(session.scalars(select(Case).order_by(Case.id)))


def details(database: Database, case_no: str, action: Action) -> list[dict[str, Any]]:
    with database.begin() as session:
        case = by_number(session, case_no)
        events = select(CaseEvent).where(CaseEvent.case_id == case.id, CaseEvent.action == action)
        return [event.details for event in session.scalars(events.order_by(CaseEvent.id))]


def status(database: Database, case_no: str) -> tuple[str, int]:
    with database.begin() as session:
        case = by_number(session, case_no)
        return case.status, case.round
