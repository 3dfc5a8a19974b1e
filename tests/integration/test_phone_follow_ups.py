"""Residents whom no message reaches are told by phone; care is noted at the phone desk."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from backend.models.cases import Case
from backend.models.ratings import Rating
from backend.models.residents import Resident
from tests.support.desk import Desk
from tests.support.staff_app import UNIT, Town
from tests.support.stages import RESOLVED

AtDesk = Callable[[str], Desk]
APPEAL = {"channel": "phone", "text": "我想问问这个事情", "phone": "13812345678", "key": "k1"}


def taken_down(at: Desk, **typed: str) -> Any:
    """The appeal of a caller, written down and registered."""
    token = at.get("/new-case").text.split('name="form_token" value="')[1].split('"')[0]
    form = APPEAL | typed | {"form_token": token, "step": "register"}
    return at.post("/new-case", data=form)


@pytest.fixture
def rung(town: Town, desk: AtDesk) -> str:
    """A caller's case, which the unit has just resolved."""
    assert "登记好了" in taken_down(desk("dispatcher")).text
    with town.database.begin() as session:
        case_no = session.scalars(select(Case.case_no)).one()
    town.do("dispatcher", case_no, "dispatch", unit=UNIT)
    town.do("handler", case_no, "accept")
    assert case_no not in desk("dispatcher").get("/cases?tab=tell").text
    town.do("handler", case_no, "resolve", **RESOLVED)
    return case_no


def test_result_is_told_by_phone_and_rated(town: Town, desk: AtDesk, rung: str) -> None:
    at = desk("dispatcher")
    assert rung in at.get("/cases?tab=tell").text
    missed = at.step(rung, "follow_up", result="no_answer")
    assert "“回访”已完成" in missed.text
    assert rung in at.get("/cases?tab=tell").text
    words = "修是修好了，就是慢了点"
    done = at.step(rung, "follow_up", result="reached", text=words, score="2", solved="yes")
    assert "电话里记下的" in done.text
    assert f"“{words}”" in done.text
    assert rung not in at.get("/cases?tab=tell").text
    with town.database.begin() as session:
        rating = session.scalars(select(Rating)).one()
        assert (rating.score, rating.solved, rating.reason) == (2, True, words)
        assert rating.taken_by is not None
    case = town.get("admin", f"/cases/{rung}").json()
    assert case["rating"]["by_phone"] is True
    assert [one["state"] for one in case["low_ratings"]] == ["waiting"]
    assert (
        town.post("dispatcher", f"/cases/{rung}/follow_up", {"result": "reached"}).status_code
        == 409
    )


def test_a_good_rating_by_phone_closes_the_case(town: Town, rung: str) -> None:
    body = {"result": "reached", "text": "很满意", "score": 5}
    assert town.do("dispatcher", rung, "follow_up", **body).json()["status"] == "closed"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"result": "nonsense"},
        {"result": "no_answer", "score": 5, "text": "满意"},
        {"result": "reached", "score": 5},
        {"result": "reached", "score": 9, "text": "x"},
        {"result": "reached", "solved": True, "text": "x"},
        {"result": "reached", "score": 1, "text": "长" * 1001},
    ],
)
def test_bad_follow_ups_change_nothing(town: Town, rung: str, body: dict[str, Any]) -> None:
    before = len(town.get("admin", f"/cases/{rung}").json()["events"])
    assert town.post("dispatcher", f"/cases/{rung}/follow_up", body).status_code == 400
    assert len(town.get("admin", f"/cases/{rung}").json()["events"]) == before


def test_no_unit_rates_itself_by_phone(town: Town, rung: str) -> None:
    body = {"result": "reached", "text": "满意", "score": 5}
    assert town.post("handler", f"/cases/{rung}/follow_up", body).status_code == 403


def test_residents_in_a_chat_are_not_rung(town: Town, desk: AtDesk) -> None:
    case_no = town.case(unit=UNIT)
    town.do("handler", case_no, "accept")
    town.do("handler", case_no, "resolve", **RESOLVED)
    assert case_no not in desk("dispatcher").get("/cases?tab=tell").text


def test_care_is_noted_with_consent_alone(town: Town, desk: AtDesk) -> None:
    at = desk("dispatcher")
    care = {"elder": "1", "care:独居": "1"}
    refused = taken_down(at, **care)
    assert refused.status_code == 400
    assert "先问市民愿不愿意" in refused.text
    assert "登记好了" in taken_down(at, **care, care_consent="1").text
    with town.database.begin() as session:
        resident = session.scalars(select(Resident)).one()
        assert (resident.elder_mode, resident.care) == (True, ["独居"])
        case_no = session.scalars(select(Case.case_no)).one()
    page = at.get(f"/cases/{case_no}").text
    assert "老人：请打电话，说慢一点" in page
    assert "要照顾（独居）" in page
    assert "老人 · 要照顾" in at.get("/cases?tab=all").text
