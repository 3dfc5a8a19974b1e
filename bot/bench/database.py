"""A temporary database for measurements, on a PostgreSQL of its own."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from backend import embedded
from backend.database import Database
from backend.demo import seed_city
from backend.migrations.run import upgrade


@contextmanager
def new_database() -> Iterator[Database]:
    """A database that holds the demo city's units and articles only."""
    with tempfile.TemporaryDirectory(prefix="minhu-bench-") as folder:
        Path(folder).chmod(0o755)  # PostgreSQL's own user has to get in
        with embedded.borrowed(Path(folder) / "postgres") as url:
            database = Database(url)
            upgrade(database.engine)
            with database.begin() as session:
                seed_city(session)
            try:
                yield database
            finally:
                database.engine.dispose()


def settle(database: Database) -> None:
    """Vacuum and analyse after a bulk insert, as the server does by itself in time."""
    database.administer("VACUUM ANALYZE")
