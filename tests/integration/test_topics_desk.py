"""The board of topics on the console and over the API, for three roles."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import update

from backend.clock import now
from backend.models.cases import Case
from backend.topics.index import run_fully
from tests.support.desk import Desk
from tests.support.staff_app import OTHER_UNIT, UNIT, Town

PIPE = (
    "翠苑三区停水了，一滴水都没有，打13812345678",
    "文一路水管爆了，翠苑三区没水用",
    "翠苑三区什么时候来水？水管还没抢修好吗",
)
NOISE = ("采荷新村楼下烧烤摊半夜吵得睡不着", "采荷新村夜里烧烤摊划拳喊叫，孩子没法睡")

Opened = Callable[[str], Desk]


@pytest.fixture
def filled(town: Town) -> Town:
    for text in PIPE:
        town.case(text, unit=UNIT, location="翠苑三区")
    for text in NOISE:
        town.case(text, unit=OTHER_UNIT, location="采荷新村")
    with town.database.begin() as session:
        session.execute(update(Case).values(wording=None))
    run_fully(town.database, None, now() + timedelta(minutes=1))
    return town


def topic_ids(desk: Desk) -> list[str]:
    return re.findall(r'<th scope="row"><a href="/console/topics/(\d+)"', desk.get("/topics").text)


def test_board_shows_topics_of_visible_cases_only(filled: Town, desk: Opened) -> None:
    assert len(topic_ids(desk("supervisor"))) == 2
    assert len(topic_ids(desk("handler"))) == 1
    page = desk("supervisor").get("/topics").text
    assert "13812345678" not in page
    board = filled.get("other_handler", "/topics").json()["topics"]
    assert [(topic["cases"], topic["people"]) for topic in board] == [(2, 2)]


@pytest.mark.parametrize("role", ["supervisor", "leader", "handler"])
def test_each_number_equals_its_list(filled: Town, role: str) -> None:
    for topic in filled.get(role, "/topics").json()["topics"]:
        listed = filled.get(role, f"/topics/{topic['id']}/cases").json()
        assert topic["cases"] == len(listed["cases"]) + listed["elsewhere"] == listed["total"]


def test_invisible_topic_is_not_found(filled: Town, desk: Opened) -> None:
    both = set(topic_ids(desk("supervisor")))
    [own] = topic_ids(desk("handler"))
    [other] = both - {own}
    assert desk("handler").get(f"/topics/{other}").status_code == 404
    assert desk("handler").get(f"/topics/{own}").status_code == 200
    assert filled.get("handler", f"/topics/{other}/cases").json()["cases"] == []


def test_people_merge_rename_and_dismiss(filled: Town, desk: Opened) -> None:
    she = desk("supervisor")
    first, second = topic_ids(she)
    page = she.submit(f"/topics/{first}", f"/topics/{first}/merge", other=second)
    assert "5 件，5 人" in page.text
    page = she.submit(f"/topics/{first}", f"/topics/{first}/rename", title="翠苑停水")
    assert "翠苑停水" in page.text
    she.submit(f"/topics/{first}", f"/topics/{first}/dismiss")
    assert topic_ids(she) == []
    assert "翠苑停水" in she.get("/topics?dismissed=true").text


def test_people_split_ticked_cases(filled: Town, desk: Opened) -> None:
    she = desk("dispatcher")
    largest = max(topic_ids(she), key=lambda t: she.get(f"/topics/{t}").text.count("case-"))
    ticks = re.findall(r'name="(case-\w+)"', she.get(f"/topics/{largest}").text)
    all_ticked = dict.fromkeys(ticks, "on")
    refused = she.submit(f"/topics/{largest}", f"/topics/{largest}/split", **all_ticked)
    assert refused.status_code == 400
    she.submit(f"/topics/{largest}", f"/topics/{largest}/split", **{ticks[0]: "on"})
    assert "2 件，2 人" in she.get(f"/topics/{largest}").text


def test_handler_may_not_edit_topics(filled: Town, desk: Opened) -> None:
    [own] = topic_ids(desk("handler"))
    page = desk("handler").get(f"/topics/{own}").text
    assert "合并" not in page
    token = re.findall(r'name="form_token" value="([^"]*)"', page)[0]
    answer = desk("handler").post(f"/topics/{own}/dismiss", data={"form_token": token})
    assert answer.status_code == 403
    assert (
        desk("supervisor").submit(f"/topics/{own}", f"/topics/{own}/merge", other="x").status_code
        == 400
    )
    assert (
        desk("supervisor")
        .submit(f"/topics/{own}", f"/topics/{own}/merge", other="99999")
        .status_code
        == 404
    )


def test_board_is_computed_again_under_any_version(filled: Town, desk: Opened) -> None:
    with filled.database.begin() as session:
        session.execute(update(Case).values(domain="民政"))
    browser = desk("supervisor")

    def heat_under(version: str) -> float:
        page = browser.get(f"/topics?version={version}").text
        return float(re.findall(r'<span class="share">(\d+)</span>', page)[0])

    assert heat_under("2026-12") == pytest.approx(heat_under("2026-11") * 1.2, abs=1)
    assert browser.get("/topics?version=1999").status_code == 422
