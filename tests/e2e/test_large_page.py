"""The page in large type, measured in a real browser: MIIT's rules for elders, and WCAG 2.2."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from backend.database import Database
from backend.models.residents import Resident
from backend.settings import Settings
from bot.app import Minhu
from bot.rasa.client import Rasa
from tests.fakes import serving
from tests.fakes.rasa import nobody_home

pytestmark = [pytest.mark.browser]

PHONE = {"width": 390, "height": 844}
SMALL_PHONE = {"width": 320, "height": 568}
DESK = {"width": 1280, "height": 800}
BODY_PX, LINE_HEIGHT, CONTRAST, TOUCH_PX, HUGE_PX = 18, 1.3, 4.5, 60, 30
MOST_TABS = 30

# Of everything that shows words: size, line height, colour on the background that is really behind.
MEASURE = """() => {
  const shown = (it) => it.checkVisibility() && it.getClientRects().length;
  const rgb = (css) => (css.match(/[\\d.]+/g) ?? []).map(Number);
  const behind = (it) => {
    for (let at = it; at; at = at.parentElement) {
      const colour = rgb(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour.slice(0, 3);
    }
    return [255, 255, 255];
  };
  const light = (colour) => {
    const [r, g, b] = colour.map((v) => v / 255)
      .map((v) => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const isWords = (node) => node.nodeType === 3 && node.data.trim();
  const hasWords = (it) => [...it.childNodes].some(isWords);
  const words = [...document.querySelectorAll("body *")]
    .filter((it) => shown(it) && (hasWords(it) || it.matches("textarea")));
  return words.map((it) => {
    const style = getComputedStyle(it);
    const both = [light(rgb(style.color).slice(0, 3)), light(behind(it))].sort((a, b) => b - a);
    const size = parseFloat(style.fontSize);
    return {
      words: (it.innerText || it.localName).slice(0, 20), size,
      line: parseFloat(style.lineHeight) / size, contrast: (both[0] + 0.05) / (both[1] + 0.05),
    };
  });
}"""
TARGETS = """() => [...document.querySelectorAll("button, a, textarea")]
  .filter((it) => it.checkVisibility()).map((it) => {
    const { width, height } = it.getBoundingClientRect();
    return { words: it.innerText || it.localName, width, height };
  })"""


@pytest.fixture(scope="module")
def url(module_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The residents' side of a whole app, while Rasa is away."""
    settings = Settings(_env_file=None, data_dir=tmp_path_factory.mktemp("var"))
    client = Rasa(nobody_home())
    minhu = Minhu(settings, module_database, client)
    with serving(minhu.web()) as address:
        minhu.wait_until_ready()
        yield address
    client.close()


@pytest.fixture
def opened(chromium: Browser, url: str) -> Iterator[Any]:
    contexts = []

    def at(address: str = "/chat?elder=1", viewport: Any = PHONE) -> Page:
        context = chromium.new_context(base_url=url, locale="zh-CN", viewport=viewport)
        contexts.append(context)
        page = context.new_page()
        page.goto(address)
        expect(page.get_by_role("switch", name="大字")).to_be_visible()
        return page

    yield at
    for context in contexts:
        context.close()


def talk(page: Page) -> None:
    page.get_by_label("在这里写您想说的话").fill("西湖区文三路的灯坏了三天，晚上黑得看不见")
    page.get_by_role("button", name="发送").click()
    expect(page.get_by_role("button", name="对，就这样报")).to_be_visible()


def measured(page: Page) -> list[dict[str, Any]]:
    boxes: list[dict[str, Any]] = page.evaluate(MEASURE)
    assert len(boxes) > 8
    return boxes


@pytest.mark.parametrize("viewport", [PHONE, SMALL_PHONE, DESK])
def test_words_are_large_apart_and_dark(opened: Any, viewport: Any) -> None:
    page = opened(viewport=viewport)
    for _ in range(2):  # the empty page, and one with a talk on it
        for it in measured(page):
            assert it["size"] >= BODY_PX, it
            assert it["line"] >= LINE_HEIGHT, it
            assert it["contrast"] >= CONTRAST, it
        talk(page)


@pytest.mark.parametrize("viewport", [PHONE, SMALL_PHONE])
def test_targets_are_large_enough_for_an_unsteady_hand(opened: Any, viewport: Any) -> None:
    page = opened(viewport=viewport)
    for _ in range(2):
        for it in page.evaluate(TARGETS):
            assert min(it["width"], it["height"]) >= TOUCH_PX, it
        talk(page)


def test_very_large_type_is_there_and_stays(opened: Any) -> None:
    page = opened()
    page.get_by_role("switch", name="特大").click()
    talk(page)
    size = "parseFloat(getComputedStyle(document.querySelector('.message .text')).fontSize)"
    assert page.evaluate(size) == HUGE_PX
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.reload()
    expect(page.get_by_role("switch", name="特大")).to_be_checked()


def test_without_the_address_the_page_is_as_usual(opened: Any) -> None:
    page = opened("/chat")
    expect(page.get_by_role("switch", name="大字")).not_to_be_checked()
    expect(page.get_by_role("switch", name="特大")).to_be_hidden()
    assert min(it["size"] for it in measured(page)) >= BODY_PX


@pytest.mark.parametrize("viewport", [PHONE, DESK])
def test_at_twice_the_size_nothing_is_lost_sideways(opened: Any, viewport: Any) -> None:
    """Zoom of 200 % leaves half as many CSS pixels."""
    half = {side: pixels // 2 for side, pixels in viewport.items()}
    page = opened(viewport=half)
    talk(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for name in ("发送", "转人工", "对，就这样报"):
        button = page.get_by_role("button", name=name).last
        button.scroll_into_view_if_needed()
        expect(button).to_be_in_viewport()


def test_the_keyboard_reaches_everything(opened: Any) -> None:
    page = opened()
    talk(page)
    reached: set[str] = set()
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        reached.add(str(page.evaluate("document.activeElement.innerText.trim()")))
    for label in ("大字", "特大", "电话 12345", "转人工", "1 对，就这样报", "语音"):
        assert label in reached, reached


def test_the_bot_talks_in_short_sentences_there(opened: Any, module_database: Database) -> None:
    for address, mode in (("/chat?elder=1", True), ("/chat", None)):
        talk(opened(address))
        with module_database.begin() as session:
            newest = select(Resident.elder_mode).order_by(Resident.id.desc()).limit(1)
            assert session.scalar(newest) is mode
