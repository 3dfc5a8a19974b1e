"""Setting a city up from the command line: database, units, deadlines, staff."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from backend import clock, embedded
from backend.attachments.storage import AttachmentFolder
from backend.backups.backup import back_up
from backend.backups.manifest import Manifest
from backend.backups.restore import restore
from backend.database import Database, Session
from backend.deadlines.city import calendar
from backend.errors import BadInput
from backend.jobs.recompute_deadlines import Recomputed, recompute
from backend.jobs.unit_succession import hand_over
from backend.migrations import run as migrations
from backend.models.staff import Role, StaffAccount
from backend.models.units import Unit
from backend.settings import Settings
from backend.staff import second_factor
from backend.staff.accounts import (
    add_account,
    all_accounts,
    change_password,
    has_account,
    set_active,
    set_second_factor,
)
from backend.staff.passwords import weakness
from backend.units.changes import changes, ending_units
from backend.units.importing import apply, read_checked
from bot import __version__
from bot.doctor.city import city
from bot.doctor.finding import Finding
from bot.doctor.machine import machine


@contextmanager
def any_database(settings: Settings) -> Iterator[Database]:
    """The configured database, or the embedded one, whether Minhu is running or not."""
    configured = settings.database_url
    with (
        nullcontext(configured)
        if configured
        else embedded.borrowed(settings.postgres_folder) as url
    ):
        database = Database(url)
        try:
            yield database
        finally:
            database.engine.dispose()


@contextmanager
def city_database(settings: Settings) -> Iterator[Database]:
    """The same with this program's schema. Raises BadInput for another schema."""
    with any_database(settings) as database:
        migrations.require_current(database.engine)
        yield database


def back_up_to(settings: Settings, folder: Path) -> Manifest:
    with any_database(settings) as database:
        return back_up(database, _files(settings), folder, program=__version__)


def restore_from(settings: Settings, folder: Path) -> Manifest:
    with any_database(settings) as database:
        return restore(database, _files(settings), folder)


def _files(settings: Settings) -> AttachmentFolder:
    limit_bytes = settings.attachment_limit_bytes
    return AttachmentFolder(settings.attachments_folder, limit_bytes=limit_bytes)


def checked(settings: Settings) -> Iterator[Finding]:
    """Findings that `minhu doctor` prints; changes nothing."""
    yield from machine(settings)
    if settings.database_url is None and not settings.postgres_folder.exists():
        yield Finding("database", f"none yet in {settings.data_dir}", "start with `minhu up`")
        return
    with any_database(settings) as database:
        yield from city(settings, database)


def schema_of(settings: Settings) -> migrations.Schema:
    with any_database(settings) as database:
        return migrations.schema(database.engine)


def upgrade_database(settings: Settings) -> str | None:
    """Returns the revision that the database has now."""
    with any_database(settings) as database:
        migrations.upgrade(database.engine)
        return migrations.schema(database.engine).current


def downgrade_database(settings: Settings, revision: str) -> str | None:
    """Returns the revision that the database has now. Raises BadInput."""
    with any_database(settings) as database:
        migrations.downgrade(database.engine, revision)
        return migrations.schema(database.engine).current


@contextmanager
def _migrated(settings: Settings) -> Iterator[Session]:
    with city_database(settings) as database, database.begin() as session:
        yield session


@dataclass(frozen=True)
class Imported:
    rows: int
    ended: int
    cases: int  # open cases that moved from an ended unit


def unit_changes(settings: Settings, path: Path) -> list[str]:
    """Lines that say what the file would change. Raises ValueError that lists every bad row."""
    with _migrated(settings) as session:
        return [change.line for change in changes(session, read_checked(session, path))]


def load_units_of(settings: Settings, path: Path, *, say: Callable[[list[str]], None]) -> Imported:
    """Import the units and hand over the cases of ended ones; `say` gets the changes first.

    Raises ValueError that lists every bad row; then nothing is stored.
    """
    with _migrated(settings) as session:
        rows = read_checked(session, path)
        say([change.line for change in changes(session, rows)])
        ended = ending_units(session, rows)
        apply(session, rows)
        now = clock.now()
        cases = sum(hand_over(session, code, successor, now=now) for code, successor in ended)
        return Imported(len(rows), len(ended), cases)


def recompute_deadlines_of(settings: Settings) -> Recomputed:
    with city_database(settings) as database:
        return recompute(database, calendar(), now=clock.now())


def add_staff(
    settings: Settings, username: str, *, role: str, unit: str, name: str, password: str
) -> None:
    """Create a sign-in. Raises BadInput."""
    if role not in list(Role):
        raise BadInput(f"no role {role!r}; there are {', '.join(Role)}")
    _check_password(password, username)
    with _migrated(settings) as session:
        if session.get(Unit, unit) is None:
            raise BadInput(f"no unit {unit!r}; bring units in with `minhu units import FILE`")
        if has_account(session, username):
            raise BadInput(f"there is a {username!r} already")
        add_account(session, username, Role(role), unit=unit, name=name, password=password)


def change_staff_password(settings: Settings, username: str, password: str) -> None:
    """Raises BadInput or NotFound."""
    _check_password(password, username)
    with _migrated(settings) as session:
        change_password(session, username, password)


def set_staff_active(settings: Settings, username: str, *, active: bool) -> None:
    """Raises NotFound."""
    with _migrated(settings) as session:
        set_active(session, username, active=active)


def start_second_factor(settings: Settings, username: str) -> str:
    """Give the account a second factor; returns the address for its app. Raises NotFound."""
    secret = second_factor.new_secret()
    with _migrated(settings) as session:
        set_second_factor(session, username, secret)
    return second_factor.address(secret, username)


def end_second_factor(settings: Settings, username: str) -> None:
    """Raises NotFound."""
    with _migrated(settings) as session:
        set_second_factor(session, username, None)


def staff_lines(settings: Settings) -> list[str]:
    """One line an account: its name, role, unit, and whether it may sign in."""
    with _migrated(settings) as session:
        return [_staff_line(account) for account in all_accounts(session)]


def _staff_line(account: StaffAccount) -> str:
    state = "active" if account.active else "disabled"
    return f"{account.username}\t{account.role}\t{account.unit.name}\t{state}"


def _check_password(password: str, username: str) -> None:
    if problem := weakness(password, username):
        raise BadInput(problem)
