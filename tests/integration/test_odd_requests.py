"""Every route with odd parameters, bodies and headers: none answers 500, each has its headers."""

import itertools
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts
from starlette.testclient import TestClient

from backend.attachments.storage import AttachmentFolder
from backend.database import Database
from backend.settings import Settings, TelegramMode
from backend.vocabulary.case_lifecycle import Action
from backend.web.bodies import MOST_BYTES
from backend.web.pages import TEMPLATES
from bot.app import Minhu
from bot.rasa.client import Rasa
from bot.security_headers import HEADERS, HSTS
from tests.fakes.rasa import nobody_home
from tests.support.chat_page import Page
from tests.support.clients import client_of
from tests.support.staff_app import UNIT, Town, TownHall

SECRET = "a-secret-of-the-tests"
ODD_WORDS = (
    "", "0", "-1", "1e400", "NaN", "9" * 5000, str(2**31), str(2**63), "%00", "a\0b", "１２", "²",
    "x" * 3000, "'; DROP TABLE cases; --", "../../etc/x", "0001-01-01", "9999-12-31", "2026-13-45",
    "2026-11-30T25:61", "\u202e\ufeff", "[]", ",,,",
)  # fmt: skip
ODD_JSON: tuple[Any, ...] = (
    None, True, 0, -1, 2**70, 1e308, "", "a\0b", "\ud800", "x" * 20_000, [], [[]], {}, [None],
    {"a": 1}, ["\0"] * 60,
)  # fmt: skip
ODD_BODIES = (
    b"", b"{", b"null", b"[]", b"1", b'"x"', b"\xff\xfe", b"[" * 50_000, b'{"a":' * 20_000,
    b'{"username": NaN}', b"1" * 10_000, b"1e999999999", b"\0",
)  # fmt: skip
FIELDS = sorted(
    {
        name
        for page in TEMPLATES.glob("*.html")
        for name in re.findall(r'name="([a-z_]+)"', page.read_text())
    }
)


@pytest.fixture(scope="module")
def hall(shared_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TownHall]:
    folder = tmp_path_factory.mktemp("var")
    settings = Settings(
        _env_file=None, data_dir=folder, attachment_limit_bytes=300_000,
        telegram_token="1:A", telegram_secret=SECRET, telegram_mode=TelegramMode.WEBHOOK,
        public_url="https://minhu.example",
        wechat_app_id="wx0123456789abcdef", wechat_app_secret=SECRET, wechat_token=SECRET,
        wechat_aes_key="a" * 43,
    )  # fmt: skip
    rasa = Rasa(nobody_home())
    app = Minhu(settings, shared_database, rasa).web()
    yield TownHall(shared_database, AttachmentFolder(folder, limit_bytes=300_000), app, "")
    rasa.close()


@pytest.fixture
def town(hall: TownHall, database: Database) -> Iterator[Town]:
    with client_of(
        hall.app, base_url="https://minhu.example", raise_server_exceptions=False,
        follow_redirects=False,
    ) as client:  # fmt: skip
        yield Town(hall, client)


def routes_of(town: Town) -> list[tuple[str, str, list[str]]]:
    """(method, path, names of the query parameters) of each route."""
    routes = []
    for context in iter_route_contexts(town.app.routes):
        is_ours = isinstance(context.original_route, APIRoute)
        queries = sorted({each.alias for each in _queries(context)}) if is_ours else []
        routes += [(method, context.path or "", queries) for method in context.methods or ()]
    assert len(routes) > 100
    return routes


def _queries(route: RouteContext) -> Iterator[Any]:
    waiting = [route.dependant]
    while waiting:
        dependant = waiting.pop()
        yield from dependant.query_params
        waiting.extend(dependant.dependencies)


def filled(path: str, values: dict[str, str], otherwise: str) -> str:
    return re.sub(r"\{(\w+)(:\w+)?\}", lambda m: quoted(values.get(m[1], otherwise)), path)


def quoted(word: str) -> str:
    return "".join(f"%{byte:02X}" for byte in word.encode(errors="replace")) or "%20"


