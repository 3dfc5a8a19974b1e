"""Limits of signing in, the second factor, idle sessions, and the log of failures."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from backend.clock import now
from backend.database import Database
from backend.errors import NotSignedIn, TooManyWaiting
from backend.models.staff import AuditEntry, Role, SignInTry, StaffToken
from backend.staff import passwords, second_factor
from backend.staff.accounts import IDLE, by_token, set_second_factor
from backend.staff.sign_in import (
    MOST_OF_ADDRESS,
    MOST_OF_NAME,
    MOST_TRIES,
    WINDOW,
    Credentials,
    network,
    sign_in,
)
from tests.support.staff_app import PASSWORD, Town

HOME, AWAY = "10.0.0.1", "203.0.113.9"


def enter(
    town: Town, password: str = PASSWORD, *, name: str = "handler", at: str = HOME, code: str = ""
) -> str:
    return sign_in(town.database, Credentials(name, password, code), address=at)


def fail(town: Town, times: int, *, name: str = "handler", at: str = HOME) -> None:
    for _ in range(times):
        with pytest.raises(NotSignedIn):
            enter(town, "wrong", name=name, at=at)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Comparing in place of hashing, where only the counting matters."""
    monkeypatch.setattr(
        passwords, "matches", lambda stored_hash, changes: bool(stored_hash) and changes == PASSWORD
    )


@pytest.mark.usefixtures("quick")
def test_a_name_waits_after_too_many_tries(town: Town) -> None:
    fail(town, MOST_TRIES)
    with pytest.raises(TooManyWaiting) as waiting:
        enter(town)
    assert 0 < waiting.value.retry_after <= WINDOW.total_seconds() + 1
    with town.database.begin() as session:
        session.execute(update(SignInTry).values(at=now() - WINDOW))
    assert enter(town)


@pytest.mark.usefixtures("quick")
def test_a_stranger_locks_no_colleague_out(town: Town) -> None:
    enter(town)
    for number in range(MOST_OF_NAME // MOST_TRIES):
        fail(town, MOST_TRIES, at=f"203.0.113.{number}")
    assert enter(town)
    with pytest.raises(TooManyWaiting):  # nor does a new address go on guessing
        enter(town, "wrong", at="198.51.100.1")


@pytest.mark.usefixtures("quick")
def test_an_address_cannot_try_name_after_name(town: Town) -> None:
    enter(town)
    for number in range(MOST_OF_ADDRESS):
        fail(town, 1, name=f"nobody-{number}")
    with pytest.raises(TooManyWaiting):
        enter(town, name="dispatcher")
    assert enter(town)  # was here before
    assert enter(town, name="dispatcher", at=AWAY)


@pytest.mark.usefixtures("quick")
def test_a_success_forgets_the_tries(town: Town) -> None:
    for _ in range(3):
        fail(town, MOST_TRIES - 1)
        assert enter(town)


def test_two_hashes_at_once_outside_transactions(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    running, most = 0, 0
    lock, together = threading.Lock(), threading.Barrier(60)
    verify = passwords._hasher.verify

    def watched(stored_hash: str, changes: str) -> bool:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        try:
            return verify(stored_hash, changes)
        finally:
            with lock:
                running -= 1

    class Watched:
        verify = staticmethod(watched)

    def stranger(number: int) -> type[Exception] | None:
        together.wait(60)
        try:
            enter(town, "wrong", name=f"nobody-{number}", at=f"203.0.113.{number}")
        except (NotSignedIn, TooManyWaiting) as error:
            return type(error)
        return None

    monkeypatch.setattr(passwords, "_hasher", Watched())
    with ThreadPoolExecutor(60) as pool:
        answers = list(pool.map(stranger, range(60)))
    assert most <= passwords.AT_ONCE
    assert set(answers) <= {NotSignedIn, TooManyWaiting}
    assert NotSignedIn in answers


def test_no_connection_waits_for_a_hash(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    in_use = []
    pool = town.database.engine.pool

    def matches(stored_hash: str | None, password: str) -> bool:
        in_use.append(pool.checkedout())  # type: ignore[attr-defined]
        return True

    monkeypatch.setattr(passwords, "matches", matches)
    enter(town)
    assert in_use == [0]


@pytest.mark.usefixtures("quick")
def test_failures_are_audited_without_typed_words(town: Town) -> None:
    fail(town, 1)
    fail(town, 1, name="mY-pA55word!")
    with town.database.begin() as session:
        entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
        stored = session.execute(text("SELECT * FROM audit_entries, sign_in_tries")).all()
    assert [(e.action, e.subject) for e in entries] == [
        ("sign_in_failed", "handler"),
        ("sign_in_failed", "unknown name"),
    ]
    assert entries[0].details == {"address": HOME}
    assert "mY-pA55word!" not in str(stored)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM audit_entries",
        "UPDATE audit_entries SET subject = 'x'",
        "TRUNCATE audit_entries",
    ],
)
def test_nobody_changes_the_audit_log(town: Town, statement: str) -> None:
    enter(town)
    with pytest.raises(DBAPIError, match="append-only"), town.database.begin() as session:
        session.execute(text(statement))


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("10.0.0.1", "10.0.0.1"),
        ("2001:db8:0:1:aaaa::7", "2001:db8:0:1::/64"),
        ("testclient", "testclient"),
        ("", ""),
    ],
)
def test_an_ipv6_network_counts_as_one(address: str, counted: str) -> None:
    assert network(address) == counted


