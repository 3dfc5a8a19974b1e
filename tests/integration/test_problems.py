"""Common problems across units and areas, and hints from two years, with their numbers."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from backend.clock import SHANGHAI
from backend.models.cases import Case
from backend.overview.problems import common_problems, season_hints
from tests.support.builders import a_conversation, a_registered_case
from tests.support.days import TODAY
from tests.support.staff_app import OTHER_UNIT, UNIT, Town

pytestmark = pytest.mark.usefixtures("noon")

ITEM, OTHER_ITEM = "MZ001", "MZ002"
STREETS = ("330106002", "330106003", "330102001")


def fill(town: Town, count: int, day: date, item: str = ITEM, **values: Any) -> None:
    """`count` cases of that day, over three streets and three units."""
    units = (UNIT, OTHER_UNIT, "330106-housing")
    at = datetime.combine(day, datetime.min.time(), SHANGHAI) + timedelta(hours=12)
    with town.database.begin() as session:
        chat = a_conversation(session, of=f"{item}-{day}")
        for n in range(count):
            case = a_registered_case(session, chat, text=f"{item} {day} 第{n}件")
            street = {"code": STREETS[n % 3], "name": f"街道{n % 3}"}
            where = {"district": {"code": "330106", "name": "西湖区"}, "street": street}
            columns = {
                "registered_at": at, "power_item_code": item, "unit_code": units[n % 3],
                "location": where, "kind": "complaint", **values,
            }  # fmt: skip
            session.execute(update(Case).where(Case.id == case.id).values(**columns))


def test_matter_of_several_units_is_common(town: Town) -> None:
    for days in (5, 40):
        fill(town, 6, TODAY - timedelta(days=days), outcome="explained")
    fill(town, 2, TODAY - timedelta(days=5), OTHER_ITEM)
    with town.database.begin() as session:
        [problem] = common_problems(session, None, last=TODAY)
        assert common_problems(session, frozenset({UNIT}), last=TODAY) == []
    assert (problem.item, problem.cases, problem.units, problem.areas) == (ITEM, 12, 3, 3)
    assert problem.title == "低保与低收入家庭救助"
    [answer] = problem.answers
    assert (answer.outcome, answer.cases, answer.rated) == ("已解释说明", 12, 0)


def test_one_month_alone_is_no_common_problem(town: Town) -> None:
    day = TODAY.replace(day=1) - timedelta(days=10)
    fill(town, 12, day)
    with town.database.begin() as session:
        assert common_problems(session, None, last=TODAY) == []


def test_season_of_two_years_is_a_hint(town: Town) -> None:
    for years in (1, 2):
        fill(town, 6, TODAY - timedelta(days=364 * years - 5))
    fill(town, 1, TODAY - timedelta(days=364 * 2 + 400), OTHER_ITEM)
    with town.database.begin() as session:
        [hint] = season_hints(session, None, today=TODAY)
        assert season_hints(session, frozenset({"330102-housing"}), today=TODAY) == []
    assert (hint.item, hint.district, hint.counts) == (ITEM, "330106", (6, 6))
    assert all(usual < 3 for usual in hint.usual)
    assert set(hint.places) == {"街道0", "街道1", "街道2"}


@pytest.mark.parametrize("years", [(1,), (2,), ()])
def test_one_year_alone_is_no_hint(town: Town, years: tuple[int, ...]) -> None:
    for year in years:
        fill(town, 6, TODAY - timedelta(days=364 * year - 5))
    fill(town, 1, TODAY - timedelta(days=364 * 2 + 400), OTHER_ITEM)
    with town.database.begin() as session:
        assert season_hints(session, None, today=TODAY) == []


def test_what_comes_all_year_is_no_season(town: Town) -> None:
    for month in range(26):
        fill(town, 6, TODAY - timedelta(days=30 * month + 5))
    with town.database.begin() as session:
        assert season_hints(session, None, today=TODAY) == []


def test_page_shows_both_with_their_numbers(town: Town, desk: Any) -> None:
    for years in (1, 2):
        fill(town, 6, TODAY - timedelta(days=364 * years - 5))
    fill(town, 1, TODAY - timedelta(days=364 * 2 + 400), OTHER_ITEM)
    for days in (5, 40):
        fill(town, 6, TODAY - timedelta(days=days))
    page = desk("leader").get("/problems").text
    assert "1 年前 6 件" in page
    assert "低保与低收入家庭救助" in page
    assert desk("handler").get("/problems").status_code == 200
