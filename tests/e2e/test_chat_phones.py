"""Phone numbers that we name can be called with one tap."""

import pytest
from playwright.sync_api import expect

from backend.models.messages import Source
from tests.e2e.chat_screen import Opened

pytestmark = [pytest.mark.browser]

HREFS = "links => links.map((it) => it.getAttribute('href'))"
LEAST_PX = 44


@pytest.mark.parametrize(
    ("text", "hrefs"),
    [
        ("请马上打电话：报警 110，火警 119，急救 120。", ["tel:110", "tel:119", "tel:120"]),
        ("先打120，再到楼下等", ["tel:120"]),
        ("110、119、120都能打", ["tel:110", "tel:119", "tel:120"]),
        ("不方便说话可以发短信到 12110。", ["sms:12110"]),
        ("停电打95598，防骗打 96110；心里难受打12356", ["tel:95598", "tel:96110", "tel:12356"]),
        ("请打当地的 0574-12345。", ["tel:057412345"]),
        ("有事在这里说，或打12345。", ["tel:12345"]),
        ("办事窗口电话：0571-87654321（工作日）", ["tel:057187654321"]),
    ],
)
@pytest.mark.parametrize("address", ["/chat", "/chat?elder=1"])
def test_a_number_is_a_link_for_a_thumb(
    opened: Opened, address: str, text: str, hrefs: list[str]
) -> None:
    screen = opened(address)
    bubble = screen.hears(text)
    assert bubble.locator(".text a").evaluate_all(HREFS) == hrefs
    assert bubble.locator(".text").inner_text() == text
    for link in bubble.locator(".text a").all():
        box = link.bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= LEAST_PX
    assert screen.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_other_numbers_are_no_links(opened: Opened) -> None:
    screen = opened()
    for text in (
        "工单 HZ20261129120 已经登记",
        "坐 110 路公交车到文三路120号，上119室",
        "血压 120/80，房子 120 平米，一共12345元",
        "我记下的是——\n事情：假山路120对面，打110没人管\n地点：文一路 119\n希望：按 12345 说的办",
        "由12345民呼中心负责",
        "2026-11-20 报的，编号 1101-120",
        "版本 1.110，0.120",
    ):
        bubble = screen.hears(text)
        assert bubble.locator(".text a").count() == 0, text
        assert bubble.locator(".text").inner_text() == text


def test_staff_too_and_not_the_resident(opened: Opened) -> None:
    screen = opened()
    expect(screen.hears("请打 96110", source=Source.STAFF).locator(".text a")).to_have_count(1)
    screen.says("我打了110没人接")
    expect(screen.page.locator(".message.resident a")).to_have_count(0)
