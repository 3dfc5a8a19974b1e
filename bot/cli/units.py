"""`minhu units …`: checks and imports a city's units."""

from pathlib import Path
from typing import Annotated

import typer

units = typer.Typer(no_args_is_help=True, help="A city's units, from a CSV file.")
File = Annotated[Path, typer.Argument(exists=True, dir_okay=False)]


@units.command()
def check(file: File) -> None:
    """Say what is wrong in the file, or what it would change; changes nothing."""
    from backend.settings import Settings
    from bot.cli.setup import unit_changes

    _print(unit_changes(Settings(), file))


@units.command("import")
def import_units(file: File) -> None:
    """Bring the units in, all of them or none; prints what changes first.

    A row with `ended` 1 ends a unit: its open cases go to its `successor`, else to the dispatcher.
    """
    from backend.settings import Settings
    from bot.cli.setup import load_units_of

    result = load_units_of(Settings(), file, say=_print)
    print(f"{result.rows} units read, {result.ended} ended, {result.cases} open cases handed over")


def _print(lines: list[str]) -> None:
    print("\n".join(lines) if lines else "nothing changes")
