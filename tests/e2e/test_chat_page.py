"""The residents' page in a real browser, on a whole Minhu."""

import os
import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from backend.settings import PROJECT_FOLDER
from tests.e2e.conftest import LONG_MS
from tests.e2e.people import APPEAL, CASE_NO, PNG, YES, Staff
from tests.e2e.whole import Minhu

pytestmark = [pytest.mark.whole, pytest.mark.browser, pytest.mark.timeout(400)]

PHONE = ViewportSize(width=390, height=844)
PICTURES = PROJECT_FOLDER / "docs" / "pictures"
MOST_TABS = 30
People = Callable[[str], Staff]


@pytest.fixture
def page(chromium: Browser, minhu: Minhu) -> Iterator[Page]:
    """A phone that has not been here before; the page may break nothing that it can notice."""
    context = chromium.new_context(
        base_url=minhu.url, locale="zh-CN", viewport=PHONE, device_scale_factor=2
    )
    context.set_default_timeout(LONG_MS)
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda line: problems.append(line.text) if line.type == "error" else None)
    page.goto("/chat")
    yield page
    context.close()
    assert problems == []


def _says(page: Page, text: str) -> None:
    page.get_by_label("在这里写您想说的话").fill(text)
    page.get_by_role("button", name="发送").click()


def _presses(page: Page, title: str) -> None:
    page.get_by_role("button", name=title, exact=True).last.click()


def _sees(page: Page, words: str | re.Pattern[str]) -> None:
    expect(page.get_by_role("log").get_by_text(words).last).to_be_visible()


def _case_no(page: Page) -> str:
    _sees(page, CASE_NO)
    return CASE_NO.findall(page.get_by_role("log").inner_text())[0]


def test_an_appeal_from_words_to_progress(page: Page, staff: People) -> None:
    _says(page, APPEAL)
    _sees(page, "这样报上去，对吗？")
    _presses(page, YES)
    case_no = _case_no(page)
    staff("handler").does(case_no, "accept")
    _sees(page, "已经签收")
    page.reload()
    _sees(page, "已经签收")
    _sees(page, APPEAL)
    assert _case_no(page) == case_no


def test_a_member_of_staff_speaks_without_a_reload(page: Page, staff: People) -> None:
    dispatcher = staff("dispatcher")
    page.get_by_role("banner").get_by_role("button", name="转人工").click()
    _sees(page, "请工作人员来看了")
    _says(page, "谢谢，我在这里等着呢")
    _sees(page, "不想等了就回")
    talk = dispatcher.chat_saying("我在这里等着呢", owner="queue")
    dispatcher.posts(f"/conversations/{talk}/claim")
    dispatcher.posts(f"/conversations/{talk}/reply", text="您好，棋牌室在几号楼？")
    _sees(page, "您好，棋牌室在几号楼？")
    expect(page.locator(".message.staff").last).to_contain_text("工作人员")
    dispatcher.posts(f"/conversations/{talk}/release")
    _sees(page, "已结束这次服务")


def test_typing_and_reading_are_shown(page: Page, staff: People, chromium: Browser) -> None:
    page.get_by_role("banner").get_by_role("button", name="转人工").click()
    _sees(page, "请工作人员来看了")
    _says(page, "我的事在这个会话里")
    _sees(page, "不想等了就回")
    dispatcher = staff("dispatcher")
    talk = dispatcher.chat_saying("我的事在这个会话里", owner="queue")
    dispatcher.posts(f"/conversations/{talk}/claim")
    _sees(page, "由我来跟您说")
    desk = _desk_of(chromium, dispatcher, f"/console/conversations/{talk}")
    expect(desk.get_by_role("log").get_by_text("已读")).to_be_visible()
    page.get_by_label("在这里写您想说的话").press_sequentially("是这样")
    expect(desk.get_by_text("市民正在输入…")).to_be_visible()
    desk.get_by_label("回复市民").press_sequentially("您说")
    expect(page.get_by_text("工作人员正在输入…")).to_be_visible()
    desk.get_by_role("button", name="发送").click()
    _sees(page, "您说")
    expect(page.get_by_text("工作人员正在输入…")).to_be_hidden()
    desk.context.close()


def _desk_of(chromium: Browser, staff: Staff, path: str) -> Page:
    """The page of the console as the member of staff sees it."""
    address = staff.minhu.url
    context = chromium.new_context(base_url=address, locale="zh-CN")
    context.set_default_timeout(LONG_MS)
    token = staff.http.headers["Authorization"].removeprefix("Bearer ")
    context.add_cookies([{"name": "minhu_staff", "value": token, "url": address}])
    desk = context.new_page()
    desk.goto(path)
    return desk


def test_the_keyboard_alone_is_enough(page: Page) -> None:
    _tabs_to(page, "textarea")
    page.keyboard.type(APPEAL)
    page.keyboard.press("Enter")
    _sees(page, "这样报上去，对吗？")
    _tabs_to(page, YES, "Shift+Tab")
    page.keyboard.press("Enter")
    _case_no(page)
    _tabs_to(page, "大字")
    page.keyboard.press("Space")
    expect(page.get_by_role("switch", name="大字")).to_be_checked()


