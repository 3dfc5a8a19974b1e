"""A city's database to measure in, on a PostgreSQL that ends with it."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from backend import embedded
from backend.database import Database
from backend.demo import seed_city
from backend.migrations.run import upgrade


@contextmanager
def a_database() -> Iterator[Database]:
    """With the demo city's units and articles, and nothing else."""
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
    """Rows that were filled in all at once are tidied up, as the server does by itself in time."""
    database.administer("VACUUM ANALYZE")
