"""`minhu db …`: the schema of the database."""

from typing import Annotated

import typer

from backend.errors import BadInput

db = typer.Typer(no_args_is_help=True, help="The schema of the database.")


@db.command()
def status() -> None:
    """Say which schema the database has, and what `minhu db upgrade` would do; changes nothing."""
    from backend.settings import Settings
    from bot.cli.setup import schema_of

    schema_state = schema_of(Settings())
    print(f"database: {schema_state.current or 'empty'}; program: {schema_state.newest}")
    print(f"to upgrade: {' '.join(schema_state.pending) or 'nothing'}")
    if schema_state.is_newer_than_program:
        raise typer.Exit(2)


@db.command()
def upgrade() -> None:
    """Bring the database to this program's schema; other processes that start meanwhile wait."""
    from backend.settings import Settings
    from bot.cli.setup import upgrade_database

    print(f"The database has schema {upgrade_database(Settings())}")


@db.command()
def downgrade(
    revision: Annotated[str, typer.Argument(help="an earlier one, as `minhu db status` shows it")],
) -> None:
    """Take the newest changes of the schema back, with what only they can hold. Back up first."""
    from backend.settings import Settings
    from bot.cli.setup import downgrade_database

    print(f"The database has schema {downgrade_database(Settings(), revision)}")


@db.command()
def grant(
    role: Annotated[str, typer.Argument(help="the role of PostgreSQL that runs Minhu")],
) -> None:
    """Let another role than the tables' owner run Minhu; it cannot change the audit log."""
    from backend.migrations.rights import grant_app
    from backend.settings import Settings
    from bot.cli.setup import city_database

    with city_database(Settings()) as database:
        grant_app(database.engine, role)
    print(f"{role} may run Minhu")


@db.command()
def encrypt() -> None:
    """Encrypt telephones, names and TOTP secrets with the first of MINHU_FIELD_KEYS."""
    from backend.privacy.resealing import reseal
    from backend.settings import Settings
    from bot.cli.setup import city_database

    settings = Settings()
    if settings.field_keys is None:
        raise BadInput("no key is set: MINHU_FIELD_KEYS")
    with city_database(settings) as database, database.begin() as session:
        for column, rows in reseal(session).items():
            print(f"{column}: {rows}")
