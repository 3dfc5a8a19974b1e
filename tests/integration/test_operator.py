"""What an operator does before anybody comes: units and sign-ins."""

from pathlib import Path

import pytest
from sqlalchemy import func, select

from backend import clock
from backend.database import Database
from backend.demo import seed_city
from backend.errors import BadInput
from backend.models.units import Unit
from backend.settings import DATA_FOLDER, Settings
from backend.staff.accounts import sign_in
from bot.cli.setup import add_staff, load_units_of, unit_changes

PASSWORD = "a long enough one"
HEAD = "code,name,tier,unit_type,parent,area_code\n"


@pytest.fixture
def settings(own_database: Database) -> Settings:
    return Settings(database_url=own_database.url)


def add(settings: Settings, **other: str) -> None:
    given = {"role": "handler", "unit": "HZ-12345", "name": "王芳", "password": PASSWORD} | other
    add_staff(settings, "wangfang", **given)


def test_a_new_member_of_staff_can_sign_in(settings: Settings, own_database: Database) -> None:
    add(settings)
    with own_database.begin() as session:
        assert sign_in(session, "wangfang", PASSWORD, now=clock.now())
        assert not sign_in(session, "wangfang", "another one", now=clock.now())


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
    said: list[str] = []
    done = load_units_of(settings, DATA_FOLDER / "units.csv", say=said.extend)
    assert (done.rows, done.ended, said) == (_units(own_database), 0, [])


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


def test_a_demo_start_leaves_units_as_they_were_named(own_database: Database) -> None:
    with own_database.begin() as session:
        session.get_one(Unit, "HZ-housing").name = "杭州市住保房管局"
        before = _units(own_database)
    with own_database.begin() as session:
        seed_city(session)
        assert session.get_one(Unit, "HZ-housing").name == "杭州市住保房管局"
    assert _units(own_database) == before
