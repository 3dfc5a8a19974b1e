"""The console: signing in, its forms, and what holds for every page."""

import re
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import event, update

from backend.clock import now
from backend.models.staff import StaffToken
from backend.staff.sign_in import MOST_TRIES
from tests.support.staff_app import PASSWORD, UNIT, Town

PHONE = "13812345678"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154"
    "789c63606060f80f00010401005f8f7b4e0000000049454e44ae426082"
)


def sign_in(town: Town, **typed: str) -> httpx.Response:
    form = {"username": "handler", "password": PASSWORD, "next": ""} | typed
    return town.client.post("/console/sign-in", data=form)


def test_sign_in_page_leads_to_the_requested_page(
    town: Town,
) -> None:
    sent_away = town.client.get("/console/cases/HZ1")
    assert sent_away.status_code == 303
    assert sent_away.headers["location"] == "/console/sign-in?next=/console/cases/HZ1"
    page = town.client.get(sent_away.headers["location"])
    assert 'name="next" value="/console/cases/HZ1"' in page.text
    assert sign_in(town, next="/console/cases/HZ1").headers["location"] == "/console/cases/HZ1"


@pytest.mark.parametrize(
    "next", ["//evil.example", "https://evil.example", "/chat", "/console/../x"]
)
def test_sign_in_leads_nowhere_else(town: Town, next: str) -> None:
    assert sign_in(town, next=next).headers["location"] == "/console/cases"


def test_cookie_is_hidden_from_scripts_and_other_sites(town: Town) -> None:
    cookie = sign_in(town).headers["set-cookie"]
    assert {"HttpOnly", "SameSite=strict", "Path=/console"} <= set(cookie.split("; "))
    assert PASSWORD not in cookie


def test_wrong_password_is_explained_and_name_stays(town: Town) -> None:
    answer = sign_in(town, username='"><b>', password="wrong")
    assert answer.status_code == 401
    assert "用户名或密码不对" in answer.text
    assert 'value="&#34;&gt;&lt;b&gt;"' in answer.text
    assert "set-cookie" not in answer.headers


def test_too_many_wrong_passwords_wait_here_too(town: Town) -> None:
    for _ in range(MOST_TRIES):
        sign_in(town, password="wrong")
    answer = sign_in(town)
    assert answer.status_code == 429
    assert "输错的次数太多" in answer.text


def test_another_site_cannot_sign_a_browser_in(town: Town) -> None:
    form = {"username": "handler", "password": PASSWORD}
    answer = town.client.post(
        "/console/sign-in", data=form, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert answer.status_code == 403


def test_signing_out_ends_the_server_session(town: Town, desk: Any) -> None:
    browser = desk("handler")
    token = browser.cookies["minhu_staff"]
    assert "已经退出" in browser.submit("/cases", "/sign-out").text
    headers = {"Cookie": f"minhu_staff={token}"}
    again = town.client.get("/console/cases", headers=headers)
    assert again.status_code == 303


def test_an_expired_session_asks_to_sign_in_again(town: Town, desk: Any) -> None:
    browser = desk("handler")
    with town.database.begin() as session:
        session.execute(update(StaffToken).values(expires_at=now() - timedelta(seconds=1)))
    assert "登录已过期" in browser.get("/cases").text


def test_no_page_opens_without_signing_in(town: Town) -> None:
    chats = ("/conversations", "/conversations/waiting", "/conversations/1/messages")
    for path in ("", "/cases", "/cases/HZ1", "/attachments/1", "/conversations/1", *chats):
        answer = town.client.get(f"/console{path}")
        assert answer.status_code == 303, path
    for path in ("/cases/HZ1/accept", "/conversations/1/reply", "/sign-out"):
        answer = town.client.post(f"/console{path}")
        assert answer.headers["location"] == "/console/sign-in", path


@pytest.mark.parametrize("token", [None, "", "0" * 64, "错"])
def test_a_form_without_the_sessions_token_is_refused(town: Town, desk: Any, token: Any) -> None:
    case_no = town.case(unit=UNIT)
    data = {} if token is None else {"form_token": token}
    answer = desk("handler").post(f"/cases/{case_no}/accept", data=data)
    assert answer.status_code == 403
    assert town.get("admin", f"/cases/{case_no}").json()["status"] == "dispatched"


def test_a_form_of_another_session_is_refused(town: Town, desk: Any) -> None:
    case_no = town.case(unit=UNIT)
    html = desk("admin").get(f"/cases/{case_no}").text
    foreign = re.search(r'name="form_token" value="(\w+)"', html)
    assert foreign
    data = {"form_token": foreign.group(1)}
    assert desk("handler").post(f"/cases/{case_no}/accept", data=data).status_code == 403


def test_an_endless_form_is_refused(desk: Any) -> None:
    assert desk("handler").post("/sign-out", data={"x": "y" * 300_000}).status_code == 413


@pytest.mark.parametrize("body", [b"%", b"\xff\xfe=1", b"&&&", b""])
def test_a_broken_form_is_refused_with_a_page(desk: Any, body: bytes) -> None:
    for kind in ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        answer = desk("handler").post("/sign-out", content=body, headers={"Content-Type": kind})
        assert answer.status_code in {400, 403}
        assert "没办成" in answer.text


@pytest.mark.parametrize("long", [False, True])
def test_pages_use_a_bounded_number_of_queries(town: Town, desk: Any, long: bool) -> None:
    conversation_id = town.conversation()
    case_no = town.case(phone=PHONE, conversation_id=conversation_id)
    if long:
        for number in range(30):
            town.case(conversation_id=conversation_id)
            town.says(conversation_id, f"第 {number} 句", photo=PNG + bytes([number]))
            town.do("admin", case_no, "remind", reason="催")
            town.queue(town.conversation())
    statements: list[str] = []
    event.listen(
        town.database.engine,
        "before_cursor_execute",
        lambda _c, _u, statement, *_: statements.append(statement),
    )
    browser = desk("dispatcher")
    for page in ("/cases", "/cases?tab=all", f"/cases/{case_no}", "/conversations",
                 f"/conversations/{conversation_id}"):  # fmt: skip
        statements.clear()
        assert browser.get(page).status_code == 200
        assert len(statements) <= 15, (page, len(statements))


def test_pages_run_no_inline_script_and_are_uncached(town: Town, desk: Any) -> None:
    case_no = town.case()
    for page in ("/cases", f"/cases/{case_no}", "/conversations", "/sign-in", "/nowhere"):
        answer = desk("dispatcher").get(page)
        assert 'lang="zh-CN"' in answer.text
        assert not re.search(
            r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=|javascript:", answer.text
        )
        assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("name", ["console.css", "live.js", "icon.svg"])
def test_static_files_are_served_and_no_others(town: Town, name: str) -> None:
    assert town.client.get(f"/console/static/{name}").status_code == 200
    for other in ("routes.py", "..%2froutes.py", "%2e%2e/routes.py"):
        assert town.client.get(f"/console/static/{other}").status_code == 404


def test_unknown_address_is_a_readable_page(desk: Any) -> None:
    page = desk("handler").get("/nowhere/at/all")
    assert page.status_code == 404
    assert "没有这个页面" in page.text
