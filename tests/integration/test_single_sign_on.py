"""Staff sign in at the city's own provider, which runs on this machine for the tests."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc.jwk import RSAKey
from sqlalchemy import select, update
from starlette.testclient import TestClient

from backend.attachments.storage import AttachmentFolder
from backend.database import Database
from backend.models.staff import AuditEntry, StaffAccount
from backend.settings import Settings
from backend.staff.sign_in import NO_ACCOUNT
from backend.staff.single_sign_on import FAILED
from backend.web.console.auth import COOKIE
from bot.app import Minhu
from bot.rasa.client import Rasa
from tests.fakes.oidc_provider import CLIENT, SECRET, FakeProvider, running_provider
from tests.fakes.rasa import nobody_home
from tests.support.clients import client_of
from tests.support.staff_app import Town, TownHall

OWN = "https://minhu.example"
LEAVE, RETURN = "/console/sign-in/provider", "/console/sign-in/provider/return"


@pytest.fixture(scope="module")
def provider() -> Iterator[FakeProvider]:
    with running_provider() as provider:
        yield provider


@pytest.fixture(scope="module")
def hall(
    shared_database: Database, provider: FakeProvider, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TownHall]:
    folder = tmp_path_factory.mktemp("var")
    settings = Settings(
        _env_file=None, data_dir=folder, public_url=OWN,
        oidc_issuer=provider.url, oidc_client_id=CLIENT, oidc_client_secret=SECRET,
    )  # type: ignore[call-arg, arg-type]  # fmt: skip
    rasa = Rasa(nobody_home())
    app = Minhu(settings, shared_database, rasa).web()
    yield TownHall(shared_database, AttachmentFolder(folder, limit_bytes=300_000), app, "")
    rasa.close()


@pytest.fixture
def town(hall: TownHall, database: Database) -> Iterator[Town]:
    with client_of(hall.app, base_url=OWN, follow_redirects=False) as client:
        yield Town(hall, client)


@pytest.fixture(autouse=True)
def usual(provider: FakeProvider) -> Iterator[None]:
    yield
    provider.username, provider.claims = "handler", {}
    provider.signing_key, provider.algorithm = None, "RS256"


def to_provider(browser: TestClient, back: str = "") -> str:
    """Where the provider sends the browser back to."""
    answer = browser.get(LEAVE, params={"next": back})
    assert answer.status_code == 303, answer.text
    sent_back = httpx.get(answer.headers["location"])
    address: str = sent_back.headers["location"]
    assert address.startswith(f"{OWN}{RETURN}?")
    return address.removeprefix(OWN)


def refused(town: Town, address: str, problem: str = FAILED) -> None:
    answer = town.client.get(address)
    assert answer.status_code == 401
    assert problem in answer.text
    assert COOKIE not in answer.cookies
    assert town.client.get("/console/cases").status_code == 303


def test_the_sign_in_page_leads_to_the_provider(town: Town) -> None:
    assert (
        f'href="{LEAVE}?next=/console/measures"'
        in town.client.get("/console/sign-in", params={"next": "/console/measures"}).text
    )


def test_an_account_signs_in(town: Town) -> None:
    answer = town.client.get(to_provider(town.client, "/console/measures"))
    assert answer.status_code == 200
    assert answer.headers["refresh"] == "0; url=/console/measures"
    assert "samesite=strict" in answer.headers["set-cookie"].lower()
    assert town.client.get("/console/cases").status_code == 200
    with town.database.begin() as session:
        last = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert last is not None
        assert (last.action, last.subject) == ("sign_in", "handler")


def test_nobody_is_sent_elsewhere(town: Town) -> None:
    for back in ("https://evil.example/", "//evil.example", "/console/x;url=//evil.example"):
        answer = town.client.get(to_provider(town.client, back))
        assert answer.headers["refresh"] == "0; url=/console/cases"


def test_a_stranger_has_no_account(town: Town, provider: FakeProvider) -> None:
    provider.username = "nobody-here"
    refused(town, to_provider(town.client), NO_ACCOUNT)
    with town.database.begin() as session:
        last = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert last is not None
        assert last.action == "sign_in_failed"


def test_a_disabled_account_stays_out(town: Town) -> None:
    with town.database.begin() as session:
        session.execute(
            update(StaffAccount).where(StaffAccount.username == "handler").values(active=False)
        )
    refused(town, to_provider(town.client), NO_ACCOUNT)


def test_an_answer_to_another_browser_is_refused(town: Town) -> None:
    address = to_provider(town.client)
    town.client.cookies.clear()
    refused(town, address)


def test_an_answer_is_good_once(town: Town) -> None:
    address = to_provider(town.client)
    cookies = dict(town.client.cookies)
    assert town.client.get(address).status_code == 200
    town.client.cookies.clear()
    town.client.cookies.update(cookies)
    refused(town, address)


def test_another_state_is_refused(town: Town) -> None:
    code = parse_qs(urlsplit(to_provider(town.client)).query)["code"][0]
    refused(town, f"{RETURN}?code={code}&state=guessed")
    refused(town, RETURN)


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "another-client"}, {"iss": "https://evil.example"}, {"exp": 1}, {"nonce": "old"},
        {"preferred_username": ""}, {"preferred_username": 7},
    ],
)  # fmt: skip
def test_a_wrong_claim_is_refused(
    town: Town, provider: FakeProvider, claims: dict[str, object]
) -> None:
    provider.claims = claims
    refused(town, to_provider(town.client))


def test_another_key_is_refused(town: Town, provider: FakeProvider) -> None:
    provider.signing_key = RSAKey.generate_key(2048, {"kid": "one"})
    refused(town, to_provider(town.client))


def test_a_provider_that_is_away(
    shared_database: Database, database: Database, tmp_path: Path
) -> None:
    settings = Settings(
        _env_file=None, data_dir=tmp_path, oidc_issuer="http://127.0.0.1:1",
        oidc_client_id=CLIENT, oidc_client_secret=SECRET,
    )  # type: ignore[call-arg, arg-type]  # fmt: skip
    rasa = Rasa(nobody_home())
    with client_of(Minhu(settings, shared_database, rasa).web()) as client:
        answer = client.get(LEAVE)
        assert answer.status_code == 502
        assert FAILED in answer.text
    rasa.close()