def begin_codes(database: Database, username: str) -> pyotp.TOTP:
    secret = second_factor.new_secret()
    with database.begin() as session:
        set_second_factor(session, username, secret)
    return pyotp.TOTP(secret)


@pytest.mark.usefixtures("quick")
def test_a_code_is_asked_for_once(town: Town) -> None:
    code = begin_codes(town.database, "handler").at(now())
    with pytest.raises(NotSignedIn, match="动态验证码"):
        enter(town)
    with pytest.raises(NotSignedIn):
        enter(town, code="000000" if code != "000000" else "111111")
    assert enter(town, code=code)
    with pytest.raises(NotSignedIn):  # read over the shoulder
        enter(town, code=code)


@pytest.mark.parametrize("role", [Role.LEADER, Role.ADMIN])
@pytest.mark.usefixtures("quick")
def test_production_wants_codes_of_the_powerful(town: Town, role: Role) -> None:
    credentials = Credentials(role.value, PASSWORD)
    with pytest.raises(NotSignedIn, match="先开通动态验证码"):
        sign_in(town.database, credentials, address=HOME, code_roles=second_factor.IN_PRODUCTION)
    code = begin_codes(town.database, role.value).at(now())
    assert sign_in(
        town.database,
        Credentials(role.value, PASSWORD, code),
        address=HOME,
        code_roles=second_factor.IN_PRODUCTION,
    )


def test_the_page_and_the_api_take_codes(town: Town) -> None:
    totp = begin_codes(town.database, "handler")
    form = {"username": "handler", "password": PASSWORD, "code": totp.at(now())}
    assert town.client.post("/console/sign-in", data=form).status_code == 303
    form["code"] = totp.at(now() + timedelta(seconds=30))
    assert town.client.post("/api/v1/token", json=form).status_code == 200


def test_codes_follow_rfc_6238() -> None:
    totp = pyotp.TOTP("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", digits=8)
    vectors = {59: "94287082", 1111111109: "07081804", 20000000000: "65353130"}
    assert {at: totp.at(at) for at in vectors} == vectors


def test_an_idle_sign_in_ends(town: Town) -> None:
    token, started_at = enter(town), now()
    with town.database.begin() as session:
        assert by_token(session, token, now=started_at + IDLE / 2)
    with town.database.begin() as session:
        assert by_token(session, token, now=started_at + IDLE / 2 + IDLE * 0.9)
    with town.database.begin() as session, pytest.raises(NotSignedIn):
        by_token(session, token, now=started_at + IDLE * 3)


def test_a_page_alone_keeps_nobody_signed_in(town: Town) -> None:
    token, before = enter(town, name="dispatcher"), now() - IDLE / 2
    town.client.cookies.set("minhu_staff", token)
    for path, is_use in (("conversations/waiting", False), ("conversations", True)):
        with town.database.begin() as session:
            session.execute(update(StaffToken).values(used_at=before))
        assert town.client.get(f"/console/{path}").status_code == 200
        with town.database.begin() as session:
            assert (session.scalars(select(StaffToken)).one().used_at > before) is is_use


@pytest.mark.parametrize("weak", ["short", "aaaaaaaaaaaa", "Password123", "wangfang2026"])
def test_weak_passwords_are_refused(weak: str) -> None:
    assert passwords.weakness(weak, "wangfang")
    assert passwords.weakness("a long enough one", "wangfang") is None
