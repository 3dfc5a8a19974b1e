"""One real PostgreSQL for the whole run, and a migrated database with the demo city in it."""

import itertools
import logging
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import httpx._transports.default as transports
import pytest
from hypothesis import settings
from sqlalchemy import text
from xdist.remote import Producer

from backend import embedded
from backend.database import Base, Database
from backend.demo import seed_city
from backend.migrations import run
from bot.logs import fields_of
from bot.rasa import training
from nlu import trained
from tests.support import processes

settings.register_profile("minhu", deadline=None)  # a busy machine is no fault of the code
settings.register_profile("quick", deadline=None, max_examples=20)  # of `make quick`
settings.load_profile("minhu")

# One TLS context for all clients: it takes 20 ms to make, and most tests make a client.
transports.create_ssl_context = cache(transports.create_ssl_context)

# Most tests are about what follows a dispatch; test_dispatch_precision.py tests the bar itself.
os.environ["MINHU_DISPATCH_PRECISION"] = "0.85"
os.environ["MINHU_ENV_FILE"] = os.devnull  # a developer's own settings are none of the tests'

_numbers = itertools.count(1)
NO_MODEL = "there is no trained model: run `make setup` first"
CHINESE = re.compile("[\u4e00-\u9fff]")
CHROMIUM = Path("/usr/bin/chromium")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Database]:
    """A server of our own, stopped at the end, with `template_minhu` ready to be copied."""
    # Not pytest's own folder: the next run of pytest makes that private again, and the
    # server's user could no longer get in.
    parent = Path(tempfile.mkdtemp(prefix="minhu-test-"))
    folder = parent / "data"
    url = embedded.start(folder)
    admin = Database(url)
    _execute(admin, "ALTER SYSTEM SET fsync = off")  # nothing here outlives the run
    _execute(admin, "SELECT pg_reload_conf()")
    _execute(admin, "CREATE DATABASE template_minhu")
    template = Database(_with_name(url, "template_minhu"))
    run.upgrade(template.engine)
    with template.begin() as session:
        seed_city(session)
    template.engine.dispose()
    yield admin
    admin.engine.dispose()
    embedded.stop(folder)
    shutil.rmtree(parent)


@pytest.fixture(scope="session")
def shared_database(postgres: Database) -> Iterator[Database]:
    """The one that most tests use in turn; see `database`."""
    with _copy_of_template(postgres) as database:
        yield database


@pytest.fixture
def database(shared_database: Database) -> Iterator[Database]:
    """The demo city's units and articles, and no residents, cases or messages.

    Emptied after the test. One that changes units, articles or tables takes `own_database`.
    """
    yield shared_database
    with shared_database.engine.begin() as connection:
        connection.exec_driver_sql(_emptied())


@cache
def _emptied() -> str:
    """In one string, for it is said more than a thousand times."""
    names = [table.name for table in reversed(Base.metadata.sorted_tables)]
    deletes = [f"DELETE FROM {name}" for name in names if name not in {"units", "articles"}]
    no_triggers = "SET LOCAL session_replication_role = replica"  # the audit log refuses deletes
    return "; ".join(["SET LOCAL lock_timeout = '10s'", no_triggers, *deletes])


@pytest.fixture
def own_database(postgres: Database) -> Iterator[Database]:
    """A database for one test alone, with the demo city's units and articles."""
    with _copy_of_template(postgres) as database:
        yield database


@pytest.fixture(scope="module")
def module_database(postgres: Database) -> Iterator[Database]:
    """One for a whole module, not emptied between tests: for an app that works by itself."""
    with _copy_of_template(postgres) as database:
        yield database


@contextmanager
def _copy_of_template(postgres: Database) -> Iterator[Database]:
    name = f"test_{next(_numbers)}"
    _execute(postgres, f"CREATE DATABASE {name} TEMPLATE template_minhu")
    database = Database(_with_name(postgres.url, name))
    yield database
    database.engine.dispose()
    _execute(postgres, f"DROP DATABASE {name} WITH (FORCE)")


def _with_name(url: str, name: str) -> str:
    return url.replace("@/postgres", f"@/{name}")


def _execute(database: Database, statement: str) -> None:
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(statement))


class NoWordsInLogs(logging.Handler):
    """Collects what is logged in Chinese, as residents write: our own lines are in English."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        fields = " ".join(map(str, fields_of(record).values()))
        error = str(record.exc_info[1]) if record.exc_info else ""
        line = f"{record.name}: {record.getMessage()} {fields} {error}"
        if CHINESE.search(line):
            self.lines.append(line)


@pytest.fixture(autouse=True)
def no_words_in_logs() -> Iterator[None]:
    """Residents' words are never logged, not even with an error."""
    handler = NoWordsInLogs()
    logging.getLogger().addHandler(handler)
    yield
    logging.getLogger().removeHandler(handler)
    assert handler.lines == []


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Browser tests need Debian's Chromium: missing, they are skipped, but not in CI."""
    if item.get_closest_marker("model") and not is_trained():
        pytest.fail(NO_MODEL, pytrace=False)
    if item.get_closest_marker("browser") and not CHROMIUM.exists():
        reason = "Chromium is missing: apt-get install chromium fonts-noto-cjk"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)


def pytest_collection_finish(session: pytest.Session) -> None:
    """One line in place of a failure for each test that needs the trained model.

    A worker of xdist may not exit: there each of these tests fails.
    """
    if is_trained() or hasattr(session.config, "workerinput"):
        return
    if any(item.get_closest_marker("model") for item in session.items):
        pytest.exit(f"{NO_MODEL}, or `make quick`", returncode=1)


def is_trained() -> bool:
    return all(model.exists() for model in (trained.DANGER, trained.PAST_CASES, training.MODEL))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        processes.check(item)
    items.sort(key=processes.how_late)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> processes.ByModule:
    config.option.loadscopereorder = False  # they are in order, see above
    return processes.ByModule(config, log)
