"""The console: what was typed is not lost when the form comes too late."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import httpx
import pytest
from sqlalchemy import update

from backend.clock import now
from backend.models.staff import StaffToken
from tests.support.staff_app import PASSWORD, Town
from tests.support.stages import accepted

LONG = "已经换了新灯泡，" * 200 + "<b>请放心</b>"


def hidden(html: str) -> dict[str, str]:
    fields = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', html)
    return {name: unescape(value) for name, value in fields}


def expire(town: Town) -> None:
    with town.database.begin() as session:
        session.execute(update(StaffToken).values(expires_at=now() - timedelta(seconds=1)))


def sent_late(town: Town, browser: Any, case_no: str, **typed: str) -> httpx.Response:
    """The page is opened, the session ends, and only then the form is sent."""
    form = {"form_token": hidden(browser.get(f"/cases/{case_no}").text)["form_token"]}
    expire(town)
    answer: httpx.Response = browser.post(f"/cases/{case_no}/resolve", data=form | typed)
    return answer


def sign_in(browser: Any, page: httpx.Response, password: str = PASSWORD) -> httpx.Response:
    browser.cookies.clear()
    typed = {"username": "handler", "password": password}
    answer: httpx.Response = browser.post("/sign-in", data=hidden(page.text) | typed)
    return answer


def test_form_is_resent_by_hand_after_signing_in(town: Town, desk: Any) -> None:
    case_no, browser = accepted(town), desk("handler")
    late = sent_late(town, browser, case_no, outcome="solved", text=LONG)
    assert late.status_code == 401
    assert "您刚才填的都留着" in late.text
    wrong = sign_in(browser, late, "wrong")
    assert "用户名或密码不对" in wrong.text
    again = sign_in(browser, wrong)
    assert "请看一遍再提交" in again.text
    assert "&lt;b&gt;请放心&lt;/b&gt;" in again.text
    assert town.get("admin", f"/cases/{case_no}").json()["status"] == "accepted"
    assert f'action="/console/cases/{case_no}/resolve"' in again.text
    done = browser.post(f"/cases/{case_no}/resolve", data=hidden(again.text))
    assert "“办结”已完成" in done.text
    assert town.get("admin", f"/cases/{case_no}").json()["outcome_text"] == LONG


def test_sign_in_in_another_tab_allows_resending(town: Town, desk: Any) -> None:
    case_no, browser = accepted(town), desk("handler")
    old = {"form_token": hidden(browser.get(f"/cases/{case_no}").text)["form_token"]}
    browser.cookies.clear()
    browser.cookies.set("minhu_staff", town.token("handler"))
    typed = old | {"text": "打过电话了"}
    late = browser.post(f"/cases/{case_no}/contact", data=typed)
    assert late.status_code == 403
    assert "打过电话了" in late.text
    done = browser.post(f"/cases/{case_no}/contact", data=hidden(late.text))
    assert "“联系市民”已完成" in done.text


@pytest.mark.parametrize("path", ["/new-case", "/conversations/1/reply", "/reviews"])
def test_so_it_is_with_every_form(town: Town, desk: Any, path: str) -> None:
    late = desk("supervisor").post(path, data={"form_token": "0" * 64, "text": "没写完的话"})
    assert "没写完的话" in late.text
    assert f'action="/console{path}"' in late.text


def test_what_another_site_sends_is_not_kept(town: Town, desk: Any) -> None:
    case_no, browser = accepted(town), desk("handler")
    foreign = {"form_token": "0" * 64, "text": "别人写的"}
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}):
        for _ in ("signed in", "signed out"):
            page = browser.post(f"/cases/{case_no}/contact", data=foreign, headers=headers)
            assert "别人写的" not in page.text
            browser.cookies.clear()


def test_sign_in_leads_back_to_the_filtered_list(town: Town, desk: Any) -> None:
    browser = desk("handler")
    expire(town)
    page = browser.get("/cases", params={"tab": "all", "q": "路灯"})
    back = sign_in(browser, page)
    assert back.url.path == "/console/cases"
    assert dict(back.url.params) == {"tab": "all", "q": "路灯"}


def test_failed_page_leads_back_to_its_origin(desk: Any) -> None:
    browser = desk("dispatcher")
    assert "回到等候的会话" in browser.get("/conversations/999").text
    assert "回到评议" in browser.get("/reviews/999").text
    assert "回到我的工单" in browser.get("/cases/HZ1").text