def _tabs_to(page: Page, target: str, key: str = "Tab") -> None:
    focus = "[document.activeElement.localName, document.activeElement.innerText]"
    for _ in range(MOST_TABS):
        page.keyboard.press(key)
        if target in [str(it).strip() for it in page.evaluate(focus)]:
            return
    raise AssertionError(f"{target} cannot be reached with {key}")


def test_a_photo_is_sent_and_kept(page: Page, staff: People) -> None:
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="照片/视频").click()
    chooser.value.set_files({"name": "灯.png", "mimeType": "image/png", "buffer": PNG})
    expect(page.get_by_role("log").get_by_alt_text("您发的照片")).to_be_visible()
    expect(page.get_by_role("log")).not_to_contain_text("灯.png")
    _sees(page, "照片收到了")
    _says(page, APPEAL)
    _sees(page, "这样报上去，对吗？")
    _presses(page, YES)
    assert len(staff("handler").case(_case_no(page))["attachments"]) == 1


def test_a_voice_is_recorded_on_the_page(page: Page, staff: People) -> None:
    page.get_by_role("button", name="语音").click()
    expect(page.get_by_text("正在听您说（2 秒）")).to_be_visible()
    page.get_by_role("button", name="说完了，发送").click()
    _sees(page, re.compile("语音 [1-9] 秒"))
    _sees(page, re.compile("没听到您说话|听不了语音"))  # it only beeps; or nobody listens here
    expect(page.get_by_role("button", name="不发了")).to_be_hidden()
    _says(page, APPEAL)
    _sees(page, "这样报上去，对吗？")
    _presses(page, f"1 {YES}")  # who speaks gets numbers from then on
    [recording] = staff("handler").case(_case_no(page))["attachments"]
    assert (recording["kind"], recording["media_type"]) == ("voice", "audio/webm")


def test_discarded_voice_is_not_sent(page: Page) -> None:
    page.get_by_role("button", name="语音").click()
    page.get_by_role("button", name="不发了").click()
    expect(page.get_by_role("button", name="语音")).to_be_visible()
    expect(page.locator(".message.resident")).to_have_count(0)


def test_without_a_microphone_a_file_is_chosen(page: Page) -> None:
    page.evaluate("() => { navigator.mediaDevices.getUserMedia = () => Promise.reject() }")
    page.get_by_role("button", name="语音").click()
    expect(page.get_by_text("用不了麦克风")).to_be_visible()
    with page.expect_file_chooser():
        page.get_by_role("button", name="语音").click()


def test_large_type_stays_after_a_reload(page: Page) -> None:
    size = "parseFloat(getComputedStyle(document.querySelector('textarea')).fontSize)"
    small = page.evaluate(size)
    page.get_by_role("switch", name="大字").click()
    large = page.evaluate(size)
    assert large > small * 1.15
    page.reload()
    expect(page.get_by_role("switch", name="大字")).to_be_checked()
    assert page.evaluate(size) == large
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.skipif(not os.environ.get("MINHU_WRITE_PICTURES"), reason="writes into docs/")
def test_pictures_for_the_readme(page: Page, staff: People, chromium: Browser) -> None:
    _says(page, "文三路和学院路路口，路灯坏了三天，晚上黑得看不见")
    _sees(page, "这样报上去，对吗？")
    _takes_picture(page, "chat.png")
    _presses(page, YES)
    case_no = _case_no(page)
    staff("admin").does(case_no, "accept")
    _sees(page, "已经签收")
    _takes_picture(page, "chat-case.png")
    desk = _desk_of(chromium, staff("admin"), f"/console/cases/{case_no}")
    desk.screenshot(path=PICTURES / "console.png")
    desk.context.close()


def _takes_picture(page: Page, name: str) -> None:
    page.get_by_label("在这里写您想说的话").blur()
    page.get_by_role("main").evaluate("it => { it.scrollTop = it.scrollHeight }")
    page.screenshot(path=PICTURES / name)


def test_leaving_clears_the_device(page: Page) -> None:
    _says(page, APPEAL)
    _sees(page, "这样报上去，对吗？")
    page.get_by_role("button", name="离开", exact=True).click()
    page.get_by_role("button", name="不离开").click()
    _sees(page, "这样报上去，对吗？")
    token = page.evaluate("JSON.parse(localStorage.getItem('minhu.chat.session')).token")
    page.get_by_role("button", name="离开", exact=True).click()
    page.get_by_role("button", name="清掉，离开").click()
    expect(page.get_by_text("已经离开。")).to_be_visible()
    assert page.evaluate("Object.keys(localStorage)") == []
    with_token = {"Authorization": f"Bearer {token}"}
    assert page.request.get("/chat/messages", headers=with_token).status == 401
    page.go_back()
    expect(page.get_by_text("文三路")).to_have_count(0)
    page.goto("/chat")
    expect(page.get_by_role("region", name="开始")).to_be_visible()
