"""Bring a database to the newest shape."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, text
from sqlalchemy.orm import Session

_ONE_UPGRADE = 8_240_005  # of PostgreSQL's advisory locks


def one_at_a_time(connection: Connection | Session) -> None:
    """Several processes may start at once: the second waits until the first has committed."""
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ONE_UPGRADE})


def upgrade(engine: Engine, revision: str = "head") -> None:
    with engine.begin() as connection:
        one_at_a_time(connection)
        command.upgrade(_config(connection), revision)


def downgrade(engine: Engine, revision: str = "base") -> None:
    with engine.begin() as connection:
        command.downgrade(_config(connection), revision)


def check(engine: Engine) -> None:
    """Raises when the models and the migrations differ."""
    with engine.begin() as connection:
        command.check(_config(connection))


def write_revision(engine: Engine, message: str, revision: str) -> None:
    """For developers: a new migration from what the models now say."""
    with engine.begin() as connection:
        command.revision(_config(connection), message, autogenerate=True, rev_id=revision)


def _config(connection: object) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    return config
