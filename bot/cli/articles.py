"""`minhu articles`: a city's knowledge articles, and the questions that none answers."""

from pathlib import Path
from typing import Annotated

import typer

articles = typer.Typer(no_args_is_help=True, help="A city's knowledge articles.")


@articles.command("import")
def import_articles(folder: Annotated[Path, typer.Argument(exists=True, file_okay=False)]) -> None:
    """Add the articles of FOLDER that the city does not have; one that it has stays as edited."""
    from backend.clock import now
    from backend.knowledge.service import load_articles
    from backend.settings import Settings
    from bot.cli.setup import city_database

    with city_database(Settings()) as database, database.begin() as session:
        print(f"articles added: {load_articles(session, folder, now=now())}")


@articles.command("unanswered")
def list_unanswered() -> None:
    """Print the questions that no article answered: how often, the question, its article."""
    from backend.knowledge.service import unanswered
    from backend.settings import Settings
    from bot.cli.setup import city_database

    with city_database(Settings()) as database, database.begin() as session:
        for question, article_id, number in unanswered(session):
            print(number, question, article_id or "", sep="\t")
