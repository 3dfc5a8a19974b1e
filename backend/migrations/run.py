"""Bring a database to the newest schema, one process at a time."""

from dataclasses import dataclass
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, text
from sqlalchemy.orm import Session

from backend.errors import BadInput

_ONE_UPGRADE = 8_240_005  # of PostgreSQL's advisory locks


@dataclass(frozen=True)
class Schema:
    """The revision that a database has, and the newest one that this program knows."""

    current: str | None  # None: an empty database
    newest: str
    pending: tuple[str, ...]  # from old to new

    @property
    def is_newer_than_program(self) -> bool:
        return self.current is not None and not self.pending and self.current != self.newest


def one_at_a_time(connection: Connection | Session) -> None:
    """Several processes may start at once: the second waits until the first has committed."""
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ONE_UPGRADE})


def schema(engine: Engine) -> Schema:
    with engine.begin() as connection:
        return _schema(connection)


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Raises BadInput where a newer program has migrated the database."""
    with engine.begin() as connection:
        one_at_a_time(connection)
        _refuse_newer(_schema(connection))
        command.upgrade(_config(connection), revision)


def downgrade(engine: Engine, revision: str = "base") -> None:
    """Raises BadInput for a revision that is not below the one that the database has."""
    with engine.begin() as connection:
        one_at_a_time(connection)
        _refuse_newer(_schema(connection))
        try:
            command.downgrade(_config(connection), revision)
        except CommandError as error:
            raise BadInput(str(error)) from error


def require_current(engine: Engine) -> None:
    """Raises BadInput unless the database has this program's schema; an empty one is filled."""
    state = schema(engine)
    _refuse_newer(state)
    if state.current is None:
        upgrade(engine)
    elif state.pending:
        raise BadInput(
            f"the database has schema {state.current} and this program needs {state.newest}: "
            f"back up, then run `minhu db upgrade`"
        )


def check(engine: Engine) -> None:
    """Raises when the models and the migrations differ."""
    with engine.begin() as connection:
        command.check(_config(connection))


def write_revision(engine: Engine, message: str, revision: str) -> None:
    """Write a new migration from the models (for developers)."""
    with engine.begin() as connection:
        command.revision(_config(connection), message, autogenerate=True, rev_id=revision)


def _schema(connection: Connection) -> Schema:
    current = MigrationContext.configure(connection).get_current_revision()
    scripts = ScriptDirectory.from_config(_config(connection))
    revisions = [script.revision for script in scripts.walk_revisions()][::-1]
    if current is None:
        pending = revisions
    else:
        pending = revisions[revisions.index(current) + 1 :] if current in revisions else []
    return Schema(current, revisions[-1], tuple(pending))


def _refuse_newer(state: Schema) -> None:
    if state.is_newer_than_program:
        raise BadInput(
            f"the database has schema {state.current}, which is newer than this program's "
            f"{state.newest}: start the newer program, or restore a backup of before the update"
        )


def _config(connection: object) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    return config
