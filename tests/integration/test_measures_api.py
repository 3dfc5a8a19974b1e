"""Measures, boards, sheets and lists as programs and clerks ask for them."""

import csv
import io
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from backend.database import Database
from backend.models.staff import Role
from backend.models.units import Unit
from backend.simulation.filled_month import fill
from tests.support.desk import Desk
from tests.support.staff_app import OTHER_UNIT, UNIT, Town, town_hall_over, town_of
from tests.support.stages import dispatched, returned

SEPTEMBER = {"period": "2026-09"}
DISTRICT = "330106"


@pytest.fixture
def busy(town: Town, database: Database) -> Town:
    """A town with a September behind it, in which each unit had a few cases."""
    with database.begin() as session:
        fill(session, 1500)
    return town


def test_each_rate_says_what_it_is_made_of(busy: Town) -> None:
    result = busy.get("supervisor", "/measures", **SEPTEMBER, group="tier").json()
    assert result["period"] == "2026-09"
    assert result["version"] == "2026-11"
    assert result["approved"][0]["by"]
    assert result["scope"] == "全市"
    [rules] = busy.get("handler", "/measures/versions").json()["versions"]
    assert (rules["version"], rules["efficiency"]["on_time"]) == ("2026-11", 20)
    assert "Wilson" in result["interval"]
    rates = ("on_time", "response", "resolution", "satisfaction", "reopened")
    for line in (*result["lines"], result["whole"]):
        for name in rates:
            rate = line[name]
            assert 0 <= rate["numerator"] <= rate["denominator"]
            if rate["denominator"]:
                low, high = rate["interval"]
                assert 0 <= low <= rate["rate"] <= high <= 1
    for name in rates:
        whole = result["whole"][name]
        assert whole["denominator"] == sum(line[name]["denominator"] for line in result["lines"])
    labels = {line["key"]["tier"]["label"] for line in result["lines"]}
    assert "镇街" in labels


NOT_TO_BE_ASKED = (
    ({"period": "十一月"}, "统计期写成"),
    ({"period": "2026-11..2026-10"}, "从早到晚"),
    ({"group": "colour"}, "不能按“colour”分"),
    ({"group": "unit,kind,channel"}, "最多按 2 项"),
    ({"kind": "rant"}, "诉求类型里没有“rant”"),
    ({"unit": "nobody"}, "承办单位里没有"),
    ({"district": "999999"}, "区县里没有"),
    ({"version": "1999"}, "有的是：2026-11"),
    ({"distict": DISTRICT}, "不认识“distict”"),
    ({"month": "2026-09"}, "不认识“month”"),
)


def test_what_cannot_be_asked_is_refused_with_words(town: Town) -> None:
    for question, problem in NOT_TO_BE_ASKED:
        for path in ("/measures", "/boards", "/measures/sheet", "/measures/cases"):
            answer = town.get("admin", path, **question)
            assert answer.status_code == 422, (path, question)
            assert problem in answer.json()["error"]
    assert town.get("admin", "/measures/cases", number="luck").status_code == 422
    assert town.get("admin", "/measures/sheet", format="pdf").status_code == 422
    for path in ("/measures", "/measures/versions", "/boards"):
        assert town.client.get(f"/api/v1{path}").status_code == 401


def test_who_sees_how_much(busy: Town) -> None:
    busy.hire("chief", Role.LEADER, f"{DISTRICT}-government")
    sees: dict[str, Any] = {
        name: busy.get(name, "/measures", **SEPTEMBER, group="unit").json()
        for name in ("handler", "chief", "admin")
    }
    units = {
        name: {line["key"]["unit"]["code"] for line in result["lines"]}
        for name, result in sees.items()
    }
    assert units["handler"] == {UNIT}
    assert UNIT in units["chief"]
    assert OTHER_UNIT not in units["chief"]
    assert units["chief"] < units["admin"]
    assert sees["handler"]["city_satisfaction"] == sees["admin"]["city_satisfaction"]
    others = busy.get("handler", "/measures", **SEPTEMBER, unit=OTHER_UNIT).json()
    assert others["whole"]["on_time"]["denominator"] == 0


def test_list_length_equals_the_reported_number(busy: Town) -> None:
    question = SEPTEMBER | {"unit": UNIT}
    line = busy.get("handler", "/measures", **question).json()["whole"]
    for number, expected in (
        ("due", line["on_time"]["denominator"]),
        ("late", line["on_time"]["denominator"] - line["on_time"]["numerator"]),
        ("unanswered", line["satisfaction"]["no_answer"]),
        ("dispatched", line["buck_passing"]["dispatched"]),
        ("refused_returns", line["buck_passing"]["refused_returns"]),
    ):
        result = busy.get("handler", "/measures/cases", **question, number=number).json()
        assert result["total"] == expected, number
        assert len(result["cases"]) == expected - result["elsewhere"]


