"""What the doors of the web chat cost, and what they refuse. Nobody answers here."""

import pytest
from sqlalchemy import func, select

from backend.clock import now
from backend.database import Database
from backend.messaging import intake, outbox
from backend.messaging.intake import MORE_IN_DANGER, MOST_WAITING
from backend.models.messages import InboxMessage
from backend.models.residents import Resident
from backend.vocabulary.messages import File
from backend.vocabulary.texts import Text
from bot.security_headers import HEADERS
from dialogue.texts.chat import TOO_MANY_WAIT
from tests.support.builders import NOON, a_conversation, a_message
from tests.support.chat_page import Page
from tests.support.counting import counting

DANGER = "着火了，快来人，楼道里都是烟"


def fill(page: Page, messages: int = MOST_WAITING) -> None:
    for number in range(messages):
        assert page.send(f"waits-{number}", text="路灯坏了").status_code == 202


def stored_count(database: Database) -> int:
    with database.begin() as session:
        return session.scalars(select(func.count()).select_from(InboxMessage)).one()


def test_a_message_costs_two_statements_in_one_transaction(page: Page, database: Database) -> None:
    page.send("m1", text="你好")
    with counting(database) as counted:
        assert page.send("m2", text="路灯坏了").status_code == 202
    assert (len(counted.statements), counted.commits) == (2, 1)
    assert "pg_notify" in counted.statements[1]


def test_read_costs_one_statement_in_any_case(page: Page, database: Database) -> None:
    with counting(database) as counted:
        assert page.get(wait=0) == []
    assert len(counted.statements) == 1
    page.send("m1", text="你好")
    with database.begin() as session:
        chat = session.scalars(select(InboxMessage)).one().conversation
        outbox.reply(session, chat, Text("您好"), now=now())
        outbox.reply(session, chat, Text("在的"), now=now())
    with counting(database) as counted:
        assert [message["text"] for message in page.get(wait=0)] == ["您好", "在的"]
        assert [message["text"] for message in page.get(after=1, wait=0)] == ["在的"]
    assert len(counted.statements) == 2


def test_waiting_costs_one_statement_more(page: Page, database: Database) -> None:
    with counting(database) as counted:
        assert page.get(wait=0.05) == []
    assert len(counted.statements) == 2


def test_a_reply_costs_one_statement(database: Database) -> None:
    with database.begin() as session:
        chat = a_conversation(session)
        with counting(database) as counted:
            outbox.reply(session, chat, Text("您好"), now=NOON)
    assert len(counted.statements) == 1


def test_a_telegram_message_costs_two_statements(database: Database) -> None:
    for _ in range(2):
        with database.begin() as session, counting(database) as counted:
            assert intake.receive(session, a_message("你好", on="telegram"), now=NOON)
    assert len(counted.statements) == 2


def test_too_many_unanswered_messages_are_refused_for_now(page: Page, database: Database) -> None:
    fill(page)
    refused = page.send("one-more", text="还有")
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "5")
    assert "稍等" in refused.json()["error"]
    assert stored_count(database) == MOST_WAITING
    with database.begin() as session:
        session.scalars(select(InboxMessage).limit(1)).one().done_at = now()
    assert page.send("one-more", text="还有").json() == {"accepted": True, "duplicate": False}


def test_elders_are_refused_in_short_sentences(page: Page, database: Database) -> None:
    with database.begin() as session:
        session.scalars(select(Resident)).one().elder_mode = True
    fill(page)
    assert page.send("one-more", text="还有").json() == {"error": TOO_MANY_WAIT.for_elders}


def test_stored_message_is_accepted_beyond_the_limit(page: Page) -> None:
    fill(page)
    assert page.send("waits-3", text="路灯坏了").json() == {"accepted": True, "duplicate": True}


def test_one_chat_does_not_fill_another(page: Page) -> None:
    fill(page)
    assert Page(page.http).send("m1", text="你好").status_code == 202


def test_danger_passes_the_limit_but_not_forever(page: Page, database: Database) -> None:
    fill(page)
    answers = [page.send(f"d{n}", text=DANGER).status_code for n in range(MORE_IN_DANGER + 2)]
    assert answers == [202] * MORE_IN_DANGER + [429] * 2
    with database.begin() as session:
        urgent = select(func.count()).select_from(InboxMessage).where(InboxMessage.is_urgent)
        assert session.scalars(urgent).one() == MORE_IN_DANGER


def test_other_channels_keep_whatever_comes(database: Database) -> None:
    for number in range(MOST_WAITING + MORE_IN_DANGER + 5):
        with database.begin() as session:
            message = a_message("你好", on="telegram", external_id=str(number))
            assert intake.receive(session, message, now=NOON)
    assert stored_count(database) == MOST_WAITING + MORE_IN_DANGER + 5


@pytest.mark.parametrize(
    ("before", "text", "is_urgent"),
    [
        (0, DANGER, False),  # nothing is before it
        (intake.MANY_WAITING, DANGER, True),
        (intake.MANY_WAITING, "路灯坏了", False),
    ],
)
def test_danger_overtakes_a_long_queue(
    page: Page, database: Database, before: int, text: str, is_urgent: bool
) -> None:
    fill(page, before)
    page.send("last", text=text)
    with database.begin() as session:
        last = session.scalars(select(InboxMessage).order_by(InboxMessage.id.desc())).first()
        assert last is not None
        assert last.is_urgent == is_urgent


def test_danger_beside_a_file_waits_for_neither(database: Database) -> None:
    with database.begin() as session:
        message = a_message(DANGER, on="telegram", files=(File("photo", reference="f1"),))
        intake.receive(session, message, now=NOON)
        assert session.scalars(select(InboxMessage)).one().is_urgent


def test_every_answer_has_the_security_headers(page: Page) -> None:
    answers = [page.http.get("/chat"), page.http.get("/nowhere"), page.send("m1", text="你好")]
    for answer in answers:
        for name, value in HEADERS:
            assert answer.headers.get_list(name.decode()) == [value.decode()]
