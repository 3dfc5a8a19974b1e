"""`minhu import` and `minhu source-key`: appeals of other systems."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

# Each command imports its own libraries, so that `minhu --help` is fast.
SourceCode = Annotated[str, typer.Option("--source", help="a code of data/sources.csv")]


def import_file(
    file: Path,
    source: SourceCode,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="check only; keep nothing")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="print the counts as JSON")] = False,
) -> None:
    """Bring a source's appeals in: CSV, JSON Lines or Excel. A known row updates state and reply.

    What is not taken or not read is listed beside the file, with the line and the reason.
    """
    from backend.settings import Settings
    from bot.cli.importing import bring_in

    result = bring_in(Settings(), file, source, dry_run=dry_run, say=_say)
    print(json.dumps(result.counts, ensure_ascii=False) if as_json else result.line)
    if result.rejects:
        _say(f"not taken or not read: see {result.rejects}")
    if result.counts["rejected"]:
        raise typer.Exit(2)


def source_key(
    source: Annotated[str, typer.Argument(help="a code of data/sources.csv")],
    revoke: Annotated[str | None, typer.Option(help="the first characters of a key")] = None,
    show: Annotated[bool, typer.Option("--list", help="which keys there are")] = False,
) -> None:
    """Make a key for a source to push with; it is shown this once."""
    from backend.settings import Settings
    from bot.cli import importing

    if show:
        print("\n".join(importing.lines_of_keys(Settings(), source)))
    elif revoke:
        importing.revoke_key(Settings(), source, revoke)
        print(f"{revoke} is revoked")
    else:
        print(importing.new_key(Settings(), source))


def exchange(
    after: Annotated[int, typer.Option(min=0, help="the cursor printed by the last run")] = 0,
) -> None:
    """Print cases for the province's platform (data/exports/province.yml) as JSON Lines.

    The last line on standard error is the cursor for the next run.
    """
    import json

    from backend.desk.exchange import export_after
    from backend.settings import Settings
    from bot.cli.setup import city_database

    with city_database(Settings()) as database, database.begin() as session:
        while (batch := export_after(session, after)).rows:
            for row in batch.rows:
                print(json.dumps(row, ensure_ascii=False))
            after = batch.cursor
    _say(f"cursor {after}")


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
