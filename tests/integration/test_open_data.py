"""Open data singles out nobody, also by repeated queries."""

import csv
import io
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from backend.clock import SHANGHAI, now
from backend.measures.periods import month_of
from backend.models.cases import Case
from backend.overview.open_data import FEWEST, shown
from tests.support.builders import a_conversation, a_registered_case
from tests.support.staff_app import Town


@pytest.fixture
def town(fresh_town: Town) -> Town:
    return fresh_town


@pytest.fixture
def month(town: Town) -> str:
    """Last month: six people in one district, four in another, and one who writes nine times."""
    period = month_of(now().astimezone(SHANGHAI).date()).before
    at = datetime.combine(period.first, datetime.min.time(), SHANGHAI) + timedelta(days=3)
    cells = [("330106", n, 1) for n in range(6)] + [("330102", n, 1) for n in range(4)]
    with town.database.begin() as session:
        for district, person, cases in [*cells, ("330105", 0, 9)]:
            chat = a_conversation(session, of=f"{district}-{person}")
            for n in range(cases):
                case = a_registered_case(session, chat, text=f"第{n}件事情{district}{person}")
                where = {"district": {"code": district, "name": "某区"}}
                values = {"registered_at": at, "location": where, "domain": "城乡建设"}
                session.execute(update(Case).where(Case.id == case.id).values(**values))
    return str(period)


def test_small_cells_are_suppressed(town: Town, month: str) -> None:
    answer = town.client.get("/public/data.json", params={"month": month})
    cells = {cell["district"]: cell["cases"] for cell in answer.json()["cells"]}
    assert cells == {"330106": 5, "330102": None, "330105": None}
    assert answer.headers["access-control-allow-origin"] == "*"


def test_csv_says_the_same(town: Town, month: str) -> None:
    text = town.client.get("/public/data.csv", params={"month": month}).text
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert {row["district"]: row["cases"] for row in rows} == {
        "330106": "5",
        "330102": "",
        "330105": "",
    }
    assert "事情" not in text


@given(st.integers(0, 200), st.integers(0, 200))
def test_one_more_case_is_no_difference_of_one(people: int, more: int) -> None:
    before, after = shown(people, people + more), shown(people + 1, people + more + 1)
    numbers = [number for number in (before, after) if number is not None]
    assert all(number % FEWEST == 0 for number in numbers)
    assert (before is None) == (people < FEWEST)


@pytest.mark.parametrize("asked_for", ["2026", "2026-10-01..2026-10-02", "2999-01", "x"])
def test_only_whole_past_months_are_published(town: Town, asked_for: str) -> None:
    answer = town.client.get("/public/data.json", params={"month": asked_for})
    assert answer.status_code == 422


def test_running_month_is_not_published(town: Town) -> None:
    this = str(month_of(now().astimezone(SHANGHAI).date()))
    assert town.client.get("/public/data.csv", params={"month": this}).status_code == 422


def test_page_describes_the_data(town: Town) -> None:
    page = town.client.get("/public/data")
    assert "/public/data.csv?month=" in page.text
