"""Rights of a role of PostgreSQL that runs Minhu and does not own its tables."""

from sqlalchemy import Connection, Engine, text

from backend.errors import BadInput

# Append-only, and written by migrations alone.
READ_AND_ADD, READ_ONLY = "audit_entries", "alembic_version"
_ROLE = text("SELECT rolsuper OR rolname = current_user FROM pg_roles WHERE rolname = :role")


def grant_app(engine: Engine, role: str) -> None:
    """Let `role` do what a running Minhu does, in these tables and later ones.

    It can change no table, and neither change nor delete an entry of the audit log. To be called
    by the owner of the tables. Raises BadInput for a role that is missing, or stronger.
    """
    with engine.begin() as connection:
        _refuse_strong(connection, role)
        name = engine.dialect.identifier_preparer.quote(role)
        for statement in _statements(name):
            connection.exec_driver_sql(statement)


def _refuse_strong(connection: Connection, role: str) -> None:
    is_strong = connection.scalar(_ROLE, {"role": role})
    if is_strong is None:
        raise BadInput(f"PostgreSQL has no role {role!r}: createuser --pwprompt {role}")
    if is_strong:
        raise BadInput(f"{role!r} owns the tables or is a superuser; name another role")


def _statements(role: str) -> list[str]:
    tables, sequences = "SELECT, INSERT, UPDATE, DELETE", "USAGE, SELECT"
    return [
        f"GRANT USAGE ON SCHEMA public TO {role}",
        f"GRANT {tables} ON ALL TABLES IN SCHEMA public TO {role}",
        f"GRANT {sequences} ON ALL SEQUENCES IN SCHEMA public TO {role}",
        f"REVOKE UPDATE, DELETE, TRUNCATE ON {READ_AND_ADD} FROM {role}",
        f"REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON {READ_ONLY} FROM {role}",
        f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT {tables} ON TABLES TO {role}",
        f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT {sequences} ON SEQUENCES TO {role}",
    ]
