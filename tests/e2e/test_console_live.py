"""The console in a browser, kept up to date by its stream of events."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.console_screen import Screens, screens_of
from tests.integration.test_chat_hand_over import sent_to
from tests.support.staff_app import Town

pytestmark = pytest.mark.browser

DANGER = "紧急：燃气"


@pytest.fixture
def screens(town: Town, chromium: Browser) -> Iterator[Screens]:
    with screens_of(town, chromium) as screens:
        yield screens


def test_a_page_survives_a_503(town: Town, screens: Screens) -> None:
    page = screens.open("dispatcher", "/cases")
    badge, alarms, line = (page.locator(f"#{name}") for name in ("waiting", "alarms", "line"))
    expect(badge).to_be_hidden()
    chat = town.conversation()
    town.queue(chat, DANGER)
    expect(alarms).to_contain_text(DANGER, timeout=2000)
    expect(badge).to_have_text("1，紧急 1")
    page.route("**/console/events?*", lambda route: route.fulfill(status=503))
    page.reload()
    expect(line).to_have_text("断开，重连中")
    town.post("supervisor", f"/conversations/{chat}/claim")
    town.queue(town.conversation())
    page.unroute("**/console/events?*")
    expect(line).to_be_empty()
    expect(badge).to_have_text("1")
    expect(alarms).to_be_empty()


def test_lists_follow_while_a_button_has_focus(town: Town, screens: Screens) -> None:
    first = town.conversation()
    town.queue(first)
    page = screens.open("dispatcher", "/conversations")
    button = page.get_by_role("button", name="接起")
    button.focus()
    danger = town.conversation()
    town.queue(danger, DANGER)
    expect(page.locator(".chats li").first).to_have_id(f"queued-{danger}")
    expect(page.locator(f"#queued-{first} button")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("log")).to_contain_text("由我来跟您说。")


def test_a_draft_outlives_a_503_and_a_reload(town: Town, screens: Screens) -> None:
    chat = town.conversation()
    town.post("dispatcher", f"/conversations/{chat}/claim")
    page = screens.open("dispatcher", f"/conversations/{chat}")
    page.route("**/draft", lambda route: route.fulfill(status=503))
    page.get_by_label("回复市民").fill("医保要带身份证")
    expect(page.get_by_text("草稿没存上，会再试")).to_be_visible()
    page.unroute("**/draft")
    expect(page.get_by_text("草稿已存")).to_be_visible()
    page.reload()
    expect(page.get_by_label("回复市民")).to_have_value("医保要带身份证")
    page.get_by_label("回复市民").press("Control+Enter")
    expect(page.get_by_role("log")).to_contain_text("医保要带身份证")
    expect(page.get_by_label("回复市民")).to_have_value("")


def test_two_browsers_claim_one_chat(town: Town, screens: Screens) -> None:
    chat = town.conversation()
    town.queue(chat)
    pages = [screens.open(name, f"/conversations/{chat}") for name in ("dispatcher", "supervisor")]
    for page in pages:
        page.get_by_role("button", name="接起这个会话").click()
    expect(pages[0].get_by_role("log")).to_contain_text("由我来跟您说。")
    expect(pages[1].get_by_role("alert")).to_be_visible()
    greetings = [text for _, text in sent_to(town, chat) if "由我来跟您说" in text]
    assert len(greetings) == 1
