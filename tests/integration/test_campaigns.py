"""Campaigns: made of a filter, counted from cases, published with their progress."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from backend.models.cases import Case
from tests.support.days import TODAY
from tests.support.staff_app import UNIT, Town

pytestmark = pytest.mark.usefixtures("noon")

FORM = {
    "title": "老旧小区路灯", "purpose": "年底前路灯都亮起来", "unit": UNIT, "target": "50",
    "first": str(TODAY), "due": str(TODAY + timedelta(days=30)), "words": "路灯",
}  # fmt: skip


@pytest.fixture
def cases(town: Town) -> list[str]:
    """Six about lamps, one of them settled, one withdrawn; one about something else."""
    numbers = [town.case(f"第{n}号路灯不亮", unit=UNIT) for n in range(6)]
    town.case("楼上漏水", unit=UNIT)
    town.do("handler", numbers[0], "accept")
    town.do("handler", numbers[0], "resolve", outcome="solved", text="修好了")
    with town.database.begin() as session:
        session.execute(update(Case).where(Case.case_no == numbers[1]).values(outcome="withdrawn"))
    return numbers


def test_campaign_counts_the_cases_of_its_list(town: Town, desk: Any, cases: list[str]) -> None:
    page = desk("supervisor")
    answer = page.submit("/campaigns", "/campaigns", **FORM)
    assert answer.status_code == 200
    assert "1 / 5" in page.get("/campaigns").text
    campaign = answer.url.path.removeprefix("/console")
    listed = page.get(f"{campaign}/cases").text
    assert "5 件" in listed
    assert cases[1] not in listed


def test_progress_is_public_once_published(town: Town, desk: Any, cases: list[str]) -> None:
    page = desk("supervisor")
    path = page.submit("/campaigns", "/campaigns", **FORM).url.path.removeprefix("/console")
    assert FORM["title"] not in town.client.get("/public/campaigns").text
    page.submit(path, f"{path}/publish")
    public = town.client.get("/public/campaigns").text
    assert "已经来了 5 件，办结 1 件（20%）" in public
    assert not [number for number in cases if number in public]


def test_end_needs_a_conclusion_once(desk: Any, town: Town) -> None:
    page = desk("leader")
    path = page.submit("/campaigns", "/campaigns", **FORM).url.path.removeprefix("/console")
    form = page.get(path).text
    token = form.split('name="form_token" value="')[1].split('"')[0]
    close = f"{path}/close"
    assert page.post(close, data={"form_token": token, "conclusion": " "}).status_code == 400
    assert "已结束" in page.submit(path, close, conclusion="都亮了").text
    assert page.post(close, data={"form_token": token, "conclusion": "再来"}).status_code == 409


@pytest.mark.parametrize(
    "wrong",
    [
        {"words": ""}, {"target": "0"}, {"target": "101"}, {"target": "九十"},
        {"due": "2020-01-01"}, {"due": "明天"}, {"unit": "nowhere"}, {"title": ""},
        {"title": "长" * 61}, {"words": "x" * 101}, {"first": "9999-12-31"},
    ],
)  # fmt: skip
def test_wrong_campaign_is_refused(desk: Any, wrong: dict[str, str]) -> None:
    answer = desk("admin").submit("/campaigns", "/campaigns", **{**FORM, **wrong})
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text


def test_only_those_who_lead_make_campaigns(desk: Any) -> None:
    handler = desk("handler")
    token = handler.get("/campaigns").text.split('name="form_token" value="')[1].split('"')[0]
    assert handler.post("/campaigns", data={**FORM, "form_token": token}).status_code == 403
