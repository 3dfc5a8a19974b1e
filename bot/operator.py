"""What an operator does from the command line before residents and staff come."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend import embedded
from backend.database import Database
from backend.errors import BadInput
from backend.migrations.run import upgrade
from backend.routing.importing import load_units
from backend.routing.models import Unit
from backend.settings import Settings
from backend.staff.models import Role, StaffAccount
from backend.staff.service import hash_password

SHORTEST_PASSWORD = 10  # characters


@contextmanager
def city_database(settings: Settings) -> Iterator[Database]:
    """The city's database in its newest shape, whether Minhu is running or not."""
    named = settings.database_url
    with nullcontext(named) if named else embedded.borrowed(settings.postgres_folder) as url:
        database = Database(url)
        upgrade(database.engine)
        try:
            yield database
        finally:
            database.engine.dispose()


@contextmanager
def _migrated(settings: Settings) -> Iterator[Session]:
    with city_database(settings) as database, database.begin() as session:
        yield session


def load_units_of(settings: Settings, path: Path) -> int:
    """How many rows were read. Raises ValueError that lists every bad row; then none is kept."""
    with _migrated(settings) as session:
        return load_units(session, path)


def add_staff(
    settings: Settings, username: str, *, role: str, unit: str, name: str, password: str
) -> None:
    """Raises BadInput."""
    if role not in list(Role):
        raise BadInput(f"no role {role!r}; there are {', '.join(Role)}")
    if len(password) < SHORTEST_PASSWORD:
        raise BadInput(f"a password has at least {SHORTEST_PASSWORD} characters")
    with _migrated(settings) as session:
        if session.get(Unit, unit) is None:
            raise BadInput(f"no unit {unit!r}; bring units in with `minhu units FILE`")
        if session.scalar(select(StaffAccount).where(StaffAccount.username == username)):
            raise BadInput(f"there is a {username!r} already")
        session.add(
            StaffAccount(
                username=username,
                display_name=name,
                role=role,
                unit_code=unit,
                password_hash=hash_password(password),
            )
        )
