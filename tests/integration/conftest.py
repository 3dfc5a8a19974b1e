"""The staff's side over HTTP, for the API's tests and the console's."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from backend.database import Database
from tests.desk import Desk
from tests.staff_app import Town, town_over


@pytest.fixture
def town(database: Database, tmp_path: Path) -> Iterator[Town]:
    with town_over(database, tmp_path) as town:
        yield town


@pytest.fixture
def desk(town: Town) -> Iterator[Callable[[str], Desk]]:
    """`desk("handler")` is that demo account, signed in to the console."""
    opened: list[Desk] = []

    def at(username: str) -> Desk:
        opened.append(Desk(town, username))
        return opened[-1]

    yield at
    for one in opened:
        one.close()
