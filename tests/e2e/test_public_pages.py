"""Public pages in a real browser, in the largest type of a small phone; they have no scripts."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from backend.case_codes import codes
from backend.cases import queries
from backend.clock import SHANGHAI, now
from backend.consultations import service as consultations
from tests.e2e.conftest import LONG_MS
from tests.e2e.test_console_pages import MEASURE
from tests.support.staff_app import UNIT, Town

pytestmark = pytest.mark.browser

LARGEST = "html { font-size: 200%; }"


@pytest.fixture
def small_page(town: Town, chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(
        base_url=str(town.client.base_url),
        locale="zh-CN",
        viewport={"width": 320, "height": 568},
    )
    context.set_default_timeout(LONG_MS)
    yield context.new_page()
    context.close()


def assert_readable(page: Page) -> None:
    """As it is, and in the largest type."""
    assert page.evaluate(MEASURE) == [], page.url
    page.add_style_tag(content=LARGEST)
    assert page.evaluate(MEASURE) == [], page.url


def test_own_case_is_shown_and_rated(town: Town, small_page: Page) -> None:
    case_no = town.case("路灯不亮", unit=UNIT)
    town.do("handler", case_no, "accept")
    town.do("handler", case_no, "resolve", outcome="solved", text="换了新灯" * 40)
    with town.database.begin() as session:
        code = codes.make(session, queries.by_number(session, case_no), now=now())
    small_page.goto("/public/case")
    assert_readable(small_page)
    small_page.get_by_label("编号").fill(case_no)
    small_page.get_by_label("查询码").fill("0000 0000")
    small_page.get_by_role("button", name="查").click()
    expect(small_page.get_by_role("alert")).to_contain_text("编号或查询码不对")
    assert_readable(small_page)
    small_page.get_by_label("查询码").fill(code)
    small_page.get_by_role("button", name="查").click()
    expect(small_page.get_by_role("heading", level=1)).to_have_text("已办结，待评价")
    assert_readable(small_page)
    small_page.get_by_label("满意", exact=True).check()
    small_page.get_by_role("button", name="交评价").click()
    expect(small_page.get_by_role("status")).to_contain_text("谢谢您的评价")
    assert_readable(small_page)


def test_one_voice_is_given_on_the_page(town: Town, small_page: Page) -> None:
    case_no = town.case("路灯不亮")
    last_day = now().astimezone(SHANGHAI).date() + timedelta(days=9)
    with town.database.begin() as session:
        code = codes.make(session, queries.by_number(session, case_no), now=now())
        consultations.create(
            session, title="菜场几点开门", body="六点还是七点？", choices="六点\n七点",
            takes_words=True, last_day=str(last_day), by="测试", now=now(),
        )  # fmt: skip
    small_page.goto("/public/consultations")
    assert_readable(small_page)
    small_page.get_by_role("link", name="菜场几点开门").click()
    assert_readable(small_page)
    small_page.get_by_label("七点").check()
    small_page.get_by_label("编号").fill(case_no)
    small_page.get_by_label("查询码").fill(code)
    small_page.get_by_role("button", name="交", exact=True).click()
    expect(small_page.get_by_role("status")).to_contain_text("记下了")
    assert_readable(small_page)
