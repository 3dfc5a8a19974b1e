"""The console for everybody: axe-core on each page of each role, and the keys without a mouse."""

from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from backend.clock import now
from backend.knowledge.editing import read_content, save_draft, submit, today_of
from backend.knowledge.service import keep_unanswered
from backend.models.knowledge import ArticleRow
from backend.models.staff import Role
from backend.staff.accounts import account_named
from tests.e2e.conftest import LONG_MS
from tests.support.staff_app import UNIT, Town

pytestmark = pytest.mark.browser

WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
OPEN_ALL = "document.querySelectorAll('details').forEach((one) => { one.open = true; })"
STICKS_OUT = "document.documentElement.scrollWidth > innerWidth"
PAGES_OF = {
    Role.DISPATCHER: ("/cases?tab=to-dispatch", "/new-case"),
    Role.HANDLER: ("/cases?tab=to-accept",),
    Role.SUPERVISOR: ("/cases?tab=approvals",),
    Role.LEADER: ("/cases?tab=late",),
    Role.ADMIN: (
        "/cases?tab=all&kind=report",
        "/cases/print?tab=all",
        "/cases/{0}/beside?other={1}",
    ),
}

CITY_PAGES = (
    "/conversations", "/low-ratings", "/sources", "/api", "/cockpit", "/measures",
    "/boards", "/reviews", "/topics", "/alerts", "/briefs", "/problems", "/campaigns",
    "/consultations", "/cockpit/trend",
)  # fmt: skip
OFFICE_PAGES = {
    Role.SUPERVISOR: ("/knowledge/annual-leave",),
    Role.ADMIN: (
        "/knowledge",
        "/knowledge/unanswered",
        "/knowledge/new",
        "/knowledge/annual-leave",
        "/admin/accounts",
        "/admin/audit",
        "/admin/settings",
        "/admin/units",
        "/admin/hours",
        "/admin/replies",
        "/admin/power-list",
        "/admin/models",
        "/account",
    ),
}


@pytest.fixture
def signed_in(town: Town, chromium: Browser) -> Iterator[Callable[[str, int], Page]]:
    contexts: list[BrowserContext] = []

    def opened(username: str, width: int) -> Page:
        base = str(town.client.base_url)
        context = chromium.new_context(
            base_url=base, locale="zh-CN", viewport={"width": width, "height": 844}
        )
        context.set_default_timeout(LONG_MS)
        cookie = {"name": "minhu_staff", "value": town.token(username), "path": "/console"}
        context.add_cookies([{**cookie, "domain": urlsplit(base).hostname}])  # type: ignore[typeddict-item]
        contexts.append(context)
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def cases(town: Town) -> list[str]:
    numbers = [town.case("楼下路灯坏了三天", unit=UNIT) for _ in range(3)]
    town.do("handler", numbers[0], "accept")
    town.do("supervisor", numbers[0], "supervise", reason="快到期了")
    numbers.append(town.case())
    town.queue(town.conversation(), "紧急：燃气泄漏")
    return numbers


@pytest.fixture
def article(town: Town) -> None:
    """An article with an edit in review, and a question that none answers."""
    with town.database.begin() as session:
        writer = account_named(session, "dispatcher")
        row = session.get_one(ArticleRow, "annual-leave")
        text = {"title": "年休假", "domain": "人社", "body": "改过的正文", "questions": "年假几天"}
        content = read_content(text, today_of(now()))
        save_draft(session, writer, row, content, now=now())
        submit(session, writer, row)
        keep_unanswered(session, "共享雨伞还到哪里", None, now=now())


@pytest.mark.parametrize("width", [1280, 320])
def test_no_page_breaks_wcag(
    signed_in: Callable[[str, int], Page], cases: list[str], width: int
) -> None:
    axe, faults = Axe(), []
    for role, paths in PAGES_OF.items():
        page = signed_in(role, width)
        for path in (*paths, f"/cases/{cases[0]}"):
            page.goto(f"/console{path.format(*cases)}")
            faults += [(role, path, *fault) for fault in faults_of(page, axe)]
    assert faults == []


