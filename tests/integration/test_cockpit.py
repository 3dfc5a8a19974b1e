"""The cockpit: three panels whose numbers equal their lists, for three roles."""

import re
import threading
from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import update

from backend.clock import SHANGHAI, now
from backend.jobs import rollups
from backend.models.cases import Case
from backend.models.staff import Role, StaffAccount
from backend.web.console.cockpit import MEASURES_LIFE, Months
from tests.support.desk import Desk
from tests.support.staff_app import OTHER_UNIT, UNIT, Town

Opened = Callable[[str], Desk]
LINK = re.compile(r'<a href="/console(/(?:cockpit/cases|measures/cases)\?[^"]+)">(\d+)</a>')
TOTAL = re.compile(r"<h1>[^<]*：(\d+) 件</h1>")


@pytest.fixture
def town(fresh_town: Town) -> Town:
    return fresh_town


@pytest.fixture
def filled(town: Town) -> Town:
    late = town.case("路灯坏了", unit=UNIT)
    town.case("夜里施工吵", unit=UNIT, location="西湖区文三路")
    town.case("占道经营", unit=OTHER_UNIT, location="上城区解放路")
    done = town.case("垃圾没清", unit=UNIT)
    town.case()
    town.do("handler", done, "accept")
    town.do("handler", done, "contact", text="打过电话了")
    town.do("handler", done, "resolve", outcome="solved", text="已经清走了，谢谢您。")
    town.rates(done, 5)
    yesterday = now() - timedelta(days=1)
    with town.database.begin() as session:
        changes = {"sign_by": yesterday, "resolve_by": yesterday, "respond_by": yesterday}
        session.execute(update(Case).where(Case.case_no == late).values(**changes))
    rollups.run(town.database, now())
    return town


@pytest.mark.parametrize("role", ["supervisor", "leader", "handler"])
def test_each_number_equals_its_list(filled: Town, desk: Opened, role: str) -> None:
    browser = desk(role)
    page = browser.get("/cockpit")
    assert page.status_code == 200
    links = LINK.findall(page.text)
    assert len(links) > 20
    for address, number in links:
        listed = browser.get(unescape(address))
        total = TOTAL.search(listed.text)
        assert total, address
        assert total[1] == number, address


def test_three_panels_and_their_tables(filled: Town, desk: Opened) -> None:
    page = desk("supervisor").get("/cockpit").text
    assert re.findall(r'<h2 id="\w+">([^<]+)</h2>', page) == ["总体运行", "政府侧", "社会侧"]
    assert page.count("<svg") == page.count("每天的数") == 1
    numbers = dict(re.findall(r"<dt>([^<]+)</dt><dd><a [^>]+>(\d+)</a>", page))
    assert (numbers["今日来件"], numbers["在办"], numbers["超时没签收"]) == ("5", "4", "1")
    assert "refresh" not in page


def test_old_measures_are_shown_while_renewed(filled: Town) -> None:
    months = Months(filled.database)
    begin = now()
    first, _ = months.of(None, begin)
    later = begin + MEASURES_LIFE
    if later.astimezone(SHANGHAI).month != begin.astimezone(SHANGHAI).month:
        pytest.skip("the month ends within minutes")
    shown, _ = months.of(None, later)
    assert shown.at == first.at
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and "_renew" in thread.name:
            thread.join(60)
    assert months.of(None, later)[0].at == later


def test_wall_screen_refreshes_itself(filled: Town, desk: Opened) -> None:
    assert 'http-equiv="refresh" content="60"' in desk("leader").get("/cockpit?wall=1").text


def test_campaigns_stand_on_the_cockpit(filled: Town, desk: Opened) -> None:
    today = now().astimezone(SHANGHAI).date()
    desk("leader").submit(
        "/campaigns", "/campaigns", title="路灯专项", purpose="都亮起来", unit=UNIT, target="90",
        first=str(today), due=str(today), words="路灯",
    )  # fmt: skip
    page = desk("leader").get("/cockpit").text
    address, shown = re.findall(r'href="/console(/campaigns/\d+/cases)">(\d+ / \d+)<', page)[0]
    assert shown == "0 / 1"
    assert "1 件" in desk("leader").get(address).text


def test_cockpit_of_an_empty_city(town: Town, desk: Opened) -> None:
    page = desk("supervisor").get("/cockpit")
    assert page.status_code == 200
    assert "这些天没有工单" in page.text


def test_leader_without_area_sees_own_units(filled: Town, desk: Opened) -> None:
    with filled.database.begin() as session:
        leader = session.query(StaffAccount).filter_by(username="leader").one()
        leader.unit_code = OTHER_UNIT
        assert leader.role == Role.LEADER
    page = desk("leader").get("/cockpit").text
    numbers = dict(re.findall(r"<dt>([^<]+)</dt><dd><a [^>]+>(\d+)</a>", page))
    assert numbers["在办"] == "1"


@pytest.mark.parametrize("query", ["number=nothing", "first=2026-13-01", "fist=2026-11-01", ""])
def test_bad_list_is_refused(town: Town, desk: Opened, query: str) -> None:
    assert desk("supervisor").get(f"/cockpit/cases?{query}").status_code == 422


def test_trend_of_a_channel_equals_its_lists(filled: Town, desk: Opened) -> None:
    browser = desk("supervisor")
    page = browser.get("/cockpit/trend?channel=web&weeks=4").text
    assert "每周的数" in page
    links = [link for link in LINK.findall(page) if link[1] != "0"]
    assert links
    for address, number in links:
        total = TOTAL.search(browser.get(unescape(address)).text)
        assert total
        assert total[1] == number, address
    assert "这些天没有工单" in browser.get("/cockpit/trend?channel=phone").text


@pytest.mark.parametrize("query", ["channel=pigeon", "weeks=0", "weeks=x", "district=1"])
def test_bad_trend_is_refused(town: Town, desk: Opened, query: str) -> None:
    assert desk("supervisor").get(f"/cockpit/trend?{query}").status_code == 422
