"""`minhu doctor`: a line for each need, and for each problem what to do."""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import text

from backend.database import Database, NoFreeConnection, engine_for
from backend.demo import seed_staff
from backend.jobs.scheduler import run_sweep
from backend.migrations import run
from backend.settings import Settings, settings
from bot.cli.setup import checked
from bot.doctor.finding import Finding
from tests.fakes.bot_api import TOKEN, running_bot_api
from tests.fakes.rasa import nobody_home
from tests.fakes.wechat_api import AES_KEY, running_wechat_api

Look = Callable[..., dict[str, Finding]]


@pytest.fixture
def look(own_database: Database, tmp_path: Path) -> Look:
    def findings(**changes: object) -> dict[str, Finding]:
        body = {"database_url": own_database.url, "data_dir": tmp_path, "speech_engine": "off"}
        value = Settings(_env_file=None, **{**body, **changes})  # type: ignore[arg-type]
        return {finding.subject: finding for finding in checked(value)}

    return findings


def test_a_city_that_is_well_has_no_problem(look: Look, own_database: Database) -> None:
    with own_database.begin() as session:
        seed_staff(session, "a password of ten")
    run_sweep(own_database)
    result = look()
    city = ("database", "schema", "city", "clock", "sweep", "queue turns", "telegram", "wechat")
    assert [str(result[name]) for name in city if result[name].is_problem] == []
    assert str(result["database"]).startswith("ok  database: PostgreSQL 18, UTF8, as ")


def test_each_problem_says_what_to_do(look: Look, own_database: Database) -> None:
    run.downgrade(own_database.engine, "0019")
    assert "minhu db upgrade" in look()["schema"].remedy
    run.upgrade(own_database.engine)
    with own_database.begin() as session:
        session.execute(text("DELETE FROM articles"))
    result = look(rasa_url=nobody_home(), speech_engine="sherpa")
    assert "start it" in result["rasa"].remedy
    assert "MINHU_SPEECH_ENGINE=off" in result["speech"].remedy
    assert "minhu up" in result["sweep"].remedy
    assert result["city"].is_problem


def test_too_few_connections_are_a_problem(look: Look) -> None:
    assert not look(database_connections=5)["connections"].is_problem
    assert "MINHU_DATABASE_CONNECTIONS" in look(database_connections=5000)["connections"].remedy


def test_a_process_keeps_to_its_connections(
    own_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MINHU_DATABASE_CONNECTIONS", "6")
    settings.cache_clear()
    engine = engine_for.__wrapped__(own_database.url)
    monkeypatch.undo()
    settings.cache_clear()
    with ExitStack() as connections:
        for _ in range(6):
            connections.enter_context(engine.connect())
        engine.pool._timeout = 0.1  # type: ignore[attr-defined]  # in place of half a minute
        with pytest.raises(NoFreeConnection):
            engine.connect()
    engine.dispose()


def test_a_database_that_is_away_is_named(look: Look) -> None:
    result = look(database_url=nobody_home().replace("http", "postgresql") + "/none")
    assert "start PostgreSQL" in result["database"].remedy
    assert "schema" not in result


def test_rights_that_are_missing_are_named(look: Look, own_database: Database) -> None:
    own_database.administer("CREATE ROLE guest LOGIN", "GRANT pg_read_all_data TO guest")
    try:
        result = look(database_url=own_database.url.replace("postgres@", "guest@"))
    finally:
        own_database.administer("DROP ROLE guest")
    assert "guest may create no tables" in result["database"].text
    assert "GRANT CREATE" in result["database"].remedy


def test_channels_are_asked(look: Look) -> None:
    with running_bot_api() as telegram, running_wechat_api() as wechat:
        settings = {
            "telegram_token": TOKEN,
            "telegram_base_url": telegram.url,
            "wechat_app_id": wechat.app_id,
            "wechat_app_secret": wechat.secret,
            "wechat_token": wechat.callback_token,
            "wechat_aes_key": AES_KEY,
            "wechat_api_base_url": wechat.url,
        }
        well = look(**settings)
        assert not well["telegram"].is_problem, well["telegram"]
        assert not well["wechat"].is_problem, well["wechat"]
        wrong = look(**settings | {"telegram_token": "1:WRONG"})
    assert "MINHU_TELEGRAM_TOKEN" in wrong["telegram"].remedy
    away = look(**settings)
    assert away["telegram"].is_problem
    assert "WRONG" not in str(wrong["telegram"])


def test_readable_settings_are_a_problem(
    look: Look, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "city.env"
    file.write_text("MINHU_PORT=9001\n")
    file.chmod(0o644)
    monkeypatch.setenv("MINHU_ENV_FILE", str(file))
    assert look()["settings"].remedy == f"chmod 600 {file}"
    file.chmod(0o600)
    assert not look()["settings"].is_problem
