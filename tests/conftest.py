"""One real PostgreSQL for the whole run; a migrated template, and a fresh copy of it per test."""

import itertools
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from backend import embedded
from backend.database import Database
from backend.demo import seed_city
from backend.migrations import run

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Database]:
    """A server of our own, stopped at the end, with `template_minhu` ready to be copied."""
    # Not pytest's own folder: the next run of pytest makes that private again, and the
    # server's user could no longer get in.
    parent = Path(tempfile.mkdtemp(prefix="minhu-test-"))
    folder = parent / "data"
    url = embedded.start(folder)
    admin = Database(url)
    _execute(admin, "CREATE DATABASE template_minhu")
    template = Database(_named(url, "template_minhu"))
    run.upgrade(template.engine)
    with template.begin() as session:
        seed_city(session)
    template.engine.dispose()
    yield admin
    admin.engine.dispose()
    embedded.stop(folder)
    shutil.rmtree(parent)


@pytest.fixture
def database(postgres: Database) -> Iterator[Database]:
    """A database of its own for this test, with the demo city's units and no cases."""
    name = f"test_{next(_numbers)}"
    _execute(postgres, f"CREATE DATABASE {name} TEMPLATE template_minhu STRATEGY FILE_COPY")
    database = Database(_named(postgres.url, name))
    yield database
    database.engine.dispose()
    _execute(postgres, f"DROP DATABASE {name} WITH (FORCE)")


def _named(url: str, name: str) -> str:
    return url.replace("@/postgres", f"@/{name}")


def _execute(database: Database, statement: str) -> None:
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(statement))
