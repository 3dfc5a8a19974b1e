"""The register names every column; a resident's copy, their erasure and the sweep follow it."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from backend.cases import queries
from backend.clock import now
from backend.database import Base
from backend.errors import NotFound
from backend.models.cases import Case, CaseEvent
from backend.models.messages import Attachment
from backend.models.residents import Resident
from backend.models.staff import SignInTry
from backend.privacy import residents
from backend.privacy.register import Class, register
from backend.privacy.retention import delete_old
from tests.integration.test_console import PNG
from tests.support.staff_app import UNIT, Town

NAME, PHONE, WORDS = "郑小满", "13812345678", "楼道里的灯坏了三个月"


def test_every_column_is_in_the_register() -> None:
    columns = {
        table.name: {column.name for column in table.columns}
        for table in Base.metadata.sorted_tables
    }
    assert {name: set(table.columns) for name, table in register().items()} == columns


def test_every_personal_column_is_erased_or_deleted() -> None:
    remaining = [
        f"{table.name}.{column}"
        for table in register().values()
        for column, kind in table.columns.items()
        if kind in {Class.PERSONAL, Class.SENSITIVE}
        and table.rows
        and column not in table.erase
        and table.delete_after is None
    ]
    # Pseudonyms and facts that say nothing without the resident's row
    assert remaining == [
        "attachments.digest",
        "call_backs.wanted_from",
        "call_backs.wanted_until",
        "cases.closing",
        "conversations.queue_reason",
    ]


def test_the_register_says_why_and_how_long() -> None:
    for table in register().values():
        assert table.purpose
        assert table.retention
        assert (table.delete_by is None) == (table.delete_after is None)


@pytest.fixture
def case_no(town: Town) -> str:
    chat = town.conversation("zheng")
    town.says(chat, f"{WORDS}，我叫{NAME}，电话{PHONE}", photo=PNG)
    case_no = town.case(WORDS, conversation_id=chat, unit=UNIT, phone=PHONE)
    town.do("handler", case_no, "accept")
    town.do("handler", case_no, "resolve", outcome="solved", text=f"已给{NAME}修好")
    town.rates(case_no, 5, reason=f"谢谢，我是{NAME}")
    with town.database.begin() as session:
        case = queries.by_number(session, case_no)
        case.resident.name = NAME
        session.execute(text("UPDATE attachments SET case_id = :case"), {"case": case.id})
    return case_no


def test_a_copy_holds_what_the_resident_said(town: Town, case_no: str) -> None:
    other = town.case("别人的事情，与她无关", unit=UNIT)
    with town.database.begin() as session:
        copy = residents.export(session, residents.find(session, PHONE))
    written = json.dumps(copy, ensure_ascii=False, default=str)
    assert all(part in written for part in (NAME, PHONE, WORDS, case_no))
    assert other not in written
    assert copy["attachments"]


def test_after_an_erasure_numbers_alone_are_left(town: Town, case_no: str) -> None:
    other_no = town.case("别人的事情，与她无关", unit=UNIT)
    with town.database.begin() as session:
        digest = session.scalars(select(Attachment.digest)).one()
        resident_id = residents.find(session, PHONE)
        residents.erase(session, town.folder, resident_id)
    with town.database.begin() as session:
        everything = "".join(
            str(session.execute(text(f"SELECT * FROM {name}")).all()) for name in register()
        )
        case = queries.by_number(session, case_no)
        assert (case.status, case.unit_code) == ("closed", UNIT)
        actions = session.scalars(
            select(CaseEvent.action).where(CaseEvent.case_id == case.id)
        ).all()
        assert {"register", "dispatch", "accept", "resolve"} <= set(actions)
        other = session.scalars(select(Case).where(Case.case_no == other_no)).one()
        assert "与她无关" in other.text
        assert session.get_one(Resident, resident_id).phone is None
    assert not [secret for secret in (NAME, PHONE, WORDS) if secret in everything]
    assert not town.folder.path(digest).exists()
    assert town.get("handler", f"/cases/{case_no}").status_code == 200


def test_nobody_is_found_by_chance(town: Town) -> None:
    for who in ("", "0", "9" * 30, "１", "nobody", "-1"):
        with town.database.begin() as session, pytest.raises(NotFound):
            residents.find(session, who)


def test_the_sweep_deletes_what_is_over(town: Town) -> None:
    old, new = now() - timedelta(days=2), now()
    with town.database.begin() as session:
        session.add_all(SignInTry(name_hash="x", address="y", at=at) for at in (old, new))
        session.flush()
        assert delete_old(session, now=now())["sign_in_tries"] == 1
        assert session.scalars(select(SignInTry.at)).all() == [new]
