"""Every page of the console, for each role: small over the wire, and few stops of the Tab key."""

import gzip
import re
from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from fastapi.routing import iter_route_contexts

from backend.desk.case_views import VIEWS
from backend.models.staff import Role
from tests.support.desk import Desk
from tests.support.staff_app import UNIT, Town

MOST_BYTES = 60_000  # compressed
MOST_STOPS = 200
TOGETHER = 130  # cases, chats and messages: more than a page shows
NO_PAGES = {"/console/events", "/console/{address:path}", "/console/static/{name}"}
FIELDS = {"input", "select", "textarea", "button", "audio", "video"}
FOLDED = {"details", "dialog"}


class Stops(HTMLParser):
    """Counts what the Tab key stops at; closed details and dialogs hide what is in them."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0
        self._folded: list[str] = []  # the closed tags around, and what is folded within them
        self._groups: set[str] = set()  # radio buttons: one stop for a group

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        values = dict(attributes)
        if self._folded:
            self.count += tag == "summary" and self._folded == ["details"]
        else:
            self.count += self._stops(tag, values)
        if tag in FOLDED and (self._folded or "open" not in values):
            self._folded.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._folded and self._folded[-1] == tag:
            self._folded.pop()

    def _stops(self, tag: str, values: dict[str, str | None]) -> bool:
        if "hidden" in values or "disabled" in values or values.get("type") == "hidden":
            return False
        if tag == "input" and values.get("type") == "radio":
            name = values.get("name") or ""
            is_first = name not in self._groups
            self._groups.add(name)
            return is_first
        is_link = tag == "a" and "href" in values
        return is_link or tag in FIELDS or tag == "summary" or values.get("tabindex") == "0"


def stops_of(html: str) -> int:
    stops = Stops()
    stops.feed(html)
    return stops.count


@pytest.fixture
def busy(town: Town) -> dict[str, str]:
    """A town with more of everything than a page shows; values for the addresses."""
    chat = town.conversation()
    for number in range(TOGETHER):
        town.case(f"第 {number} 盏路灯坏了三天没人来修，晚上走路看不见", unit=UNIT)
        town.case()
        waiting = town.conversation()
        town.queue(waiting)
        town.says(waiting, "有人吗，我想问问医保的事情")
    for number in range(TOGETHER):
        town.says(chat, f"第 {number} 句，说的还是路灯")
    town.post("dispatcher", f"/conversations/{chat}/claim")
    case_no = town.case("楼下夜里施工太吵", unit=UNIT, conversation_id=chat)
    return {"case_no": case_no, "conversation_id": str(chat), "article_id": "annual-leave"}


def pages(town: Town, values: dict[str, str]) -> list[str]:
    """Addresses of all pages below /console whose parameters are in `values`."""
    paths = {
        context.path or ""
        for context in iter_route_contexts(town.app.routes)
        if "GET" in (context.methods or ()) and (context.path or "").startswith("/console/")
    }
    filled = [
        re.sub(r"\{(\w+)\}", lambda match: values.get(match[1], match[0]), path)
        for path in sorted(paths - NO_PAGES)
    ]
    tabs = [f"/console/cases?tab={tab}" for tab in VIEWS]
    return [path for path in filled if "{" not in path] + tabs


def test_pages_are_small_with_few_stops(
    town: Town, desk: Callable[[str], Desk], busy: dict[str, str]
) -> None:
    heavy, opened = [], set()
    addresses = pages(town, busy)
    for role in Role:
        reader = desk(role.value)
        for address in addresses:
            answer = reader.get(address.removeprefix("/console"))
            assert answer.status_code < 500, address
            if answer.status_code != 200 or "html" not in answer.headers["content-type"]:
                continue
            opened.add(address)
            size, stops = len(gzip.compress(answer.content)), stops_of(answer.text)
            if size > MOST_BYTES or stops > MOST_STOPS:
                heavy.append((role.value, address, size, stops))
    assert heavy == []
    assert len(opened) > 45


def test_stops_are_counted_as_browsers_do() -> None:
    html = """<a href="/">1</a><a>no</a><input type="hidden"><input type="radio" name="x">
    <input type="radio" name="x"><details><summary>3</summary><a href="/">closed</a></details>
    <details open><summary>4</summary><button>5</button></details>
    <dialog><button>closed</button></dialog><div tabindex="0"></div><button disabled></button>"""
    assert stops_of(html) == 6
