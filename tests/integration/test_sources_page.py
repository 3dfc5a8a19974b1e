"""「来源」 at the console: each number opens what is behind it (S60)."""

from collections.abc import Callable

from backend.database import Database
from tests.support.desk import Desk
from tests.support.sources_desk import FORUM, HOTLINE, a_closed_row, a_key, a_row, push
from tests.support.staff_app import Town


def test_each_number_opens_the_list_behind_it(
    town: Town, database: Database, desk: Callable[[str], Desk]
) -> None:
    rows = [a_row("RX1"), a_closed_row("RX2"), a_row("RX3<b>", 受理时间="上周"), a_row("RX1")]
    push(town.client, a_key(database), rows)
    town.case("小区门口的路灯坏了")
    at = desk("supervisor")
    page = at.get("/sources").text
    assert "12345市长热线" in page
    assert page.count("还没接通") == 9
    steps = at.get(f"/cases?tab=all&source={HOTLINE}").text
    assert steps.count('role="rowheader"') == 2
    assert "来源：12345市长热线" in steps
    rejects = at.get(f"/sources/{HOTLINE}/rejects").text
    assert "没收下的（1）" in rejects
    assert "RX3&lt;b&gt;" in rejects
    assert "时间看不懂" in rejects
    assert at.get("/cases?tab=all&channel=web").text.count('role="rowheader"') == 1
    assert "没有。" in at.get(f"/sources/{FORUM}/rejects").text


def test_a_case_shows_where_it_came_from(
    town: Town, database: Database, desk: Callable[[str], Desk]
) -> None:
    row = a_closed_row("RX2", 来电人="陈女士", 来电号码="13800000001")
    case_no = push(town.client, a_key(database), row).json()["case_no"]
    page = desk("dispatcher").get(f"/cases/{case_no}").text
    assert "12345市长热线，原编号 RX2" in page
    assert "满意度：满意" in page
    assert "陈女士" in page
    seen_by_others = desk("leader").get(f"/cases/{case_no}").text
    assert "陈女士" not in seen_by_others
    assert "13800000001" not in seen_by_others
    assert "原编号 RX2" in desk("dispatcher").get("/cases?q=RX2").text or case_no in page


def test_who_may_not_and_what_is_not_there(desk: Callable[[str], Desk]) -> None:
    assert desk("handler").get("/sources").status_code == 403
    assert desk("handler").get(f"/sources/{HOTLINE}/rejects").status_code == 403
    assert desk("admin").get("/sources/nobody/rejects").status_code == 404
    assert "/console/sources" not in desk("handler").get("/cases").text
