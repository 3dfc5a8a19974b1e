"""`minhu backup` and `minhu restore`."""

from pathlib import Path
from typing import Annotated

import typer

Folder = Annotated[Path, typer.Argument(file_okay=False)]


def backup(folder: Folder) -> None:
    """Write the database and the residents' files into a new folder; Minhu may be running."""
    from backend.settings import Settings
    from bot.cli.setup import back_up_to

    backup = back_up_to(Settings(), folder)
    print(f"{sum(backup.rows.values())} rows, {backup.rows['cases']} cases, {backup.files} files")
    if backup.missing:
        print(f"!! {len(backup.missing)} files are missing or damaged: manifest.json names them")
        raise typer.Exit(1)


def restore(folder: Folder) -> None:
    """Bring a backup into an empty database and MINHU_DATA_DIR, and check that all is there."""
    from backend.settings import Settings
    from bot.cli.setup import restore_from

    backup = restore_from(Settings(), folder)
    print(f"{sum(backup.rows.values())} rows, {backup.rows['cases']} cases, {backup.files} files")
    print(f"as of {backup.made_at}; what came after is not in it")
