"""Columns that are encrypted at rest: looked up, exported, sealed anew with another key."""

import json
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import text

from backend.database import Database
from backend.errors import BadInput
from backend.models.call_backs import CallBack
from backend.models.residents import Resident
from backend.models.staff import StaffAccount
from backend.privacy import residents
from backend.privacy.resealing import reseal, sealed_columns
from backend.sealed import MARK, seal, unseal
from backend.settings import Settings, settings
from tests.support.builders import NOON

OLD, NEW = "0a" * 64, "0b" * 64
PHONE, NAME = "13812345678", "郑小满"
SetKeys = Callable[[str], None]


@pytest.fixture
def set_keys(monkeypatch: pytest.MonkeyPatch) -> Iterator[SetKeys]:
    def set_them(keys: str) -> None:
        if keys:
            monkeypatch.setenv("MINHU_FIELD_KEYS", keys)
        else:
            monkeypatch.delenv("MINHU_FIELD_KEYS", raising=False)
        settings.cache_clear()

    yield set_them
    monkeypatch.undo()
    settings.cache_clear()


def add_resident(database: Database) -> int:
    with database.begin() as session:
        resident = Resident(phone=PHONE, name=NAME, created_at=NOON)
        session.add(resident)
        session.flush()
        return resident.id


def stored(database: Database) -> list[str]:
    with database.begin() as session:
        return list(session.execute(text("SELECT phone, name FROM residents")).one())


def test_these_columns_are_sealed() -> None:
    assert {str(column) for column in sealed_columns()} == {
        "residents.phone", "residents.name", "call_backs.phone", "staff_accounts.totp_secret",
    }  # fmt: skip
    assert CallBack.__table__.c.phone.type.__class__ is StaffAccount.totp_secret.type.__class__


def test_without_a_key_nothing_is_encrypted(database: Database, set_keys: SetKeys) -> None:
    set_keys("")
    add_resident(database)
    assert stored(database) == [PHONE, NAME]


def test_a_sealed_number_is_found_and_exported(database: Database, set_keys: SetKeys) -> None:
    set_keys(NEW)
    resident_id = add_resident(database)
    assert all(value.startswith(MARK) for value in stored(database))
    with database.begin() as session:
        assert residents.find(session, PHONE) == resident_id
        assert session.get_one(Resident, resident_id).name == NAME
        copy = json.dumps(residents.export(session, resident_id), ensure_ascii=False, default=str)
    assert PHONE in copy
    assert NAME in copy
    assert MARK not in copy


def test_a_new_key_seals_all_again(database: Database, set_keys: SetKeys) -> None:
    set_keys("")
    resident_id = add_resident(database)
    for keys in (OLD, f"{NEW}, {OLD}"):
        before = stored(database)
        set_keys(keys)
        with database.begin() as session:
            assert reseal(session)["residents.phone"] == 1
            assert reseal(session)["residents.phone"] == 0
        assert stored(database) != before
    set_keys(NEW)
    with database.begin() as session:
        assert session.get_one(Resident, resident_id).phone == PHONE
        assert residents.find(session, PHONE) == resident_id


def test_a_missing_key_is_named(set_keys: SetKeys) -> None:
    set_keys(OLD)
    value = seal(PHONE)
    assert unseal(value) == PHONE
    with pytest.raises(BadInput, match="damaged"):
        unseal(value[:-4] + "AAA=")
    set_keys(NEW)
    with pytest.raises(BadInput, match="MINHU_FIELD_KEYS"):
        unseal(value)


@pytest.mark.parametrize("keys", ["00", "x" * 128, f"{NEW},", f"{NEW} {OLD}"])
def test_weak_keys_are_refused_unquoted(keys: str) -> None:
    with pytest.raises(ValueError, match="MINHU_FIELD_KEYS") as refused:
        Settings(_env_file=None, field_keys=keys)  # type: ignore[call-arg, arg-type]
    assert keys not in str(refused.value)
