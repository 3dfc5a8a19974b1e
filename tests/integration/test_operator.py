"""What an operator does before anybody comes: units and sign-ins."""

from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from backend import clock
from backend.database import Database
from backend.demo import seed_city, seed_staff
from backend.errors import BadInput, NotFound, NotSignedIn
from backend.health import setup_state
from backend.models.staff import Role
from backend.models.units import Unit
from backend.settings import DATA_FOLDER, Mode, Settings
from backend.staff.accounts import by_token
from backend.staff.sign_in import Credentials, sign_in
from bot.cli.setup import (
    add_staff,
    change_staff_password,
    load_units_of,
    set_staff_active,
    staff_lines,
    unit_changes,
)
from bot.up import seed

PASSWORD = "a long enough one"
HEAD = "code,name,tier,unit_type,parent,area_code\n"


@pytest.fixture
def settings(own_database: Database) -> Settings:
    return Settings(database_url=own_database.url)


def add(settings: Settings, **other: str) -> None:
    account = {"role": "handler", "unit": "HZ-12345", "name": "王芳", "password": PASSWORD} | other
    add_staff(settings, "wangfang", **account)


def test_a_new_member_of_staff_can_sign_in(settings: Settings, own_database: Database) -> None:
    add(settings)
    assert _sign_in(own_database, PASSWORD)
    assert not _sign_in(own_database, "another one")


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"role": "boss"}, "no role 'boss'"),
        ({"unit": "NOWHERE"}, "no unit 'NOWHERE'"),
        ({"password": "short"}, "at least 10"),
    ],
)
def test_a_sign_in_that_cannot_be(settings: Settings, wrong: dict[str, str], why: str) -> None:
    with pytest.raises(BadInput, match=why):
        add(settings, **wrong)


def test_a_name_is_taken_once(settings: Settings) -> None:
    add(settings)
    with pytest.raises(BadInput, match="already"):
        add(settings)


def test_units_are_read_again_without_doubling(settings: Settings, own_database: Database) -> None:
    lines: list[str] = []
    done = load_units_of(settings, DATA_FOLDER / "units.csv", say=lines.extend)
    assert (done.rows, done.ended, lines) == (_units(own_database), 0, [])


def test_one_bad_row_keeps_all_out(
    settings: Settings, own_database: Database, tmp_path: Path
) -> None:
    before = _units(own_database)
    file = tmp_path / "units.csv"
    file.write_text(HEAD + "X-1,好的,city,other,HZ-12345,3301\nX-2,坏的,moon,other,HZ-12345,3301\n")
    for look in (unit_changes, lambda s, f: load_units_of(s, f, say=print)):
        with pytest.raises(ValueError, match=r"line 3.*unknown tier 'moon'"):
            look(settings, file)
    assert _units(own_database) == before


def _units(database: Database) -> int:
    with database.begin() as session:
        return session.scalar(select(func.count()).select_from(Unit)) or 0


def test_demo_start_keeps_renamed_units(own_database: Database) -> None:
    with own_database.begin() as session:
        session.get_one(Unit, "HZ-housing").name = "杭州市住保房管局"
        before = _units(own_database)
    with own_database.begin() as session:
        seed_city(session)
        assert session.get_one(Unit, "HZ-housing").name == "杭州市住保房管局"
    assert _units(own_database) == before


def test_a_new_password_ends_what_was_signed_in(settings: Settings, own_database: Database) -> None:
    add(settings)
    token = _sign_in(own_database, PASSWORD)
    change_staff_password(settings, "wangfang", "another long one")
    with own_database.begin() as session, pytest.raises(NotSignedIn):
        by_token(session, token, now=clock.now())
    assert not _sign_in(own_database, PASSWORD)
    assert _sign_in(own_database, "another long one")


def test_disabled_account_stays_out_until_enabled(
    settings: Settings, own_database: Database
) -> None:
    add(settings)
    token = _sign_in(own_database, PASSWORD)
    set_staff_active(settings, "wangfang", active=False)
    assert "wangfang\thandler\t" in "\n".join(staff_lines(settings))
    assert staff_lines(settings)[-1].endswith("\tdisabled")
    with own_database.begin() as session, pytest.raises(NotSignedIn):
        by_token(session, token, now=clock.now())
    assert not _sign_in(own_database, PASSWORD)
    set_staff_active(settings, "wangfang", active=True)
    with own_database.begin() as session, pytest.raises(NotSignedIn):
        by_token(session, token, now=clock.now())  # the old sign-in stays ended
    assert _sign_in(own_database, PASSWORD)


def test_missing_accounts_and_short_passwords_are_refused(settings: Settings) -> None:
    with pytest.raises(NotFound, match="nobody"):
        change_staff_password(settings, "nobody", PASSWORD)
    with pytest.raises(NotFound, match="nobody"):
        set_staff_active(settings, "nobody", active=False)
    with pytest.raises(BadInput, match="at least 10"):
        change_staff_password(settings, "nobody", "short")


def test_production_does_not_start_beside_demo_accounts(own_database: Database) -> None:
    with own_database.begin() as session:
        seed_staff(session, PASSWORD)
    production = Settings(mode=Mode.PRODUCTION, database_url=own_database.url)
    with pytest.raises(BadInput, match="admin, dispatcher, handler, leader, supervisor"):
        seed(production, own_database)
    for role in Role:
        set_staff_active(production, role.value, active=False)
    assert seed(production, own_database) is None


def _sign_in(database: Database, password: str) -> str:
    try:
        return sign_in(database, Credentials("wangfang", password), address="10.0.0.7")
    except NotSignedIn:
        return ""


def test_missing_setup_of_a_city_is_reported(own_database: Database) -> None:
    with own_database.begin() as session:
        [nobody] = setup_state.missing(session)
        assert "minhu staff-add" in nobody
        seed_staff(session, PASSWORD)
        assert setup_state.missing(session) == []
        session.execute(text("UPDATE staff_accounts SET active = false"))
        session.execute(text("DELETE FROM articles"))
        assert [line.split(":")[0] for line in setup_state.missing(session)] == [
            "no articles",
            "nobody of the staff may sign in",
        ]
