"""Minhu run by a role that does not own its tables."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import ProgrammingError
from starlette.testclient import TestClient

from backend.database import Database
from backend.demo import seed_staff
from backend.errors import BadInput
from backend.jobs.scheduler import run_sweep
from backend.migrations import run
from backend.migrations.rights import grant_app
from backend.models.staff import AuditEntry
from backend.settings import Settings
from backend.staff.sign_in import Credentials, sign_in
from bot.app import Minhu
from bot.cli.setup import checked
from bot.rasa.client import Rasa
from tests.fakes.rasa import FakeRasa, nobody_home
from tests.support.bot_desk import a_desk, types
from tests.support.builders import NOISE, PLACE
from tests.support.chat_page import Page

ROLE, PASSWORD = "minhu_app", "a password of ten"


@pytest.fixture
def app(own_database: Database) -> Iterator[Database]:
    """As the role sees the database."""
    own_database.administer(f"CREATE ROLE {ROLE} LOGIN")
    with own_database.begin() as session:
        seed_staff(session, PASSWORD)
    grant_app(own_database.engine, ROLE)
    database = Database(own_database.url.replace("postgres@", f"{ROLE}@"))
    yield database
    database.engine.dispose()
    own_database.administer(f"DROP OWNED BY {ROLE}", f"DROP ROLE {ROLE}")


def test_residents_and_staff_are_served(app: Database, rasa: FakeRasa, tmp_path: Path) -> None:
    run.upgrade(app.engine)  # as at a start: nothing to do
    with a_desk(app, tmp_path, rasa_url=rasa.url) as desk:
        assert "已经登记好了" in types(desk, f"{PLACE}{NOISE}", "对，就这样报")
    assert sign_in(app, Credentials("dispatcher", PASSWORD), address="10.0.0.1")
    run_sweep(app)
    client = Rasa(nobody_home())
    web = Minhu(Settings(_env_file=None, data_dir=tmp_path), app, client).web()  # type: ignore[call-arg]
    assert Page(TestClient(web)).send("m1", text="路灯坏了").status_code == 202
    client.close()


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM audit_entries", "UPDATE audit_entries SET action = 'x'",
        "TRUNCATE audit_entries", "DROP TABLE audit_entries",
        "ALTER TABLE audit_entries DISABLE TRIGGER ALL", "CREATE TABLE mine (id int)",
        "UPDATE alembic_version SET version_num = '0001'",
    ],
)  # fmt: skip
def test_it_changes_neither_audit_nor_tables(app: Database, statement: str) -> None:
    sign_in(app, Credentials("dispatcher", PASSWORD), address="10.0.0.1")
    with pytest.raises(ProgrammingError), app.begin() as session:
        session.execute(text(statement))
    with app.begin() as session:
        assert session.scalars(select(AuditEntry.action)).all() == ["sign_in"]


def test_later_tables_are_granted_too(app: Database, own_database: Database) -> None:
    run.downgrade(own_database.engine, "0040")
    run.upgrade(own_database.engine)
    with app.begin() as session:
        session.execute(
            text("INSERT INTO privacy_requests SELECT WHERE false")  # a table of a later revision
        )


def test_the_doctor_is_content(app: Database, tmp_path: Path) -> None:
    settings = Settings(  # type: ignore[call-arg]
        _env_file=None, database_url=app.url, data_dir=tmp_path, speech_engine="off"
    )
    findings = {finding.subject: finding for finding in checked(settings)}
    assert not findings["database"].is_problem, findings["database"]


@pytest.mark.parametrize(("role", "why"), [("nobody_here", "no role"), ("postgres", "superuser")])
def test_strong_and_missing_roles_are_refused(own_database: Database, role: str, why: str) -> None:
    with pytest.raises(BadInput, match=why):
        grant_app(own_database.engine, role)
