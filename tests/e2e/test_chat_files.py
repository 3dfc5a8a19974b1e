"""What a resident has sent is shown on the page, and never as the name of a file."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.chat_screen import Opened, Screen
from tests.e2e.people import PNG

pytestmark = [pytest.mark.browser]

NAME = "IMG_2031"
HAVE_ENOUGH_DATA = 4
# The browser makes its own film: a canvas, recorded for a second.
SEND_VIDEO = """async () => {
  const canvas = document.createElement("canvas");
  const pen = canvas.getContext("2d");
  const recorder = new MediaRecorder(canvas.captureStream(10), { mimeType: "video/webm" });
  const pieces = [];
  recorder.ondataavailable = ({ data }) => pieces.push(data);
  recorder.start();
  for (let i = 0; i < 10; i += 1) {
    pen.fillStyle = `rgb(${i * 20}, 90, 90)`;
    pen.fillRect(0, 0, 300, 150);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const stopped = new Promise((resolve) => { recorder.onstop = resolve; });
  recorder.stop();
  await stopped;
  const files = new DataTransfer();
  files.items.add(new File(pieces, "IMG_2031.webm", { type: "video/webm" }));
  const input = document.getElementById("picture-file");
  input.files = files.files;
  input.dispatchEvent(new Event("change"));
}"""


@pytest.fixture
def screen(opened: Opened) -> Screen:
    return opened()


def log_of(screen: Screen) -> Any:
    return screen.page.get_by_role("log")


def test_a_photo_is_shown(screen: Screen) -> None:
    screen.send_file(f"{NAME}.png", "image/png", PNG)
    photo = log_of(screen).get_by_alt_text("您发的照片")
    expect(photo).to_have_js_property("complete", True)
    assert photo.evaluate("it => it.naturalWidth") > 0
    assert screen.is_in_view(photo)
    expect(log_of(screen)).not_to_contain_text(NAME)


def test_photo_line_survives_a_reload(screen: Screen) -> None:
    screen.send_file(f"{NAME}.png", "image/png", PNG)
    screen.page.reload()
    expect(log_of(screen)).to_contain_text("📷 照片")
    expect(log_of(screen)).not_to_contain_text(NAME)


def test_unreadable_photo_is_reported_in_words(screen: Screen) -> None:
    screen.send_file(f"{NAME}.jpg", "image/jpeg", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00")
    expect(log_of(screen)).to_contain_text("📷 照片")
    expect(log_of(screen).locator("img")).to_have_count(0)
    expect(log_of(screen)).not_to_contain_text(NAME)


def test_a_video_shows_a_frame_and_plays(screen: Screen) -> None:
    screen.page.evaluate(SEND_VIDEO)
    video = log_of(screen).get_by_label("您发的视频")
    expect(video).to_be_visible()
    expect(video).to_have_js_property("readyState", HAVE_ENOUGH_DATA)
    assert video.evaluate("it => it.videoWidth") > 0
    log_of(screen).get_by_role("button", name="看一遍").click()
    expect(video).to_have_js_property("ended", True)
    expect(log_of(screen)).not_to_contain_text(NAME)


def test_a_voice_shows_its_seconds_and_plays(screen: Screen) -> None:
    screen.page.get_by_role("button", name="语音").click()
    expect(screen.page.get_by_text("正在听您说（2 秒）")).to_be_visible()
    screen.page.get_by_role("button", name="说完了，发送").click()
    expect(log_of(screen).get_by_text(re.compile("🎤 语音 [2-9] 秒"))).to_be_visible()
    listen = log_of(screen).get_by_role("button", name="听一遍")
    assert screen.is_in_view(listen)
    listen.click()
    expect(log_of(screen).get_by_role("button", name="停下")).to_be_visible()
    expect(listen).to_be_visible()  # it has been played to its end


def test_lines_stored_by_older_pages_lose_file_names(screen: Screen) -> None:
    line = {"id": "a", "text": f"照片：{NAME}.jpg", "body": None, "after": 0, "state": "sent"}
    store = "line => localStorage.setItem('minhu.chat.lines', JSON.stringify([line]))"
    screen.page.evaluate(store, {**line, "at": "2026-11-29T08:00:00Z"})
    screen.page.reload()
    expect(log_of(screen).locator(".text")).to_have_text("照片")
