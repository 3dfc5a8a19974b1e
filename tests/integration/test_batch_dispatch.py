"""Ticked cases: a preview first, one button sends, and the batch is recalled before signing."""

import re
from html import unescape
from typing import Any

import httpx
import pytest

from backend.cases.queries import by_number
from tests.support.staff_app import OTHER_UNIT, UNIT, Town
from tests.support.stages import accepted, dispatched, disputed, registered, returned

BATCH = "/cases/dispatch-batch"
TO_DISPATCH = "/cases?tab=to-dispatch"
UNIT_NAME, OTHER_NAME = "西湖区综合行政执法局", "上城区综合行政执法局"


def fields(page: httpx.Response) -> dict[str, str]:
    """The fields of a page's last form that is sent: hidden ones and the units typed."""
    form = page.text.rsplit('<form method="post"', 1)[1]
    inputs = re.findall(r'<input [^>]*name="([^"]+)" value="([^"]*)"', form)
    return {name: unescape(value) for name, value in inputs}


def preview(browser: Any, *case_numbers: str, **typed: str) -> httpx.Response:
    picked = {f"pick:{case_no}": "1" for case_no in case_numbers}
    page: httpx.Response = browser.submit(TO_DISPATCH, BATCH, **picked, **typed)
    return page


def send(browser: Any, page: httpx.Response, **units: str) -> httpx.Response:
    response: httpx.Response = browser.post(f"{BATCH}/send", data=fields(page) | units)
    return response


def candidates_of(town: Town, case_no: str, *unit_types: tuple[str, float]) -> None:
    with town.database.begin() as session:
        case = by_number(session, case_no)
        types = [{"code": code, "score": score} for code, score in unit_types]
        case.routing = {**case.routing, "unit_types": types}


def unit_of(town: Town, case_no: str) -> str | None:
    case = town.get("admin", f"/cases/{case_no}").json()
    return case["unit"]["code"] if case["unit"] else None


def status_of(town: Town, case_no: str) -> str:
    return str(town.get("admin", f"/cases/{case_no}").json()["status"])


def test_the_preview_shows_reasons_and_dispatches_nothing(town: Town, desk: Any) -> None:
    case_no = registered(town)
    with town.database.begin() as session:
        by_number(session, case_no).text = "夜里有人<摆摊>"
    candidates_of(town, case_no, ("urban_management", 0.62), ("ecology", 0.2))
    page = preview(desk("dispatcher"), case_no)
    assert page.status_code == 200
    for phrase in (
        "夜里有人&lt;摆摊&gt;",
        "西湖区文三路",
        UNIT_NAME,
        "62%",
        "20%",
        "没有自动派单",
    ):
        assert phrase in page.text, phrase
    assert fields(page)[f"unit:{case_no}"] == UNIT_NAME
    assert status_of(town, case_no) == "registered"


def test_one_button_sends_and_each_row_may_differ(town: Town, desk: Any) -> None:
    first, second, third = (registered(town) for _ in range(3))
    candidates_of(town, first, ("urban_management", 0.6))
    candidates_of(town, second, ("urban_management", 0.6))
    candidates_of(town, third)
    browser = desk("dispatcher")
    page = preview(browser, first, second, third)
    assert "系统没有建议" in page.text
    done = send(browser, page, **{f"unit:{second}": OTHER_NAME})
    assert "2 件派出去了、还没签收" in done.text
    assert [unit_of(town, one) for one in (first, second, third)] == [UNIT, OTHER_UNIT, None]


def test_one_unit_for_all(town: Town, desk: Any) -> None:
    first, second, browser = registered(town), registered(town), desk("dispatcher")
    page = preview(browser, first, second, unit_asked=OTHER_NAME)
    assert fields(page)[f"unit:{first}"] == fields(page)[f"unit:{second}"] == OTHER_NAME
    send(browser, page)
    assert unit_of(town, first) == unit_of(town, second) == OTHER_UNIT


def test_invalid_unit_stops_the_batch_and_keeps_input(town: Town, desk: Any) -> None:
    first, second, browser = registered(town), registered(town), desk("dispatcher")
    page = preview(browser, first, second, unit_asked=UNIT_NAME)
    again = send(browser, page, **{f"unit:{second}": '"><b>火星局'})
    assert again.status_code == 400
    assert "换个词试试" in again.text
    assert 'aria-invalid="true"' in again.text
    assert "<b>火星局" not in again.text
    assert fields(again)[f"unit:{first}"] == UNIT_NAME
    assert status_of(town, first) == status_of(town, second) == "registered"
    assert send(browser, again, **{f"unit:{second}": OTHER_UNIT}).status_code == 200
    assert unit_of(town, second) == OTHER_UNIT


def test_nothing_chosen_sends_nothing(town: Town, desk: Any) -> None:
    case_no, browser = registered(town), desk("dispatcher")
    candidates_of(town, case_no)
    page = send(browser, preview(browser, case_no))
    assert page.status_code == 400
    assert "一件也没有选单位" in page.text