class Asker:
    """Asks as an administrator, and collects what the program could not answer."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.case_no = town.case(unit=UNIT)
        self.chat = town.conversation()
        town.queue(self.chat)
        self.values = {"case_no": self.case_no, "conversation_id": str(self.chat), "code": "12345"}
        self.headers = town.bearer("admin")
        self.cookie = {"Cookie": f"minhu_staff={self.headers['Authorization'][7:]}"}
        self.faults: list[str] = []
        self.requests = 0

    def ask(self, method: str, path: str, **options: Any) -> int:
        headers = {**self.headers, **self.cookie, **options.pop("headers", {})}
        answer = self.town.client.request(method, path, headers=headers, **options)
        self.requests += 1
        if answer.status_code >= 500:
            self.faults.append(f"{method} {path[:100]} {str(options)[:200]} → {answer.status_code}")
        return answer.status_code

    def form_token(self) -> str:
        page = self.town.client.get(f"/console/cases/{self.case_no}", headers=self.cookie)
        return re.findall(r'name="form_token" value="([^"]+)"', page.text)[0]


STREAMS = frozenset({"/chat/events", "/console/events"})  # read to the end they never end


def door_of(path: str) -> str:
    return next((door for door in ("/api", "/console") if path.startswith(door)), "/")


@pytest.mark.parametrize(("door", "least"), [("/api", 1500), ("/console", 2500), ("/", 150)])
def test_odd_parameters_never_break_a_route(town: Town, door: str, least: int) -> None:
    asker = Asker(town)
    for method, path, queries in routes_of(town):
        if door_of(path) != door or path in STREAMS or path == "/console/sign-out":
            continue
        names = re.findall(r"\{(\w+)", path)
        for odd in ODD_WORDS if names else ():
            asker.ask(method, filled(path, {}, odd))
        for query, odd in itertools.product(queries, ODD_WORDS):
            asker.ask(method, filled(path, asker.values, "1"), params={query: odd})
    assert asker.faults == []
    assert asker.requests > least


def test_odd_bodies_never_break_a_route(town: Town) -> None:
    asker = Asker(town)
    for method, path, _ in routes_of(town):
        if method != "POST" or path == "/console/sign-out":
            continue
        address = filled(path, asker.values, "accept")
        for body, kind in itertools.product(
            ODD_BODIES, ("application/json", "application/x-www-form-urlencoded", "text/xml")
        ):
            asker.ask(method, address, content=body, headers={"Content-Type": kind})
        asker.ask(method, address, content=b"--x\r\n", headers=MULTIPART)
        asker.ask(method, address, content=b"x", headers={"Content-Type": "multipart/form-data"})
    assert asker.faults == []


MULTIPART = {"Content-Type": "multipart/form-data; boundary=x"}


def test_odd_values_in_json_are_refused(town: Town) -> None:
    asker = Asker(town)
    schemas = town.app.openapi()
    for path, methods in schemas["paths"].items():
        if "post" not in methods:
            continue
        fields = _fields_of(schemas, methods["post"])
        for name, odd in itertools.product(fields, ODD_JSON):
            body = json.dumps({name: odd}).encode()
            kind = {"Content-Type": "application/json"}
            asker.ask("POST", filled(path, asker.values, "dispatch"), content=body, headers=kind)
    for action, odd in itertools.product(Action, ODD_JSON):
        fields = ("unit", "reason", "text", "task", "days", "at", "lead", "outcome", "to", "units")
        body = json.dumps(dict.fromkeys(fields, odd)).encode()
        path = f"/api/v1/cases/{asker.case_no}/{action}"
        asker.ask("POST", path, content=body, headers={"Content-Type": "application/json"})
    assert asker.faults == []


def _fields_of(schemas: dict[str, Any], operation: dict[str, Any]) -> list[str]:
    body = json.dumps(operation.get("requestBody", {}))
    names = re.findall(r"#/components/schemas/(\w+)", body)
    return [
        field for name in names for field in schemas["components"]["schemas"][name]["properties"]
    ]


def test_odd_words_in_forms_are_refused(town: Town) -> None:
    asker = Asker(town)
    token = asker.form_token()
    paths = {path for method, path, _ in routes_of(town) if method == "POST"}
    for path in sorted(
        path for path in paths if path.startswith(("/console", "/public", "/open311"))
    ):
        if path == "/console/sign-out":
            continue
        for odd in ODD_WORDS:
            form = dict.fromkeys(FIELDS, odd) | {"form_token": token}
            asker.ask("POST", filled(path, asker.values, "1"), data=form)
    for action in Action:
        for odd in ("", "9" * 5000, "a\0b", "-1"):
            form = dict.fromkeys(FIELDS, odd) | {"form_token": token}
            asker.ask("POST", f"/console/cases/{asker.case_no}/{action}", data=form)
    assert asker.faults == []


@pytest.mark.parametrize("last", ["9" * 5000, "-1", "x", "\xff", "²", str(2**63)])
def test_odd_event_ids_do_not_break_streams(town: Town, last: str) -> None:
    headers = {"Last-Event-ID": last.encode("latin-1"), "Authorization": b"Bearer nobody"}
    answer = town.client.get("/chat/events", headers=headers)
    assert answer.status_code == 401


@pytest.mark.parametrize(
    "token", ["", "Bearer", "Bearer ", "Bearer \xff", "Basic x", "Bearer " + "x" * 9000]
)
def test_odd_tokens_are_refused(town: Town, token: str) -> None:
    headers = {"Authorization": token.encode("latin-1")}
    for path in ("/api/v1/cases", "/chat/messages"):
        assert town.client.get(path, headers=headers).status_code == 401


# Headers


def test_every_route_sends_the_security_headers(town: Town) -> None:
    for method, path, _ in routes_of(town):
        if path in STREAMS or method not in {"GET", "POST"}:
            continue
        answer = town.client.request(method, filled(path, {}, "1"))
        sent = {(name.encode(), value.encode()) for name, value in answer.headers.items()}
        assert {*HEADERS, HSTS} <= sent, (method, path)
        if path.startswith(("/api/v1", "/console")) and "/static/" not in path:
            assert answer.headers["cache-control"] == "no-store", (method, path)


def test_plain_http_promises_no_tls(hall: TownHall) -> None:
    plain = TestClient(hall.app, base_url="http://127.0.0.1")
    assert HSTS[0].decode() not in plain.get("/chat").headers


# Sizes


def chunks(size: int) -> Iterator[bytes]:
    """A body without a stated length."""
    for _ in range(size // 10_000):
        yield b" " * 10_000


@pytest.mark.parametrize("kind", ["application/json", "application/x-www-form-urlencoded"])
def test_every_route_limits_its_body(town: Town, kind: str) -> None:
    asker = Asker(town)
    headers = {**asker.headers, **asker.cookie, "Content-Type": kind}
    for method, path, _ in routes_of(town):
        has_files = path.startswith("/api/v1/sources/") or path.endswith("/visit")
        if method != "POST" or has_files or path == "/chat/messages":
            continue
        address = filled(path, asker.values, "accept")
        whole = town.client.post(address, content=b" " * (MOST_BYTES + 1), headers=headers)
        assert whole.status_code == 413, address


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/api/v1/token", "application/json"),
        ("/chat/messages", "application/json"),
        ("/console/sign-in", "application/x-www-form-urlencoded"),
    ],
)
def test_a_body_without_length_is_counted(town: Town, path: str, kind: str) -> None:
    answer = town.client.post(path, content=chunks(2 * MOST_BYTES), headers={"Content-Type": kind})
    assert answer.status_code == 413


def test_a_chunked_upload_is_cut_off(town: Town) -> None:
    page = Page(town.client)
    head = (
        b'--x\r\nContent-Disposition: form-data; name="message_id"\r\n\r\nm1\r\n'
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n'
    )
    body = itertools.chain([head], chunks(2_000_000))
    answer = town.client.post("/chat/messages", content=body, headers={**page.headers, **MULTIPART})
    assert answer.status_code == 413


def test_a_stated_length_is_enough(town: Town) -> None:
    for stated in ("500001", "9" * 400):
        answer = town.client.post("/chat/sessions", headers={"Content-Length": stated})
        assert answer.status_code == 413
