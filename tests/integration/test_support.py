"""附议: who tells of a known public incident may join it, is told and rates alone (S93)."""

import re

import pytest
from sqlalchemy import select

from backend.cases import queries
from backend.cases.step import StepContext
from backend.cases.stepping import act
from backend.clock import now
from backend.database import Database
from backend.desk.merging import merge
from backend.models.cases import Case, CaseEvent
from backend.vocabulary.actors import Actor
from backend.vocabulary.case_lifecycle import Action
from backend.vocabulary.step_details import MaybeText, Merge, Resolve
from tests.support.bot_desk import Desk as BotDesk

WORDS = "拱墅区小河直街37号的烧烤店夜里油烟太大"
CLERK = Actor("staff:d", "派单员")


def lodge(desk: BotDesk, of: str, words: str = WORDS) -> list[str]:
    for each in (words, "对"):
        desk.hears(each, of=of)
        desk.answers()
    return desk.replies(of)


def cases(database: Database) -> list[Case]:
    with database.begin() as session:
        return list(session.scalars(select(Case).order_by(Case.id)))


@pytest.fixture
def incident(alone: BotDesk, database: Database) -> str:
    """A collective case of three people; its number."""
    for of in ("a", "b", "c"):
        lodge(alone, of)
    lead, *members = [case.case_no for case in cases(database)]
    for number in members:
        with database.begin() as session:
            member = queries.by_number(session, number)
            if member.lead_id is None:
                step = StepContext(session, member, CLERK, now(), Merge(lead=lead))
                merge(step, queries.by_number(session, lead))
    return lead


def test_joining_counts_and_tells_nobody_else(
    alone: BotDesk, database: Database, incident: str
) -> None:
    offer = lodge(alone, "d")[-1]
    assert "3位市民" in offer
    assert alone.titles("d") == ["附议，一起办", "不用，单独办"]
    assert "放在一起办" not in offer
    alone.presses("附议，一起办", "d")
    own = cases(database)[-1]
    lead = next(case for case in cases(database) if case.case_no == incident)
    assert own.lead_id == lead.id
    replies = "\n".join(alone.replies("d"))
    assert "放在一起办" in replies
    assert incident not in replies
    with database.begin() as session:
        event = session.scalars(
            select(CaseEvent).where(CaseEvent.case_id == own.id, CaseEvent.action == "merge")
        ).one()
        assert event.details["reason"] == "市民附议"


def test_each_supporter_is_told_and_rates_alone(
    alone: BotDesk, database: Database, incident: str
) -> None:
    lodge(alone, "d")
    alone.presses("附议，一起办", "d")
    with database.begin() as session:
        lead = queries.by_number(session, incident)
        own_no = session.scalars(select(Case.case_no).order_by(Case.id.desc())).first()
        for details in (MaybeText(Action.ACCEPT), Resolve(outcome="solved", text="装了油烟机")):
            act(StepContext(session, lead, CLERK, now(), details))
    answers = [text for text in alone.replies("d") if "装了油烟机" in text]
    assert len(answers) == 1
    assert own_no in answers[0]
    assert incident not in answers[0]


def test_a_no_leaves_the_case_alone(alone: BotDesk, database: Database, incident: str) -> None:
    lodge(alone, "d")
    alone.presses("不用，单独办", "d")
    own = cases(database)[-1]
    assert own.lead_id is None
    assert "单独办" in alone.replies("d")[-1]


def test_another_message_goes_its_own_way(
    alone: BotDesk, database: Database, incident: str
) -> None:
    lodge(alone, "d")
    alone.hears("转人工", of="d")
    alone.answers()
    assert "工作人员" in alone.replies("d")[-1]
    assert cases(database)[-1].lead_id is None


def test_settled_meanwhile_is_told(alone: BotDesk, database: Database, incident: str) -> None:
    lodge(alone, "d")
    with database.begin() as session:
        lead = queries.by_number(session, incident)
        for details in (MaybeText(Action.ACCEPT), Resolve(outcome="solved", text="好")):
            act(StepContext(session, lead, CLERK, now(), details))
    alone.presses("附议，一起办", "d")
    assert "先单独办" in "\n".join(alone.replies("d"))
    assert cases(database)[-1].lead_id is None


def test_two_people_are_no_public_incident(alone: BotDesk) -> None:
    lodge(alone, "a")
    assert "附议" not in "\n".join(lodge(alone, "b"))


def test_other_matter_at_one_place_is_not_joined(alone: BotDesk, incident: str) -> None:
    replies = lodge(alone, "d", "拱墅区小河直街37号门口的树夜里被风吹倒了，压着电线")
    assert re.search(r"HZ\d+", "\n".join(replies))
    assert "附议" not in "\n".join(replies)


def test_anonymous_appeals_neither_join_nor_count(alone: BotDesk, incident: str) -> None:
    replies = lodge(alone, "d", f"{WORDS}，我要匿名举报，别让人知道是我")
    assert re.search(r"HZ\d+", "\n".join(replies))
    assert "附议" not in "\n".join(replies)