def test_boards_leave_out_who_had_few_cases(busy: Town, database: Database) -> None:
    result = busy.get("admin", "/boards", **SEPTEMBER).json()
    assert result["red"] == result["black"] == result["progress"] == []
    assert result["buck_passing"] == []
    assert result["unranked"] > 600
    assert result["thresholds"]["rank_from"] == 20
    with database.begin() as session:  # all of it goes to three units
        session.connection().exec_driver_sql(
            "UPDATE cases SET unit_code = CASE WHEN mod(id, 3) = 0 THEN %s ELSE %s END",
            (UNIT, OTHER_UNIT),
        )
        session.connection().exec_driver_sql(
            "UPDATE case_events SET unit_code = 'HZ-housing', details = details ||"
            " CASE WHEN action = 'dispatch' THEN jsonb_build_object('unit', 'HZ-housing')"
            " ELSE '{}' END"
        )
        session.connection().exec_driver_sql(
            "UPDATE case_events SET details = details ||"
            " jsonb_build_object('returned_by', 'HZ-housing', 'charged', 'unit', 'number', 2)"
            " WHERE details ? 'charged'"
        )
    result = busy.get("admin", "/boards", **SEPTEMBER).json()
    placed = result["red"] + result["black"]
    assert all(place["line"]["ranked"] for place in placed)
    assert result["unranked"] == 1  # it was sent all of it, and has none of it now
    worst = result["buck_passing"][0]
    assert worst["unit"]["code"] == "HZ-housing"
    assert worst["value"] == pytest.approx(11, abs=0.5)  # 5 in 100, twice over, and hours


def test_both_sheet_formats_are_equal_and_safe(own_database: Database, tmp_path: Path) -> None:
    with own_database.begin() as session:
        session.get_one(Unit, UNIT).name = '=HYPERLINK("http://x")'
        fill(session, 1500)
    with town_hall_over(own_database, tmp_path) as hall, town_of(hall) as town:
        response = town.get("admin", "/measures/sheet", **SEPTEMBER)
        assert response.headers["content-type"].startswith("text/csv")
        assert "minhu-2026-09-2026-11.csv" in response.headers["content-disposition"]
        rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
        mine = next(row for row in rows if row[0] == UNIT)
        assert mine[1] == '\'=HYPERLINK("http://x")'
        assert {row[3] for row in rows[1:]} == {"2026-11"}
        book = load_workbook(
            io.BytesIO(town.get("admin", "/measures/sheet", **SEPTEMBER, format="xlsx").content)
        )
        sheet = list(book["单位成绩"].iter_rows(values_only=True))
        assert list(sheet[0]) == rows[0]
        assert len(sheet) == len(rows)
        assert all(cell.data_type != "f" for row in book["单位成绩"] for cell in row)
        assert ("版本", "2026-11") in list(book["测评办法"].iter_rows(values_only=True))
        assert town.get("admin", "/measures/sheet", format="pdf").status_code == 422


# At the console


def test_every_number_opens_its_list(busy: Town, desk: Callable[[str], Desk]) -> None:
    at = desk("handler")
    page = at.get("/measures?period=2026-09").text
    assert "没有评价的另列" in page
    links = {unescape(link) for link in re.findall(r'href="/console(/measures/cases[^"]+)"', page)}
    assert len(links) > 10
    for link in links:
        number = re.search(rf'href="[^"]*{re.escape(link).replace("&", "&amp;")}">([\d.]+)', page)
        opened = at.get(link)
        assert opened.status_code == 200, link
        if number and "." not in number[1]:
            assert f"工单：{number[1]} 件" in opened.text, link
    for form in ("csv", "xlsx"):
        assert at.get(f"/measures/sheet?period=2026-09&format={form}").status_code == 200
    for group in ("district", "month", "domain", "channel", "tier,kind"):
        assert at.get(f"/measures?period=2026-09&group={group}").status_code == 200
    assert "三榜" in at.get("/boards?period=2026-09").text
    refused = at.get("/measures?period=soon")
    assert refused.status_code == 422
    assert "统计期写成" in refused.text


def test_case_out_of_sight_is_counted_but_hidden(town: Town, desk: Callable[[str], Desk]) -> None:
    unmoved, moved = dispatched(town), returned(town)
    town.do("dispatcher", moved, "dispatch", unit=OTHER_UNIT)
    with town.database.begin() as session:
        session.connection().exec_driver_sql(
            "UPDATE cases SET first_contact_owner = unit_code"  # else they still answer for it
        )
    page = desk("handler").get("/measures/cases?number=dispatched").text
    assert "派给单位的工单：2 件" in page
    assert "1 件现在不在您能看的范围里" in page
    assert unmoved in page
    assert moved not in page


def test_public_board_shows_no_texts_or_small_units(busy: Town) -> None:
    page = busy.client.get("/public/boards")
    assert page.status_code == 200
    assert "推诿指数" in page.text
    assert "路灯" not in page.text
    assert "/console/cases" not in page.text
