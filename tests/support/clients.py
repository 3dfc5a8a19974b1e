"""A client of an app inside the test's own process."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from anyio.from_thread import start_blocking_portal
from starlette.testclient import TestClient


@contextmanager
def client_of(app: Any, **options: Any) -> Iterator[TestClient]:
    """All requests run in one event loop, in place of one each; the app is not started."""
    client = TestClient(app, **options)
    with start_blocking_portal() as client.portal:
        yield client
