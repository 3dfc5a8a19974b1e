"""`minhu up`: PostgreSQL, Rasa and the app, started in order and stopped in order."""

import asyncio
import logging
import secrets
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import uvicorn

from backend import embedded
from backend.database import Database
from backend.demo import active_demo_accounts, seed_city, seed_staff
from backend.errors import BadInput
from backend.health import setup_state
from backend.migrations.run import one_at_a_time, upgrade
from backend.settings import Mode, Settings, TelegramMode, settings_file
from bot.app import Minhu
from bot.half_open import PatientProtocol
from bot.rasa import training
from bot.rasa.client import Rasa
from bot.rasa.process import PYTHON, RasaProcess
from bot.roles import Role
from nlu.folders import existing

log = logging.getLogger(__name__)

STARTED_PAUSE_SECONDS = 0.05
DATABASE_PAUSE_SECONDS = 2.0


def run(settings: Settings, role: Role = Role.ALL) -> None:
    """Serve or work until Ctrl-C or SIGTERM; leaves no process behind. Raises BadInput, NoModel."""
    _require(settings, role)
    # The web server raises the signal that ended it again; either one unwinds the open contexts.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with suppress(KeyboardInterrupt):
        _run_parts(settings, role)
    _say("Stopped")


def _require(settings: Settings, role: Role) -> None:
    existing(training.MODEL)
    if role is Role.ALL:
        return
    if settings.database_url is None:
        raise BadInput(f"--role {role} needs MINHU_DATABASE_URL: the processes share a PostgreSQL")
    if settings.telegram_token and settings.telegram_mode is TelegramMode.POLLING:
        raise BadInput(
            "Telegram can be polled by one process alone: set MINHU_TELEGRAM_MODE=webhook"
        )


def _run_parts(settings: Settings, role: Role) -> None:
    file = settings_file()
    source = f"{file} and the environment" if file.exists() else "the environment alone"
    _say(f"Mode: {settings.mode}.  Settings: {source}")
    # Taken before anything is started, so that a port in use is known at once.
    port = settings.port if role.serves else settings.health_port
    listening = _listen(settings.host, port) if port else None
    with _postgres(settings) as url, _rasa(settings, role) as rasa:
        database = Database(url)
        _wait_for(database)
        _say("Preparing the database")
        upgrade(database.engine)
        new_password = seed(settings, database)
        minhu = Minhu(settings, database, rasa, role)
        if listening:
            _serve(settings, minhu, listening, new_password)
        else:
            _work(settings, minhu, new_password)
        database.engine.dispose()


def _listen(host: str, port: int) -> socket.socket:
    """Raises BadInput where the address cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise BadInput(
            f"cannot listen on {host}:{port}: {error.strerror}; "
            f"choose another port with --port or MINHU_PORT"
        ) from error
    return listening


def _wait_for(database: Database) -> None:
    """After a power cut PostgreSQL may come up later than we do."""
    while (problem := database.problem()) is not None:
        _say(f"Waiting for PostgreSQL: {problem}")
        time.sleep(DATABASE_PAUSE_SECONDS)


def _work(settings: Settings, minhu: Minhu, new_password: str | None) -> None:
    minhu.wait_until_ready()
    _say_ready(settings, minhu.database, f"Role: {minhu.role}")
    _say_sign_ins(settings, new_password)
    asyncio.run(minhu.work())


def _say_ready(settings: Settings, database: Database, what: str) -> None:
    with database.begin() as session:
        missing = setup_state.missing(session) if settings.mode is Mode.PRODUCTION else []
    _say(f"Started, but not ready for residents.  {what}" if missing else f"Ready.  {what}")
    for line in missing:
        _say(f"Missing: {line}")


@contextmanager
def _postgres(settings: Settings) -> Iterator[str]:
    if settings.database_url is not None:
        yield settings.database_url
        return
    _say("Starting the embedded PostgreSQL")
    with embedded.owned(settings.postgres_folder) as url:
        yield url


def seed(settings: Settings, database: Database) -> str | None:
    """Seed the demo city and its sign-ins; returns a new password, None when there is none.

    Raises BadInput in production while demo accounts may sign in.
    """
    if settings.mode is not Mode.DEMO:
        _refuse_demo_accounts(database)
        return None
    password = settings.demo_password
    with database.begin() as session:
        one_at_a_time(session)
        seed_city(session)
        return seed_staff(session, password.get_secret_value() if password else None)


def _refuse_demo_accounts(database: Database) -> None:
    with database.begin() as session:
        names = active_demo_accounts(session)
    if names:
        raise BadInput(
            f"demo accounts may sign in here: {', '.join(names)}; "
            f"disable each with `minhu staff-disable NAME`"
        )


@contextmanager
def _rasa(settings: Settings, role: Role) -> Iterator[Rasa]:
    """A Rasa server elsewhere, or a child process. Turns do not wait for it to be ready."""
    if settings.rasa_url is not None:
        token = settings.rasa_token
        yield Rasa(settings.rasa_url, token.get_secret_value() if token else "")
        return
    if not role.works:
        yield Rasa("")
        return
    if not PYTHON.exists():  # Minhu was installed from a wheel
        _say(f"There is no Rasa at {PYTHON}: the classifier in the app answers in its place")
        yield Rasa("")
        return
    _say("Starting Rasa")
    token_of_its_own = secrets.token_urlsafe(32)
    rasa = Rasa("", token_of_its_own)
    process = RasaProcess(
        training.MODEL,
        token=token_of_its_own,
        log_file=settings.data_dir / "rasa.log",
        starts=rasa.move,
        answers=rasa.is_up,
    )
    process.start()
    try:
        yield rasa
    finally:
        process.stop()


def _serve(
    settings: Settings, minhu: Minhu, listening: socket.socket, new_password: str | None
) -> None:
    config = uvicorn.Config(
        minhu.web(),
        http=PatientProtocol,
        log_level="warning",
        log_config=None,
        timeout_graceful_shutdown=3,
    )
    server = uvicorn.Server(config)
    announce = (server, settings, minhu, new_password)
    threading.Thread(target=_announce, args=announce, daemon=True).start()
    server.run(sockets=[listening])


def _announce(
    server: uvicorn.Server, settings: Settings, minhu: Minhu, new_password: str | None
) -> None:
    minhu.wait_until_ready()
    while not server.started:
        time.sleep(STARTED_PAUSE_SECONDS)
    address = f"http://{settings.host}:{settings.port}"
    doors = f"Residents: {address}/chat   Staff: {address}/console   API: {address}/api/v1"
    _say_ready(settings, minhu.database, doors if minhu.role.serves else f"Role: {minhu.role}")
    _say_sign_ins(settings, new_password)


def _say_sign_ins(settings: Settings, new_password: str | None) -> None:
    """Printed with the password only by the process that made it."""
    if new_password:
        _say(f"Sign-ins: dispatcher handler supervisor leader admin, password {new_password}")
    elif settings.mode is Mode.DEMO:
        _say("Sign-ins: dispatcher handler supervisor leader admin (the password as before)")


def _say(line: str) -> None:
    print(f"== {line}", flush=True)
