"""`minhu articles import`: a city's knowledge articles, from a folder of Markdown files."""

from pathlib import Path
from typing import Annotated

import typer

articles = typer.Typer(no_args_is_help=True, help="A city's knowledge articles.")


@articles.callback()
def about() -> None:
    """Without this Typer would drop the word `import`."""


@articles.command("import")
def import_articles(folder: Annotated[Path, typer.Argument(exists=True, file_okay=False)]) -> None:
    """Add the articles of FOLDER that the city does not have; one that it has stays as edited."""
    from backend.clock import now
    from backend.knowledge.service import load_articles
    from backend.settings import Settings
    from bot.cli.setup import city_database

    with city_database(Settings()) as database, database.begin() as session:
        print(f"articles added: {load_articles(session, folder, now=now())}")
