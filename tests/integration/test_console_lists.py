"""The console's lists: what is most urgent comes first, and a refused form loses nothing."""

from datetime import timedelta
from typing import Any

from sqlalchemy import update

from backend.clock import now
from backend.models.cases import Case
from tests.support.staff_app import UNIT, Town


def due(town: Town, case_no: str, **hours: float) -> None:
    """Deadlines so many hours from now."""
    at = {name: now() + timedelta(hours=it) for name, it in hours.items()}
    with town.database.begin() as session:
        session.execute(update(Case).where(Case.case_no == case_no).values(**at))


def test_earliest_signing_deadline_comes_first(town: Town, desk: Any) -> None:
    later, sooner = town.case(unit=UNIT), town.case(unit=UNIT)
    due(town, later, sign_by=20.5, respond_by=40, resolve_by=50)
    due(town, sooner, sign_by=-2.5, respond_by=40, resolve_by=90)
    html = desk("handler").get("/cases?tab=to-accept").text
    assert html.index(sooner) < html.index(later)
    assert '<strong class="late">签收超期 2 小时</strong>' in html
    assert '<strong class="soon">签收还剩 20 小时</strong>' in html


def test_what_is_on_hold_comes_last(town: Town, desk: Any) -> None:
    held, running = town.case(unit=UNIT), town.case(unit=UNIT)
    for case_no in (held, running):
        town.do("handler", case_no, "accept", text="打过电话")
    town.do("handler", held, "hold", reason="等配件")
    due(town, held, resolve_by=1)
    html = desk("handler").get("/cases?tab=in-hand").text
    assert html.index(running) < html.index(held)
    assert "办结还剩 " in html


def test_paged_list_states_its_total(town: Town, desk: Any) -> None:
    chat = town.conversation()
    for _ in range(51):
        town.case(conversation_id=chat)
    html = desk("dispatcher").get("/cases?tab=to-dispatch").text
    assert "共 51 件" in html
    assert "最急的在前" in html
    assert "第 1 页，共 2 页" in html


def test_failed_batch_keeps_the_ticked_cases(town: Town, desk: Any) -> None:
    one, other = town.case(), town.case()
    browser = desk("dispatcher")
    path = "/cases/dispatch-batch"
    nothing = browser.submit("/cases?tab=to-dispatch", path)
    assert nothing.status_code == 400
    assert "请先勾选工单" in nothing.text
    typed = {f"pick:{one}": "1", "unit_asked": "综合行政执法"}
    several = browser.submit("/cases?tab=to-dispatch", path, **typed)
    assert "不止一家" in several.text
    assert f'name="pick:{one}" value="1" checked' in several.text
    assert f'name="pick:{other}" value="1" checked' not in several.text
    assert 'value="综合行政执法"' in several.text


def test_handler_sees_no_dispatcher_filters(town: Town, desk: Any) -> None:
    assert "tab=to-dispatch" not in desk("handler").get("/cases").text
    assert "tab=to-dispatch" in desk("dispatcher").get("/cases").text


def test_failed_draw_keeps_its_input(town: Town, desk: Any) -> None:
    typed = {
        "title": "十月评议",
        "period": "去年",
        "each": "1",
        "seed": "123456",
        "seed_from": "彩票",
    }
    page = desk("supervisor").submit("/reviews", "/reviews", **typed)
    assert page.status_code in {400, 422}
    assert "统计期写成" in page.text
    assert 'value="十月评议"' in page.text
