"""The embedded PostgreSQL server for a demo or a small town; on a Unix socket, without a port."""

from backend.embedded.ownership import borrowed, owned
from backend.embedded.server import start, stop

__all__ = ["borrowed", "owned", "start", "stop"]
