"""The database server: version, encoding, and the permissions of our user."""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Server:
    version: int  # the major one
    encoding: str
    user: str
    may_create: bool  # tables, as migrations do
    may_write: bool  # messages; False without tables
    connections: int  # that ordinary users may have, all together
    connected: int


_QUERY = text(
    "SELECT current_setting('server_version_num')::int / 10000, current_setting('server_encoding'),"
    " current_user, has_schema_privilege(current_schema(), 'CREATE'),"
    " coalesce(has_table_privilege(to_regclass('inbox'), 'INSERT'), false),"
    " current_setting('max_connections')::int"
    " - current_setting('superuser_reserved_connections')::int,"
    " (SELECT sum(numbackends) FROM pg_stat_database)::int"
)


def server(session: Session) -> Server:
    return Server(*session.execute(_QUERY).one())
