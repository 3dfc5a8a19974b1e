"""What a process of one role says of itself, and what staff are shown while Rasa is away."""

from functools import partial
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from backend.database import Database
from backend.settings import Settings
from backend.web.console.feed import DeskFeed
from backend.web.console.routes import console_routes
from bot.app import Minhu
from bot.rasa.client import Rasa
from bot.roles import Role
from tests.fakes import serving
from tests.fakes.rasa import FakeRasa, nobody_home
from tests.support.desk import Desk
from tests.support.staff_app import Town

AWAY = "语言理解服务（Rasa）暂时不在"


def health(database: Database, folder: Path, rasa: Rasa, role: Role) -> httpx.Response:
    settings = Settings(_env_file=None, data_dir=folder)  # type: ignore[call-arg]
    minhu = Minhu(settings, database, rasa, role)
    with serving(minhu.web()) as url:
        answer = httpx.get(f"{url}/healthz", trust_env=False)
    rasa.close()
    return answer


def test_web_without_rasa_reports_healthy(database: Database, tmp_path: Path) -> None:
    answer = health(database, tmp_path, Rasa(""), Role.WEB)
    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "database": True})


def test_web_does_not_warm_rasa_but_sees_it(
    database: Database, tmp_path: Path, rasa: FakeRasa
) -> None:
    answer = health(database, tmp_path, Rasa(rasa.url), Role.WEB)
    assert answer.json() == {"status": "ok", "database": True, "rasa": True}
    assert rasa.words == []


def test_a_web_sees_that_rasa_is_away(database: Database, tmp_path: Path) -> None:
    answer = health(database, tmp_path, Rasa(nobody_home()), Role.WEB)
    assert answer.status_code == 200
    assert answer.json() == {"status": "degraded", "database": True, "rasa": False}


def test_without_a_database_a_web_is_not_well(tmp_path: Path) -> None:
    away = Database("postgresql://nobody@127.0.0.1:1/nowhere")
    answer = health(away, tmp_path, Rasa(""), Role.WEB)
    assert (answer.status_code, answer.json()) == (503, {"status": "degraded", "database": False})
    away.engine.dispose()


def test_every_staff_page_says_rasa_is_away(town: Town) -> None:
    is_away = True
    app = FastAPI()
    app.include_router(
        console_routes(town.database, town.folder, feed=DeskFeed(), is_degraded=lambda: is_away)
    )
    with serving(app) as url:
        town.client.base_url = url
        desk = Desk(town, "dispatcher")
        pages = ("/cases", "/chats", "/measures")
        assert [AWAY in desk.get(page).text for page in pages] == [True] * 3
        is_away = False
        assert [AWAY in desk.get(page).text for page in pages] == [False] * 3
        desk.close()


@pytest.mark.parametrize(("role", "is_shown"), [(Role.ALL, True), (Role.WEB, False)])
def test_understanding_process_shows_rasa_is_not_warm(
    town: Town, tmp_path: Path, role: Role, is_shown: bool
) -> None:
    """A process that only serves pages does not understand, and so cannot tell."""
    settings = Settings(_env_file=None, data_dir=tmp_path)  # type: ignore[call-arg]
    rasa = Rasa(nobody_home())
    with serving(Minhu(settings, town.database, rasa, role).web()) as url:
        town.client.base_url = url
        desk = Desk(town, "dispatcher")
        assert (AWAY in desk.get("/cases").text) is is_shown
        desk.close()
    rasa.close()


@pytest.mark.parametrize("is_away", [True, False])
def test_each_app_has_its_own_rasa_notice(town: Town, is_away: bool) -> None:
    routes = partial(console_routes, town.database, town.folder, feed=DeskFeed())
    app = FastAPI()
    app.include_router(routes(is_degraded=lambda: is_away))
    routes(is_degraded=lambda: not is_away)  # of another app in this process, made later
    with serving(app) as url:
        town.client.base_url = url
        desk = Desk(town, "dispatcher")
        assert (AWAY in desk.get("/cases").text) == is_away
        desk.close()
