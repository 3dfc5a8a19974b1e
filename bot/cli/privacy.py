"""`minhu export` and `minhu erase`: what a resident may ask for by law."""

import json
from typing import Annotated

import typer

from backend.vocabulary.privacy import RequestKind

Who = Annotated[str, typer.Argument(metavar="RESIDENT", help="id or telephone number")]
By = Annotated[str, typer.Option(help="user name of the member of staff who does it")]
Code = Annotated[str | None, typer.Option(help="the code that the resident got in the chat")]


def requests() -> None:
    """List what residents asked for in their chats and nobody has done yet."""
    from backend.clock import SHANGHAI
    from backend.privacy import requests as privacy_requests
    from backend.settings import Settings
    from bot.cli.setup import city_database

    with city_database(Settings()) as database, database.begin() as session:
        for request in privacy_requests.open_ones(session):
            due = (request.asked_at + privacy_requests.DUE_AFTER).astimezone(SHANGHAI).date()
            print(f"resident {request.resident_id}: {request.kind}, due {due}")


def export(who: Who, by: By, code: Code = None) -> None:
    """Print all that is stored about a resident as JSON."""
    from backend.clock import now
    from backend.privacy import requests, residents
    from backend.settings import Settings
    from backend.staff.accounts import account_named, audit
    from bot.cli.setup import city_database

    with city_database(Settings()) as database, database.begin() as session:
        staff = account_named(session, by)
        resident_id = residents.find(session, who)
        if code:
            requests.settle(session, resident_id, RequestKind.COPY, code, staff, now=now())
        audit(session, staff, "export_resident", str(resident_id), now=now())
        copy = residents.export(session, resident_id)
    print(json.dumps(copy, ensure_ascii=False, indent=1, default=str))


def erase(
    who: Who,
    by: By,
    code: Code = None,
    yes: Annotated[bool, typer.Option("--yes", help="do not ask")] = False,
) -> None:
    """Erase what is personal about a resident; numbers and grades of their cases stay."""
    from backend.attachments.storage import AttachmentFolder
    from backend.clock import now
    from backend.privacy import requests, residents
    from backend.settings import Settings
    from backend.staff.accounts import account_named, audit
    from bot.cli.setup import city_database

    settings = Settings()
    folder = AttachmentFolder(
        settings.attachments_folder, limit_bytes=settings.attachment_limit_bytes
    )
    with city_database(settings) as database, database.begin() as session:
        staff = account_named(session, by)
        resident_id = residents.find(session, who)
        if not yes:
            typer.confirm(f"Erase resident {resident_id}? This cannot be undone", abort=True)
        if code:
            requests.settle(session, resident_id, RequestKind.ERASURE, code, staff, now=now())
        counts = residents.erase(session, folder, resident_id)
        audit(session, staff, "erase_resident", str(resident_id), now=now(), rows=counts)
    folder.purge()
    print("; ".join(f"{table} {rows}" for table, rows in counts.items() if rows))
