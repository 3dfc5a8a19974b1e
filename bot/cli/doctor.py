"""`minhu doctor`: prints the findings of `bot.doctor`."""

import typer


def doctor() -> None:
    """Look at everything that Minhu needs; each problem says what to do. Exits with 1 for any."""
    from backend.settings import Settings
    from bot.cli.setup import checked

    has_problem = False
    for finding in checked(Settings()):
        print(finding, flush=True)
        has_problem = has_problem or finding.is_problem
    if has_problem:
        raise typer.Exit(1)
