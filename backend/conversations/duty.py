"""The desk's hours and duty rota that are in force: those of the console, else the city's file."""

from sqlalchemy.orm import Session

from backend.conversations.desk_settings import HOURS, latest
from backend.deadlines.desk_hours import DeskHours, desk_hours


def current_hours(session: Session) -> DeskHours:
    version = latest(session, HOURS)
    return DeskHours.of(version.content, HOURS) if version.number else desk_hours()
