"""What several modules share: the staff's side over HTTP, and the bot beside a Rasa of ours."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import time_machine
from fastapi.testclient import TestClient

from backend.database import Database
from backend.settings import Settings
from bot.app import Minhu
from bot.rasa.client import Rasa
from tests.fakes.rasa import FakeRasa, nobody_home, running_rasa
from tests.fakes.wechat_api import FakeWeChat, running_wechat_api
from tests.support.bot_desk import Desk as BotDesk
from tests.support.bot_desk import a_desk
from tests.support.chat_page import Page
from tests.support.days import NOON
from tests.support.desk import Desk
from tests.support.staff_app import Town, TownHall, town_hall_over, town_of


@pytest.fixture(scope="module")
def started_rasa() -> Iterator[FakeRasa]:
    with running_rasa() as rasa:
        yield rasa


@pytest.fixture
def rasa(started_rasa: FakeRasa) -> FakeRasa:
    started_rasa.forget()
    return started_rasa


@pytest.fixture
def wechat() -> Iterator[FakeWeChat]:
    with running_wechat_api() as wechat:
        yield wechat


@pytest.fixture
def page(database: Database, tmp_path: Path) -> Iterator[Page]:
    """The web chat of a whole app, while Rasa is away."""
    settings = Settings(_env_file=None, data_dir=tmp_path)  # type: ignore[call-arg]
    rasa = Rasa(nobody_home())
    yield Page(TestClient(Minhu(settings, database, rasa).web()))
    rasa.close()


@pytest.fixture
def alone(database: Database, tmp_path: Path) -> Iterator[BotDesk]:
    """The bot while Rasa is away: the same classifier answers inside the app."""
    with a_desk(database, tmp_path, rasa_url=nobody_home()) as desk:
        yield desk


@pytest.fixture
def noon() -> Iterator[None]:
    """It is noon of TODAY: no midnight comes between a module's dates and its tests."""
    with time_machine.travel(NOON):
        yield


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


@pytest.fixture
def desk(town: Town) -> Iterator[Callable[[str], Desk]]:
    """`desk("handler")` is that demo account, signed in to the console."""
    opened: list[Desk] = []

    def at(username: str) -> Desk:
        opened.append(Desk(town, username))
        return opened[-1]

    yield at
    for one in opened:
        one.close()


@pytest.fixture
def fresh_town(database: Database, tmp_path: Path) -> Iterator[Town]:
    """In an app that has computed nothing yet: it shows no measures of an earlier test."""
    with town_hall_over(database, tmp_path) as hall, town_of(hall) as town:
        yield town


@pytest.fixture
def own_town(own_database: Database, tmp_path: Path) -> Iterator[Town]:
    """For tests that change units."""
    with town_hall_over(own_database, tmp_path) as hall, town_of(hall) as town:
        yield town
