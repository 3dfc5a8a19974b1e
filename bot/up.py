"""`minhu up`: PostgreSQL, Rasa and the app, started in order and stopped in order."""

import logging
import secrets
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import uvicorn

from backend import embedded
from backend.database import Database
from backend.demo import seed_city, seed_staff
from backend.migrations.run import upgrade
from backend.settings import Mode, Settings
from bot import training
from bot.app import Minhu
from bot.rasa import Rasa
from bot.rasa_process import RasaProcess, free_port
from dialogue.server import PATH

log = logging.getLogger(__name__)


def run(settings: Settings) -> None:
    """Serve until Ctrl-C or SIGTERM; leaves no process behind."""
    if settings.rasa_url is None and not training.MODEL.exists():
        sys.exit("there is no trained model yet: run `make setup` first")
    # The web server raises the signal that ended it once more; both unwind what is open here.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with suppress(KeyboardInterrupt):
        _run_parts(settings)
    _say("Stopped")


def _run_parts(settings: Settings) -> None:
    with _postgres(settings) as url:
        given = settings.action_secret
        secret = given.get_secret_value() if given else secrets.token_urlsafe(32)
        with _rasa(settings, url, secret) as rasa:
            database = Database(url)
            _say("Preparing the database")
            upgrade(database.engine)
            made_up = _seed(settings, database)
            _serve(settings, Minhu(settings, database, rasa, secret), made_up)
            database.engine.dispose()


@contextmanager
def _postgres(settings: Settings) -> Iterator[str]:
    if settings.database_url is not None:
        yield settings.database_url
        return
    folder = settings.postgres_folder
    _say("Starting the embedded PostgreSQL")
    try:
        yield embedded.start(folder)
    finally:
        embedded.stop(folder)


def _seed(settings: Settings, database: Database) -> str | None:
    """The demo city and its sign-ins; returns a password that was made up just now."""
    if settings.mode is not Mode.DEMO:
        return None
    password = settings.demo_password
    with database.begin() as session:
        seed_city(session)
        return seed_staff(session, password.get_secret_value() if password else None)


@contextmanager
def _rasa(settings: Settings, database_url: str, secret: str) -> Iterator[Rasa]:
    if settings.rasa_url is not None:
        yield Rasa(settings.rasa_url)
        return
    _say("Starting Rasa (about 15 s)")
    port = free_port()
    rasa = Rasa(f"http://127.0.0.1:{port}")
    process = RasaProcess(
        training.MODEL,
        port=port,
        action_url=f"http://127.0.0.1:{settings.port}{PATH}",
        action_secret=secret,
        database_url=database_url,
        log_file=settings.data_dir / "rasa.log",
        ended=rasa.cool,
    )
    process.start()
    try:
        yield rasa
    finally:
        process.stop()


def _serve(settings: Settings, minhu: Minhu, made_up: str | None) -> None:
    config = uvicorn.Config(
        minhu.web(), host=settings.host, port=settings.port, log_level="warning",
        timeout_graceful_shutdown=3,
    )  # fmt: skip
    threading.Thread(target=_announce, args=(settings, minhu, made_up), daemon=True).start()
    uvicorn.Server(config).run()


def _announce(settings: Settings, minhu: Minhu, made_up: str | None) -> None:
    minhu.wait_until_ready()
    address = f"http://{settings.host}:{settings.port}"
    _say(f"Ready.  Residents: {address}/chat   Staff: {address}/console   API: {address}/api/v1")
    if made_up:
        _say(f"Sign-ins: dispatcher handler supervisor leader admin, password {made_up}")
    elif settings.mode is Mode.DEMO:
        _say("Sign-ins: dispatcher handler supervisor leader admin (the password as before)")


def _say(line: str) -> None:
    print(f"== {line}", flush=True)
