"""A browser at the console that runs no JavaScript."""

import re
from html import unescape
from typing import Any

import httpx

from tests.support.staff_app import Town


class Desk(httpx.Client):
    """A browser at the console, signed in; it follows redirects as browsers do."""

    def __init__(self, town: Town, username: str) -> None:
        cookies = {"minhu_staff": town.token(username)}
        base = f"{town.client.base_url}/console"
        super().__init__(
            base_url=base, cookies=cookies, follow_redirects=True, timeout=60, verify=False
        )

    def submit(self, page: str, path: str, **typed: Any) -> httpx.Response:
        """Fill in the form for `path` that stands on `page`, and send it."""
        html = self.get(page).text
        address = f"/console{path}"
        form = re.search(rf'<form [^>]*action="{address}">(.*?)</form>', html, re.DOTALL)
        inside = form.group(1) if form else html
        assert form or f'formaction="{address}"' in html, f"{page} has no form for {path}"
        fields = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', inside)
        hidden = {name: unescape(value) for name, value in fields}
        return self.post(path, data=hidden | typed)

    def step(self, case_no: str, action: str, **typed: Any) -> httpx.Response:
        return self.submit(f"/cases/{case_no}", f"/cases/{case_no}/{action}", **typed)
