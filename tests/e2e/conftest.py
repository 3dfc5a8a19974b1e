"""Minhus that several tests share: each takes twenty seconds and more to start."""

import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from backend import embedded
from backend.database import Database
from bot.channels.wechat.menu import menu
from tests.e2e.chat_screen import Opened, open_screens, running_chat
from tests.e2e.people import Chat, Staff
from tests.e2e.telegram_people import SECRET, TalkingBotApi, running_telegram
from tests.e2e.whole import Minhu, a_folder, running, start_postgres
from tests.fakes.wechat_api import FakeWeChat, running_wechat_api
from tests.simulate import wechat_settings
from tests.support.staff_app import Town, TownHall, town_hall_over, town_of

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream",  # a beeping microphone
]  # fmt: skip
LONG_MS = 60_000


@dataclass
class Hooked:
    minhu: Minhu
    api: TalkingBotApi
    postgres: Path


class Chromium:
    """One browser for modules that follow each other; see `pytest_runtest_teardown`."""

    def __init__(self) -> None:
        self._open: ExitStack | None = None
        self._browser: Browser

    def browser(self) -> Browser:
        if not self._open:
            self._open = ExitStack()
            playwright = self._open.enter_context(sync_playwright())
            expect.set_options(timeout=LONG_MS)
            self._browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
            self._open.callback(self._browser.close)
        return self._browser

    def close(self) -> None:
        if self._open:
            self._open.close()
            self._open = None


_chromium = Chromium()


@pytest.hookimpl(trylast=True)  # after the fixtures' own ends
def pytest_runtest_teardown(nextitem: pytest.Item | None) -> None:
    """Playwright runs a loop in this thread, where tests of other kinds run their own."""
    if nextitem is None or not nextitem.get_closest_marker("browser"):
        _chromium.close()


@pytest.fixture
def chromium() -> Browser:
    return _chromium.browser()


@pytest.fixture(scope="module")
def url(module_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A web chat of its own for a module's tests."""
    with running_chat(module_database, tmp_path_factory.mktemp("var")) as address:
        yield address


@pytest.fixture
def opened(chromium: Browser, url: str, module_database: Database) -> Iterator[Opened]:
    with open_screens(chromium, url, module_database) as opened:
        yield opened


@pytest.fixture(scope="session")
def town_hall(
    shared_database: Database, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TownHall]:
    with town_hall_over(shared_database, tmp_path_factory.mktemp("town")) as hall:
        yield hall


@pytest.fixture
def town(town_hall: TownHall, database: Database) -> Iterator[Town]:
    with town_of(town_hall) as town:
        yield town


@pytest.fixture(scope="session")
def telegram() -> Iterator[TalkingBotApi]:
    """The Bot API that `minhu` polls."""
    with running_telegram() as api:
        yield api


@pytest.fixture(scope="session")
def wechat() -> Iterator[FakeWeChat]:
    """The Official Account that `minhu` answers for."""
    with running_wechat_api() as wechat:
        wechat.create_menu(menu(None))
        yield wechat


@pytest.fixture(scope="session")
def minhu(telegram: TalkingBotApi, wechat: FakeWeChat) -> Iterator[Minhu]:
    """With WeChat, and Telegram in polling mode; killed and started again by test_faults.py."""
    settings = telegram.settings(**wechat_settings(wechat))
    with a_folder() as folder, running(folder, **settings) as whole:
        wechat.callback = f"{whole.url}/wechat"
        yield whole
        assert "Traceback" not in whole.log_text()


@pytest.fixture(scope="session")
def hooked() -> Iterator[Hooked]:
    """Another, over a PostgreSQL that a test may stop, with Telegram in webhook mode."""
    with a_folder() as folder, running_telegram() as api:
        postgres = folder / "postgres"
        settings = api.settings(
            MINHU_DATABASE_URL=start_postgres(postgres),
            MINHU_TELEGRAM_MODE="webhook",
            MINHU_TELEGRAM_SECRET=SECRET,
        )
        try:
            with running(folder / "minhu", **settings) as minhu:
                minhu.ended_by = signal.SIGTERM
                api.webhook = {"url": f"{minhu.url}/telegram", "secret_token": SECRET}
                yield Hooked(minhu, api, postgres)
        finally:
            embedded.stop(postgres)


@pytest.fixture(scope="session")
def staff(minhu: Minhu) -> Callable[[str], Staff]:
    """`staff("handler")` is the demo's handler, signed in once."""
    return cache(partial(Staff, minhu))


@pytest.fixture
def chat(minhu: Minhu) -> Chat:
    """A resident nobody knows yet, on the web page."""
    return Chat(minhu)
