"""What tests of an appeal in the making look at: the draft, the open question, the case."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from backend.models.cases import Case
from backend.vocabulary.messages import Pin
from dialogue.draft import Draft
from dialogue.state import Ask
from tests.support.bot_desk import Desk

DARK = "路灯坏了三天，晚上黑得看不见"  # the router is sure of it
NOISE, ROAD = "楼下半夜施工", "文三路138号"
LONG_ROAD = "莫干山路"  # through three districts


def pins(desk: Desk, pin: Pin) -> str:
    desk.hears(pin=pin)
    desk.answers()
    return desk.replies()[-1]


def asks(desk: Desk) -> Ask | None:
    question = desk.state().question
    return question.ask if question else None


def draft(desk: Desk) -> Draft:
    draft = desk.state().draft
    assert draft is not None
    return draft


def case_of(desk: Desk) -> Case:
    """The only one."""
    with desk.database.begin() as session:
        return session.scalars(select(Case).options(joinedload(Case.unit))).one()
