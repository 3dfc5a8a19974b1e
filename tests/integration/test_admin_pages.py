"""Accounts, one's own password, the search in the audit log and the settings, over HTTP."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from backend.database import Database
from backend.errors import NotSignedIn
from backend.models.staff import AuditEntry, Role, StaffAccount, StaffToken
from backend.staff.sign_in import Credentials, sign_in
from tests.support.desk import Desk
from tests.support.staff_app import PASSWORD, UNIT, Town

AtDesk = Callable[[str], Desk]
ACCOUNTS = "/admin/accounts"
NEW = {
    "username": "wang.li", "name": "王丽", "role": "handler", "unit": UNIT,
    "password": "Tea-and-Rain-77",
}  # fmt: skip


def enters(database: Database, username: str, password: str) -> bool:
    try:
        return bool(sign_in(database, Credentials(username, password), address="127.0.0.1"))
    except NotSignedIn:
        return False


def step(at: Desk, username: str, name: str, **typed: Any) -> int:
    return at.submit(ACCOUNTS, f"{ACCOUNTS}/{username}/{name}", **typed).status_code


def test_account_lives_from_opening_to_its_end(town: Town, desk: AtDesk) -> None:
    at = desk("admin")
    assert "办好了" in at.submit(ACCOUNTS, ACCOUNTS, **NEW).text
    assert enters(town.database, "wang.li", NEW["password"])
    assert step(at, "wang.li", "password", password="Other-Words-88") == 200
    assert not enters(town.database, "wang.li", NEW["password"])
    assert enters(town.database, "wang.li", "Other-Words-88")
    assert step(at, "wang.li", "move", role="dispatcher", unit="HZ-12345") == 200
    assert step(at, "wang.li", "disable", reason="调走了") == 200
    assert not enters(town.database, "wang.li", "Other-Words-88")
    assert step(at, "wang.li", "enable") == 200
    with town.database.begin() as session:
        account = session.scalars(select(StaffAccount).filter_by(username="wang.li")).one()
        assert (account.role, account.unit_code, account.active) == ("dispatcher", "HZ-12345", True)
    html = at.get("/admin/audit?subject=wang.li").text
    assert "停账号" in html
    assert "原因：调走了" in html


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"username": "<b>x"}, 400),
        ({"username": "handler"}, 409),
        ({"password": "1234567890"}, 400),
        ({"role": "king"}, 400),
        ({"unit": "nowhere"}, 400),
        ({"name": " "}, 400),
    ],
)
def test_bad_accounts_are_not_opened(
    town: Town, desk: AtDesk, fields: dict[str, str], status: int
) -> None:
    answer = desk("admin").submit(ACCOUNTS, ACCOUNTS, **NEW | fields)
    assert answer.status_code == status
    assert NEW["password"] not in answer.text
    assert not enters(town.database, "wang.li", NEW["password"])


def test_district_admin_keeps_to_its_units(town: Town, desk: AtDesk) -> None:
    town.hire("district_admin", Role.ADMIN, UNIT)
    at = desk("district_admin")
    html = at.get(ACCOUNTS).text
    assert "handler ·" in html
    assert "leader ·" not in html
    token = re.findall(r'name="form_token" value="(\w+)"', html)[0]
    own = {"form_token": token, "reason": "x", "password": "Other-Words-88"}
    for name in ("disable", "password", "sessions"):
        assert at.post(f"{ACCOUNTS}/leader/{name}", data=own).status_code == 404, name
        assert at.post(f"{ACCOUNTS}/district_admin/{name}", data=own).status_code == 403, name
    assert at.submit(ACCOUNTS, ACCOUNTS, **NEW | {"unit": "HZ-12345"}).status_code == 403
    desk("leader").get("/cases?q=路灯")
    assert "路灯" not in at.get("/admin/audit?action=search").text
    assert "路灯" in desk("admin").get("/admin/audit?action=search").text


def test_only_admins_open_these_pages(desk: AtDesk) -> None:
    for who in ("dispatcher", "handler", "supervisor", "leader"):
        for path in (ACCOUNTS, "/admin/audit", "/admin/settings"):
            assert desk(who).get(path).status_code == 403, (who, path)
        assert desk(who).get("/account").status_code == 200, who


def test_own_password_ends_other_sign_ins(town: Town, desk: AtDesk) -> None:
    at, elsewhere = desk("handler"), desk("handler")
    new = {
        "password_present": PASSWORD,
        "password_new": "Tea-and-Rain-77",
        "password_again": "Tea-and-Rain-77",
    }
    for wrong in (
        {"password_present": "guess"},
        {"password_again": "other"},
        {"password_new": "short", "password_again": "short"},
    ):
        answer = at.submit("/account", "/account/password", **new | wrong)
        assert answer.status_code == 400, wrong
    assert "密码改好了" in at.submit("/account", "/account/password", **new).text
    assert enters(town.database, "handler", "Tea-and-Rain-77")
    assert at.get("/account").url.path == "/console/account"
    assert elsewhere.get("/account").url.path == "/console/sign-in"
    html = at.get("/account").text
    before = html.count("用过")
    desk("handler")
    html = at.get("/account").text
    assert (html.count("用过"), html.count("（这里）")) == (before + 1, 1)
    at.submit("/account", "/account/sessions")
    with town.database.begin() as session:
        assert len(session.scalars(select(StaffToken)).all()) == 1


def test_settings_show_no_secret(town: Town, desk: AtDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINHU_METRICS_TOKEN", "a-long-secret-of-the-city")
    html = desk("admin").get("/admin/settings").text
    assert "MINHU_METRICS_TOKEN" in html
    assert "a-long-secret" not in html


def test_audit_search_is_audited_itself(town: Town, desk: AtDesk) -> None:
    at = desk("admin")
    case_no = town.case(phone="13812345678")
    at.get(f"/cases/{case_no}")
    assert "没有这样的记录" in at.get("/admin/audit?who=nobody&first=2026-01-01").text
    assert at.get("/admin/audit?first=soon").status_code == 400
    with town.database.begin() as session:
        entry = session.scalars(select(AuditEntry).filter_by(action="search_audit")).one()
        assert entry.details == {"terms": {"who": "nobody", "first": "2026-01-01"}}


def test_many_accounts_are_paged_and_searched(town: Town, desk: AtDesk) -> None:
    for number in range(55):
        town.hire(f"clerk-{number:02}", Role.HANDLER, UNIT)
    at = desk("admin")
    pages = [at.get(f"{ACCOUNTS}?page={number}").text for number in (1, 2)]
    names = [re.findall(r"<summary>(\S+) ·", html) for html in pages]
    assert [len(some) for some in names] == [50, 11]
    assert len({*names[0], *names[1]}) == 61
    assert "共 61 个账号" in pages[0]
    html = at.get(f"{ACCOUNTS}?q=CLERK-07").text
    assert re.findall(r"<summary>(\S+) ·", html) == ["clerk-07"]
    assert "共 56 个账号" in at.get(f"{ACCOUNTS}?q={UNIT}").text
