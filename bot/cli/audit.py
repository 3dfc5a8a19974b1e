"""`minhu audit-export`: the audit log for the city's own archive."""

import json
from datetime import datetime
from typing import Annotated

import typer


def export(
    since: Annotated[datetime | None, typer.Option(help="entries from this day on")] = None,
) -> None:
    """Print the audit log as JSON Lines, the oldest entry first."""
    from backend.clock import SHANGHAI
    from backend.settings import Settings
    from backend.staff.audit_export import entries
    from bot.cli.setup import city_database

    begin = since.replace(tzinfo=SHANGHAI) if since else None
    with city_database(Settings()) as database, database.begin() as session:
        for entry in entries(session, begin):
            print(json.dumps(entry, ensure_ascii=False))
