"""The buttons under a question, measured on the smallest phone in both sizes of type."""

from typing import Any

import pytest
from playwright.sync_api import Locator, ViewportSize, expect

from tests.e2e.chat_screen import SMALL_PHONE, Opened, Screen

pytestmark = [pytest.mark.browser]

MATTER = (
    "我们小区三幢二单元的电梯从上个月底开始每天都要坏两三回，有两回把老人关在里头半个多钟头，"
    "物业总说在等配件，到今天也没人来修，大家都不敢再坐了"
)
PLACE = "拱墅区上塘街道假山路翡翠城小区三幢二单元一楼电梯口，进大门往左手边走到底的那一幢"
LONGEST = (
    f"我记下的是——\n事情：{MATTER[:70]}\n地点：{PLACE[:40]}\n"
    "时间：上个月底到现在，每天都有\n希望：尽快派人来把电梯修好\n这样报上去，对吗？"
)
SHORT = "我记下的是——\n事情：路灯不亮\n地点：假山路口\n这样报上去，对吗？"
STANDING = (
    "\n\n您11月20日报过一件像是同样的事，工单 HZ20261120001，现在是“办理中”，"
    "上塘街道办事处负责。同一件就补充进去，另一件我照样登记。"
)
YES, WRONG, NOT_NOW = "对，就这样报", "不对，要改", "先不报了"
ADD, ANOTHER = "补充到那一件", "是另一件，登记"
READ_BACK = (YES, WRONG, NOT_NOW)
WITH_STANDING = (ADD, ANOTHER, WRONG, NOT_NOW)
GRADES = ("非常满意", "满意", "基本满意", "不满意", "非常不满意")
FITS = "it => it.scrollWidth <= it.clientWidth && it.scrollHeight <= it.clientHeight"
FILL = "it => getComputedStyle(it).backgroundColor"
PHONE = ViewportSize(width=390, height=844)


@pytest.fixture(params=["usual", "largest", "largest on a wider phone"])
def screen(request: pytest.FixtureRequest, opened: Opened) -> Screen:
    """The small phone has no room for 30 px: there, the largest type has 22."""
    is_large, is_wide = "largest" in request.param, "wider" in request.param
    address = "/chat?elder=1" if is_large else "/chat"
    screen = opened(address, viewport=PHONE if is_wide else SMALL_PHONE)
    if is_large:
        screen.enlarge()
    screen.says("楼里的电梯又坏了，没人来修")
    return screen


def box(element: Locator) -> dict[str, float]:
    rectangle: Any = element.bounding_box()
    assert rectangle
    return dict(rectangle)


@pytest.mark.parametrize(
    ("text", "titles"),
    [(LONGEST, READ_BACK), (SHORT, READ_BACK), (LONGEST + STANDING, WITH_STANDING)],
    ids=["longest", "short", "standing"],
)
def test_yes_comes_first_filled_widest_and_visible(
    screen: Screen, text: str, titles: tuple[str, ...]
) -> None:
    bubble = screen.hears(text, *titles)
    buttons = bubble.get_by_role("button").all()
    first, others = buttons[0], buttons[1:]
    expect(first).to_contain_text(titles[0])
    assert screen.is_in_view(first)
    for other in others:
        assert box(other)["width"] <= box(first)["width"]
        assert box(other)["y"] > box(first)["y"]
        assert other.evaluate(FILL) != first.evaluate(FILL)
    for button in buttons:
        assert button.evaluate(FITS), button.inner_text()
    if screen.page.viewport_size == SMALL_PHONE:  # at 30 px there is one in each row
        assert box(others[-2])["y"] == box(others[-1])["y"]
    assert screen.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_short_question_is_visible_from_its_start(opened: Opened) -> None:
    screen = opened()
    screen.says("路灯不亮")
    bubble = screen.hears(SHORT, *READ_BACK)
    assert screen.is_in_view(bubble)


def test_yes_is_visible_after_a_long_answer(screen: Screen) -> None:
    screen.hears("先说一下电梯的事归谁管。" * 30)
    bubble = screen.hears(LONGEST, *READ_BACK)
    assert screen.is_in_view(bubble.get_by_role("button").first)


def test_yes_is_visible_after_reload_and_with_keyboard(screen: Screen) -> None:
    screen.hears(LONGEST, *READ_BACK)
    screen.page.set_viewport_size({"width": 320, "height": 400})
    yes = screen.page.locator(".message .choices button").first
    screen.page.wait_for_timeout(300)
    assert screen.is_in_view(yes)
    screen.page.reload()
    expect(yes).to_be_visible()
    assert screen.is_in_view(yes)


def test_a_reader_further_up_is_not_pulled_away(screen: Screen) -> None:
    screen.hears("先说一下电梯的事归谁管。" * 30)
    screen.page.locator("#scroller").evaluate("it => { it.scrollTop = 1 }")
    screen.page.wait_for_timeout(200)
    bubble = screen.hears(LONGEST, *READ_BACK)
    assert screen.page.locator("#scroller").evaluate("it => it.scrollTop") == 1
    screen.page.get_by_role("button", name="有新消息，点这里看").click()
    assert screen.is_in_view(bubble.get_by_role("button").first)
    expect(screen.page.get_by_role("button", name="有新消息，点这里看")).to_be_hidden()


def test_no_grade_is_put_forward(screen: Screen) -> None:
    buttons = screen.hears("这件事办得怎么样？", *GRADES).get_by_role("button").all()
    assert len({button.evaluate(FILL) for button in buttons}) == 1
    for button in buttons:
        assert button.evaluate(FITS), button.inner_text()


def test_elder_sees_each_choice_once_with_number(opened: Opened) -> None:
    screen = opened("/chat?elder=1")
    bubble = screen.hears(SHORT, *READ_BACK)
    numbered = [f"{number} {title}" for number, title in enumerate(READ_BACK, 1)]
    assert [it.inner_text() for it in bubble.get_by_role("button").all()] == numbered
    expect(bubble.locator(".text")).not_to_contain_text("回 1")
    expect(bubble.locator(".text")).to_contain_text("对吗？")
    bubble.get_by_role("button", name=WRONG).click()
    expect(screen.page.locator(".message.resident .text")).to_have_text(WRONG)


@pytest.mark.parametrize(
    ("text", "title", "first"),
    [
        ("哪一处？\n1. 西湖区\n2. 余杭区\n回数字就行。", "哪一处？\n回数字就行。", "1 西湖区"),
        ("哪一件？\n1. 西湖区的路灯，办理中\n2. 余杭区的井盖", None, "1 西湖区"),
        ("对的话回 1，不对回 2", None, "1 西湖区"),
        ("哪一处？", None, "西湖区"),
        ("打 12345 也行。\n回 1 西湖区", None, "西湖区"),  # not told for both
    ],
)
def test_numbers_of_the_text_stand_on_the_buttons(
    opened: Opened, text: str, title: str | None, first: str
) -> None:
    bubble = opened().hears(text, "西湖区", "余杭区")
    assert bubble.locator(".text").inner_text() == (title or text)
    assert bubble.get_by_role("button").first.inner_text() == first


def test_an_answered_question_has_no_filled_button(opened: Opened) -> None:
    screen = opened()
    bubble = screen.hears(SHORT, *READ_BACK)
    bubble.get_by_role("button", name=YES).click()
    expect(bubble.get_by_role("button").first).to_be_disabled()
    fills = {button.evaluate(FILL) for button in bubble.get_by_role("button").all()}
    assert len(fills) == 1
