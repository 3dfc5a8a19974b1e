"""`minhu learn` and `minhu model`: learning from a city's own history."""

import sys
from pathlib import Path
from typing import Annotated

import typer

# Each command imports its own libraries, so that `minhu --help` is fast.
models = typer.Typer(no_args_is_help=True, help="Models of past cases: which is in use, and why.")

History = Annotated[
    Path | None, typer.Option(help="JSON Lines of past cases; else those of the database")
]
Most = Annotated[int, typer.Option(min=1, help="how many of the newest cases")]


def learn(
    history: Annotated[Path, typer.Option(help="JSON Lines of title?, text, domain?, unit_type?")],
    out: Annotated[Path, typer.Option(help="the model file to write")],
    with_corrections: Annotated[
        bool, typer.Option("--with-corrections", help="add what the city's people sent elsewhere")
    ] = False,
) -> None:
    """Learn from past cases; what is held out tells how well."""
    from backend.settings import Settings
    from bot.cli.learning import learn_from

    city = Settings() if with_corrections else None
    if not learn_from(history, out, city=city, say=_say):
        raise typer.Exit(2)


@models.command()
def add(file: Path, name: Annotated[str, typer.Option(help="to know it by")]) -> None:
    """Keep a model that `minhu learn` wrote. It is not in use yet."""
    from backend.settings import Settings
    from bot.cli import model_switching

    print(f"model {model_switching.add(Settings(), file, name)} is kept; see `minhu model replay`")


@models.command("list")
def list_models() -> None:
    """List the stored models; a star marks the one in use."""
    from backend.settings import Settings
    from bot.cli.model_switching import lines_of_models

    print("\n".join(lines_of_models(Settings())))


@models.command()
def replay(model_id: int, history: History = None, most: Most = 2000) -> None:
    """Route past cases again with a model and count the differences."""
    from backend.settings import Settings
    from bot.cli.model_switching import ReplayOver, replay_of

    result = replay_of(Settings(), model_id, ReplayOver(history, most), _say)
    print("\n".join(result.lines()))


@models.command()
def use(
    model_id: int,
    by: Annotated[str, typer.Option(help="the sign-in of who decides")],
    history: History = None,
    most: Most = 2000,
    yes: Annotated[bool, typer.Option("--yes", help="switch without asking")] = False,
) -> None:
    """Switch to a model, after a replay that shows what changes."""
    from backend.routing.replay import Replay
    from backend.settings import Settings
    from bot.cli import model_switching
    from bot.cli.model_switching import ReplayOver

    def agrees(result: Replay) -> bool:
        print("\n".join(result.lines()), flush=True)
        return yes or typer.confirm(f"Use {result.new} from now on?")

    over = ReplayOver(history, most)
    if not model_switching.use(Settings(), model_id, over, by=by, agrees=agrees, say=_say):
        print("nothing was switched")
        raise typer.Exit(1)
    print(f"model {model_id} is in use; `minhu model back` undoes it")


@models.command()
def back(
    by: Annotated[str | None, typer.Option(help="the sign-in of who decides")] = None,
) -> None:
    """Switch back to the model that was in use before."""
    from backend.settings import Settings
    from bot.cli import model_switching

    print(f"{model_switching.back(Settings(), by=by)} is in use")


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
