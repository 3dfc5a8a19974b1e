"""`minhu topics`: hot topics of a file of messages."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from backend.topics.board import Topic

# The command imports its own libraries, so that `minhu --help` is fast.
_COLUMNS = "JSON Lines of id, user, title, text, time, up, down"


def topics(
    file: Annotated[Path, typer.Argument(help=_COLUMNS)],
    top: Annotated[
        int | None, typer.Option(min=1, help="only so many, and only those that are hot")
    ] = None,
) -> None:
    """Topics of FILE, the hottest first: what many people tell of. One JSON object a line."""
    from backend.clock import SHANGHAI, now
    from backend.topics.board import topics_of
    from backend.topics.versions import heat_formulas
    from bot.cli.message_rows import MessageReader
    from nlu.trained import case_model

    reader = MessageReader(file)
    messages = list(reader.messages())
    newest = max((message.at for message in messages if message.at), default=now())
    formula = heat_formulas().of(newest.astimezone(SHANGHAI).date())
    board = topics_of(messages, formula, case_model()) if messages else []
    top_topics = [topic for topic in board if topic.heat.score > 0][:top] if top else board
    for rank, topic in enumerate(top_topics, 1):
        print(json.dumps(_as_json(rank, topic, reader.ids), ensure_ascii=False))
    _report(reader.problems)


def _report(problems: list[str]) -> None:
    for problem in problems:
        print(problem, file=sys.stderr)
    if problems:
        raise typer.Exit(2)


def _as_json(rank: int, topic: "Topic", ids: dict[str, Any]) -> dict[str, Any]:
    return {
        "rank": rank,
        "title": topic.name.title,
        "place": topic.name.place,
        "size": len(topic.messages),
        "ids": [ids[message.id] for message in topic.messages],
        "heat": topic.heat.score,
        "first": topic.first.isoformat() if topic.first else None,
        "last": topic.last.isoformat() if topic.last else None,
        "people": topic.heat.people,
        "flood": topic.heat.is_flood,
        "typical": ids[topic.typical.id],
    }
