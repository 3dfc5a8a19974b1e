"""The console in a real browser: the day's work by clicking, and pages that everybody can use."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select, update

from backend.clock import now
from backend.models.cases import Case
from backend.models.residents import Resident
from backend.simulation.filled_month import fill
from tests.e2e.conftest import LONG_MS
from tests.support.staff_app import OTHER_UNIT, PASSWORD, UNIT, Town

pytestmark = pytest.mark.browser

WIDTHS = {"desktop": 1280, "phone": 390, "small phone": 320}
PHOTO = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154"
    "789c63606060f80f00010401005f8f7b4e0000000049454e44ae426082"
)


@pytest.fixture
def open_page(town: Town, chromium: Browser) -> Iterator[Any]:
    contexts = []

    def opened(**options: Any) -> Page:
        context = chromium.new_context(
            base_url=str(town.client.base_url), locale="zh-CN", **options
        )
        context.set_default_timeout(LONG_MS)
        contexts.append(context)
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()


def sign_in(page: Page, username: str) -> None:
    page.goto("/console")
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("button", name="退出")).to_be_visible()


def test_clicking_dispatches_accepts_and_resolves_a_case(town: Town, open_page: Any) -> None:
    case_no = town.case("五号楼前的路灯不亮", location=None)
    with town.database.begin() as session:
        session.execute(update(Case).values(status="registered", unit_code=None))
    page = open_page()
    sign_in(page, "dispatcher")
    page.get_by_role("link", name="五号楼前的路灯不亮").click()
    page.get_by_label("派给").fill("综合行政执法")
    page.get_by_role("button", name="派单").click()
    expect(page.get_by_role("alert")).to_contain_text("不止一家")
    page.get_by_label("西湖区综合行政执法局").check()
    page.get_by_role("button", name="派单").click()
    expect(page.get_by_role("status")).to_contain_text("“派单”已完成")
    page.get_by_role("button", name="退出").click()

    sign_in(page, "handler")
    page.get_by_role("link", name=case_no).click()
    page.get_by_role("button", name="签收").click()
    expect(page.get_by_role("status")).to_contain_text("“签收”已完成")
    page.get_by_label("已解决").check()
    page.get_by_label("给市民的答复").fill("路灯换了新灯泡")
    page.get_by_role("button", name="办结").click()
    expect(page.get_by_role("status")).to_contain_text("“办结”已完成")
    expect(page.locator("h1")).to_contain_text("已办结，待评价")
    expect(page.locator(".timeline")).to_contain_text("路灯换了新灯泡")


def test_clicking_claims_and_answers_a_live_chat(town: Town, open_page: Any) -> None:
    chat = town.conversation()
    town.says(chat, "我要找人工", photo=PHOTO)
    town.queue(chat)
    page = open_page()
    sign_in(page, "dispatcher")
    page.get_by_role("link", name="等候的会话").click()
    expect(page.get_by_role("main")).to_contain_text("我要找人工")
    page.get_by_role("button", name="接起").click()
    expect(page.get_by_role("log")).to_contain_text("由我来跟您说。")
    expect(page.get_by_role("img")).to_have_js_property("naturalWidth", 1)

    page.get_by_label("回复市民").fill("您请说")
    page.get_by_role("button", name="发送").click()
    expect(page.get_by_role("log")).to_contain_text("您请说")
    page.get_by_label("回复市民").fill("还没写完的话")
    town.says(chat, "楼下路灯坏了")  # comes in by itself; what is being written stays
    expect(page.get_by_role("log")).to_contain_text("楼下路灯坏了")
    expect(page.get_by_label("回复市民")).to_have_value("还没写完的话")
    page.get_by_role("button", name="结束").click()
    expect(page.get_by_role("status")).to_contain_text("已结束")
    assert ("staff", "您请说") in town.replies(chat)


def test_everything_works_without_javascript(town: Town, open_page: Any) -> None:
    case_no, chat = town.case(unit=UNIT), town.conversation()
    town.queue(chat)
    page = open_page(java_script_enabled=False)
    sign_in(page, "admin")
    page.goto(f"/console/cases/{case_no}")
    page.get_by_role("button", name="签收").click()
    expect(page.get_by_role("status")).to_contain_text("“签收”已完成")
    page.get_by_role("link", name="等候的会话").click()
    page.get_by_role("button", name="接起").click()
    page.get_by_label("回复市民").fill("您请说")
    page.get_by_role("button", name="发送").click()
    town.says(chat, "路灯坏了")
    page.get_by_label("回复市民").fill("还没写完")
    page.get_by_role("button", name="看新消息").click()
    expect(page.get_by_label("回复市民")).to_have_value("还没写完")
    expect(page.get_by_role("log")).to_contain_text("路灯坏了")


def test_the_keyboard_is_enough(town: Town, open_page: Any) -> None:
    case_no = town.case(unit=UNIT)
    page = open_page()
    sign_in(page, "handler")
    page.goto(f"/console/cases/{case_no}")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到正文")).to_be_focused()
    page.keyboard.press("Enter")
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()") == "签收":
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("“签收”已完成")


# What can be told by measuring: names, sizes, contrast, and that nothing sticks out.
MEASURE = """() => {
  const wrong = [];
  const says = (element) => element.outerHTML.slice(0, 80);
  const rgb = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
    .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const colour = rgb(getComputedStyle(e).backgroundColor);
      if (colour.length === 3 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  for (const field of document.querySelectorAll("input:not([type=hidden]), textarea, select"))
    if (!field.labels.length) wrong.push("no label: " + says(field));
  for (const image of document.images) if (!image.alt) wrong.push("no words: " + says(image));
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    if (!texts.currentNode.data.trim() || !element.checkVisibility()) continue;
    if (element.closest(".off-screen, .skip, script")) continue;
    const style = getComputedStyle(element);
    if (parseFloat(style.fontSize) < 16) wrong.push("small: " + says(element));
    const pair = [light(rgb(style.color)), light(behind(element))].sort((a, b) => b - a);
    if ((pair[0] + 0.05) / (pair[1] + 0.05) < 4.5) wrong.push("pale: " + says(element));
  }
  const ids = [...document.querySelectorAll("[id]")].map((e) => e.id);
  if (new Set(ids).size !== ids.length) wrong.push("an id twice");
  if (document.querySelectorAll("h1").length !== 1) wrong.push("not one h1");
  const boxes = [...document.querySelectorAll(".case section, .case aside")].map((e) =>
    [e.getAttribute("aria-labelledby"), e.getBoundingClientRect()]);
  for (const [one, a] of boxes) for (const [other, b] of boxes)
    if (a !== b && a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1
        && b.top < a.bottom - 1)
      wrong.push(`${one} lies over ${other}`);
  if (document.documentElement.scrollWidth > innerWidth) wrong.push("sticks out");
  return wrong;
}"""


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS.keys())
def test_pages_are_readable_for_everybody(town: Town, open_page: Any, width: int) -> None:
    chat = town.conversation()
    town.says(chat, "路灯坏了，" + "很久没有人修，" * 20, photo=PHOTO)
    late, new = town.case(conversation_id=chat, unit=UNIT), town.case(location=None)
    with town.database.begin() as session:
        session.execute(update(Case).where(Case.case_no == late).values(resolve_by=now()))
        session.execute(update(Resident).values(phone="13812345678"))
    together = town.case(unit=UNIT)
    town.do("handler", together, "accept")
    town.do("handler", together, "add_task", unit=OTHER_UNIT, text="查一下谁家的灯")
    town.queue(chat, "紧急：燃气泄漏")
    town.post("admin", f"/conversations/{chat}/claim")
    town.queue(town.conversation(), "小呼没听懂")
    page = open_page(viewport={"width": width, "height": 844})
    page.goto("/console/sign-in")
    assert page.evaluate(MEASURE) == []
    sign_in(page, "admin")
    cases = [f"/cases/{case_no}" for case_no in (late, new, together)]
    for path in ("/cases?tab=to-accept", "/cases?tab=all&q=x", *cases,
                 "/conversations", f"/conversations/{chat}", "/nowhere"):  # fmt: skip
        page.goto(f"/console{path}")
        page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
        assert page.evaluate(MEASURE) == [], path


@pytest.mark.parametrize("width", [1280, 320])
def test_clicking_checks_sends_and_recalls_a_batch(town: Town, open_page: Any, width: int) -> None:
    first, second = town.case(), town.case()
    types = [{"code": "urban_management", "score": 0.6}, {"code": "ecology", "score": 0.3}]
    with town.database.begin() as session:
        for case in session.scalars(select(Case)):
            case.routing = {**case.routing, "unit_types": types}
    page = open_page(viewport={"width": width, "height": 844})
    sign_in(page, "dispatcher")
    for case_no in (first, second):
        page.get_by_label(f"选 {case_no}").check()
    page.get_by_role("button", name="看派单表").click()
    assert page.evaluate(MEASURE) == []
    page.get_by_label(f"{second} 派给").fill("上城区综合行政执法局")
    page.get_by_role("button", name="派出去").click()
    expect(page.get_by_role("main")).to_contain_text("2 件派出去了")
    assert page.evaluate(MEASURE) == []
    page.goto(f"/console/cases/{second}")
    assert page.evaluate(MEASURE) == []
    page.get_by_role("button", name="改派到杭州市生态环境局西湖分局").click()
    expect(page.get_by_role("status")).to_contain_text("“撤回派单”已完成")
    page.go_back()
    page.go_back()
    page.get_by_role("button", name="撤回这一批").click()
    expect(page.get_by_role("main")).to_contain_text("0 件派出去了")
    assert page.evaluate(MEASURE) == []


MEASURES = (
    "/console/measures?period=2026-09",
    "/console/measures?period=2026-09&group=tier,kind",
    "/console/measures/cases?period=2026-09&number=due",
    "/console/boards?period=2026-09",
    "/console/reviews",
    "/public/boards",
    "/public/reviews",
    "/public/panel",
    "/public/campaigns",
    "/console/campaigns",
    "/public/consultations",
    "/console/consultations",
    "/console/briefs",
    "/console/problems",
)


@pytest.mark.parametrize("width", [1280, 320])
def test_measures_are_readable_for_everybody(town: Town, open_page: Any, width: int) -> None:
    with town.database.begin() as session:
        fill(session, 300)
    page = open_page(viewport={"width": width, "height": 844})
    sign_in(page, "supervisor")
    for path in MEASURES:
        page.goto(path)
        page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
        assert page.evaluate(MEASURE) == [], path