def faults_of(page: Page, axe: Axe) -> list[tuple[str, list[str]]]:
    """What axe-core finds on the open page, and whether it is wider than the screen."""
    page.evaluate(OPEN_ALL)
    broken = [
        (one["id"], [node["html"][:160] for node in one["nodes"]][:3])
        for one in axe.run(page, options=WCAG).response["violations"]
    ]
    return [*broken, ("sticks out", [])] if page.evaluate(STICKS_OUT) else broken


@pytest.mark.usefixtures("article")
def test_knowledge_and_admin_break_no_wcag(signed_in: Callable[[str, int], Page]) -> None:
    axe, faults = Axe(), []
    for role, paths in OFFICE_PAGES.items():
        page = signed_in(role, 1280)
        for path in paths:
            for width in (1280, 320):
                page.set_viewport_size({"width": width, "height": 844})
                if width == 1280:
                    page.goto(f"/console{path}")
                faults += [(role, path, width, *fault) for fault in faults_of(page, axe)]
    assert faults == []


@pytest.mark.usefixtures("cases")
def test_city_pages_break_no_wcag(signed_in: Callable[[str, int], Page], town: Town) -> None:
    axe, faults = Axe(), []
    chat = town.conversation()
    town.says(chat, "路灯坏了")
    town.post("admin", f"/conversations/{chat}/claim")
    town.post("admin", f"/conversations/{chat}/reply", {"text": "在哪里"})
    page = signed_in(Role.ADMIN, 1280)
    for path in (*CITY_PAGES, f"/conversations/{chat}"):
        for width in (1280, 320):
            page.set_viewport_size({"width": width, "height": 844})
            if width == 1280:
                answer = page.goto(f"/console{path}")
                assert answer is not None
                assert answer.status == 200, path
            faults += [(path, width, *fault) for fault in faults_of(page, axe)]
    assert faults == []


def test_what_is_wrong_takes_the_focus(
    signed_in: Callable[[str, int], Page], cases: list[str]
) -> None:
    axe, page = Axe(), signed_in("handler", 1280)
    page.goto(f"/console/cases/{cases[0]}")
    page.locator("#step-hold summary").click()
    page.locator("#hold-reason").fill(" ")
    page.locator("#step-hold button").click()
    field = page.locator("#hold-reason")
    expect(field).to_be_focused()
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#problem")).to_contain_text("请填写原因")
    assert faults_of(page, axe) == []
    page = signed_in("admin", 320)
    page.goto("/console/admin/replies")
    page.locator("#title-").fill("空")
    page.locator("#text-").fill("{phone}")
    page.get_by_role("button", name="加上").click()
    expect(page.locator("#text-")).to_be_focused()
    assert faults_of(page, axe) == []
    page.goto("/console/knowledge/new")
    for name, words in (("title", " "), ("domain", "x"), ("body", "x")):
        page.locator(f"[name={name}]").fill(words)
    page.locator("main form button.main").click()
    expect(page.get_by_role("alert")).to_be_focused()


def test_keys_walk_a_list_and_send(signed_in: Callable[[str, int], Page], cases: list[str]) -> None:
    page = signed_in("handler", 1280)
    page.goto("/console/cases?tab=to-accept")
    page.keyboard.press("/")
    expect(page.get_by_label("找工单")).to_be_focused()
    page.keyboard.press("Tab")  # out of the field, where letters are words
    page.keyboard.press("j")
    expect(page.locator(".what a").first).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("o")
    expect(page.locator("h1")).to_contain_text(cases[1])
    page.keyboard.press("j")
    expect(page.locator("h1")).to_contain_text(cases[2])
    page.locator("#step-note summary").press("Enter")
    page.locator("#note-text").fill("明天去看")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("status")).to_contain_text("“内部备注”已完成")


def test_single_letters_can_be_turned_off(
    signed_in: Callable[[str, int], Page], cases: list[str]
) -> None:
    page = signed_in("handler", 320)
    page.goto("/console/cases?tab=to-accept")
    page.keyboard.press("?")
    page.get_by_label("用单个字母的快捷键").uncheck()
    page.get_by_role("button", name="关上").press("Enter")
    page.keyboard.press("j")
    expect(page.locator(".what a").first).not_to_be_focused()