def test_undispatchable_case_has_no_field(town: Town, desk: Any) -> None:
    free, disputes, had = registered(town), disputed(town), accepted(town)
    page = preview(desk("dispatcher"), free, disputes, had)
    assert [name for name in fields(page) if name.startswith("unit:")] == [f"unit:{free}"]
    assert "有争议，不能派" in page.text
    assert "现在是“办理中”，不能派" in page.text


def test_case_changed_by_a_colleague_is_skipped(town: Town, desk: Any) -> None:
    first, second, browser = registered(town), returned(town), desk("dispatcher")
    page = preview(browser, first, second, unit_asked=OTHER_NAME)
    town.do("admin", first, "dispatch", unit=UNIT)
    done = send(browser, page)
    assert "1 件派出去了、还没签收" in done.text
    assert "没有派出去的 1 件" in done.text
    assert (unit_of(town, first), unit_of(town, second)) == (UNIT, OTHER_UNIT)
    browser.post(f"{BATCH}/recall", data=fields(done))
    assert status_of(town, second) == "registered"
    assert unit_of(town, first) == UNIT  # the colleague's dispatch was none of the batch


def test_batch_recall_takes_back_unsigned_cases(town: Town, desk: Any) -> None:
    unsigned, signed, redirected = (registered(town) for _ in range(3))
    browser = desk("dispatcher")
    page = send(browser, preview(browser, unsigned, signed, redirected, unit_asked=UNIT_NAME))
    assert "撤回这一批" in page.text
    town.do("handler", signed, "accept")
    town.do("admin", redirected, "recall", unit=OTHER_UNIT)
    undone = browser.post(f"{BATCH}/recall", data=fields(page))
    assert "撤回了还没签收的" in undone.text
    states = [("已登记，待派单", ""), ("办理中", UNIT_NAME), ("已派单，待签收", OTHER_NAME)]
    for case_no, (status, unit) in zip((unsigned, signed, redirected), states, strict=True):
        row = f"{case_no}</span> · {status}" + (f" · {unit}" if unit else "")
        assert row in undone.text
    assert status_of(town, unsigned) == "registered"
    assert status_of(town, signed) == "accepted"
    assert unit_of(town, redirected) == OTHER_UNIT
    assert "撤回这一批" not in undone.text


def test_batch_page_can_be_reopened(town: Town, desk: Any) -> None:
    case_no, browser = registered(town), desk("dispatcher")
    page = send(browser, preview(browser, case_no, unit_asked=UNIT_NAME))
    address = str(page.url).split("/console", 1)[1]
    again = browser.get(address)
    assert "撤回这一批" in again.text
    town.do("handler", case_no, "accept")
    assert "撤回这一批" not in browser.get(address).text
    assert desk("handler").get(address).status_code == 403


@pytest.mark.parametrize(
    "query", ["sent=x", "sent=:", "sent=%00:a", "left=%00", "sent=" + "a" * 5000]
)
def test_an_address_that_was_made_up_shows_nothing(town: Town, desk: Any, query: str) -> None:
    page = desk("dispatcher").get(f"{BATCH}?{query}")
    assert page.status_code == 200
    assert "撤回这一批" not in page.text


def test_nobody_picked_and_too_many(town: Town, desk: Any) -> None:
    registered(town)
    browser = desk("dispatcher")
    none = browser.submit(TO_DISPATCH, BATCH)
    assert (none.status_code, "请先勾选工单" in none.text) == (400, True)
    preview_page = preview(browser, "HZ20261123999999")
    assert (preview_page.status_code, "请重新勾选" in preview_page.text) == (400, True)


@pytest.mark.parametrize("path", [BATCH, f"{BATCH}/send", f"{BATCH}/recall"])
def test_batch_refuses_others_and_forged_forms(town: Town, desk: Any, path: str) -> None:
    case_no = dispatched(town)
    fields_of_form = {f"pick:{case_no}": "1", f"unit:{case_no}": UNIT}
    for who in ("supervisor", "handler", "leader"):
        browser = desk(who)
        html = browser.get("/cases?tab=all").text
        token = re.findall(r'name="form_token" value="([^"]*)"', html)[0]
        assert browser.post(path, data={**fields_of_form, "form_token": token}).status_code == 403
    assert (
        desk("dispatcher").post(path, data={**fields_of_form, "form_token": "x"}).status_code == 403
    )
    assert status_of(town, case_no) == "dispatched"


def test_a_batch_is_recalled_over_http(town: Town) -> None:
    unsigned, signed, other = dispatched(town), accepted(town), dispatched(town)
    rows = [
        {"case_no": unsigned, "unit": UNIT},
        {"case_no": signed, "unit": UNIT},
        {"case_no": other, "unit": OTHER_UNIT},
        {"case_no": "HZ20261123999999"},
    ]
    answer = town.post("dispatcher", "/cases/recall-batch", {"cases": rows})
    assert answer.status_code == 200
    assert [row["done"] for row in answer.json()["results"]] == [True, False, False, False]
    assert status_of(town, unsigned) == "registered"
    refused = town.post("handler", "/cases/recall-batch", {"cases": rows[:1]}).json()
    assert refused["results"][0]["error"]
