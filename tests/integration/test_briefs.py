"""The brief: the console's numbers of a week or month, and promises that are followed up."""

import io
import re
from datetime import timedelta
from typing import Any

import pytest
from openpyxl import load_workbook

from backend.clock import now
from backend.jobs import rollups
from tests.support.days import TODAY
from tests.support.staff_app import UNIT, Town

pytestmark = pytest.mark.usefixtures("noon")

THIS = f"{TODAY - timedelta(days=6)}..{TODAY}"
NEXT = f"{TODAY + timedelta(days=1)}..{TODAY + timedelta(days=7)}"
PROMISE = {"text": "把路灯查一遍", "unit": UNIT, "due": str(TODAY + timedelta(days=3))}


@pytest.fixture
def filled(town: Town) -> Town:
    case_no = town.case("路灯坏了", unit=UNIT)
    town.case("夜里施工吵", unit=UNIT)
    town.do("handler", case_no, "accept")
    town.do("handler", case_no, "resolve", outcome="solved", text="修好了")
    rollups.run(town.database, now())
    return town


def test_numbers_equal_those_of_the_console(filled: Town, desk: Any) -> None:
    page = desk("leader")
    brief = page.get(f"/briefs?period={THIS}").text
    address = f"/cockpit/cases?first={TODAY - timedelta(days=6)}&last={TODAY}"
    assert f'{address.replace("&", "&amp;")}">2</a>' in brief
    assert "：2 件" in page.get(address).text
    assert '&amp;settled=1">1</a>' in brief
    assert "：1 件" in page.get(f"{address}&settled=1").text


def test_promise_comes_back_in_the_next_brief(filled: Town, desk: Any) -> None:
    page = desk("leader")
    answer = page.submit(f"/briefs?period={THIS}", "/briefs/promises", **PROMISE)
    assert PROMISE["text"] in answer.text
    later = page.get(f"/briefs?period={NEXT}").text
    assert "还没到期" in later
    path = re.findall(r'action="/console(/briefs/promises/\d+)"', later)[0]
    done = page.submit(f"/briefs?period={NEXT}", path, outcome="partly", text="查了一半")
    assert "做到一部分" in done.text
    assert "查了一半" in page.get(f"/briefs?period={NEXT}").text


def test_result_is_written_once(filled: Town, desk: Any) -> None:
    page = desk("leader")
    page.submit(f"/briefs?period={THIS}", "/briefs/promises", **PROMISE)
    html = page.get(f"/briefs?period={NEXT}").text
    token = html.split('name="form_token" value="')[1].split('"')[0]
    form = {"form_token": token, "period": NEXT, "outcome": "done", "text": "都查了"}
    path = re.findall(r'action="/console(/briefs/promises/\d+)"', html)[0]
    assert page.post(path, data={**form, "outcome": "well"}).status_code == 400
    assert page.post(path, data={**form, "text": " "}).status_code == 400
    assert page.post(path, data=form).status_code == 200
    assert page.post(path, data=form).status_code == 409
    assert page.post("/briefs/promises/99999", data=form).status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": ""}, {"text": "长" * 501}, {"unit": "nowhere"}, {"due": "明天"},
        {"due": "9999-01-01"},
    ],
)  # fmt: skip
def test_wrong_promise_is_refused(desk: Any, wrong: dict[str, str]) -> None:
    page = desk("admin")
    answer = page.submit(f"/briefs?period={THIS}", "/briefs/promises", **{**PROMISE, **wrong})
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text


def test_sheet_has_the_same_numbers(filled: Town, desk: Any) -> None:
    answer = desk("supervisor").get(f"/briefs.xlsx?period={THIS}")
    sheet = load_workbook(io.BytesIO(answer.content)).active
    rows = {row[0]: row[1] for row in sheet.iter_rows(values_only=True)}
    assert (rows["来件"], rows["办结"]) == (2, 1)


def test_every_role_reads_but_few_promise(filled: Town, desk: Any) -> None:
    for role in ("dispatcher", "handler", "supervisor", "leader", "admin"):
        page = desk(role).get("/briefs")
        assert page.status_code == 200
        assert ("记下来" in page.text) == (role in ("supervisor", "leader", "admin"))
    assert desk("leader").get("/briefs?period=gestern").status_code == 422
