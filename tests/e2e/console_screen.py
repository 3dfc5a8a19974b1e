"""Browsers at the console of a town, signed in."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page

from tests.e2e.conftest import LONG_MS
from tests.support.staff_app import Town


class Screens:
    """Opens pages at the console, each in a browser of its own."""

    def __init__(self, town: Town, chromium: Browser) -> None:
        self._town, self._chromium = town, chromium
        self.contexts: list[BrowserContext] = []

    def open(self, username: str, path: str, **options: Any) -> Page:
        """The page `path` as this account sees it."""
        address = str(self._town.client.base_url)
        context = self._chromium.new_context(base_url=address, locale="zh-CN", **options)
        context.set_default_timeout(LONG_MS)
        self.contexts.append(context)
        cookie = {"name": "minhu_staff", "value": self._town.token(username), "url": address}
        context.add_cookies([cookie])
        page = context.new_page()
        page.goto(f"/console{path}")
        return page


@contextmanager
def screens_of(town: Town, chromium: Browser) -> Iterator[Screens]:
    screens = Screens(town, chromium)
    try:
        yield screens
    finally:
        for context in screens.contexts:
            context.close()
