"""The `minhu` command. Bad input gives one line on standard error and exit 2."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from backend.database import Unavailable, one_line
from backend.errors import BadInput, MinhuError
from bot import __version__, logs
from bot.cli import (
    alerts,
    articles,
    audit,
    backups,
    database,
    doctor,
    false_alarms,
    posters,
    privacy,
    simulation,
    sources,
    staff,
    topics,
    transcript_corrections,
    units,
    voice,
    wechat,
)
from bot.cli import model as cli_model

# Each command imports its own libraries, so that `minhu --help` is fast.
# Half a surrogate pair, which a browser may produce and no text file can hold.
_HALVES = re.compile("[\ud800-\udfff]")

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)
app.command()(cli_model.learn)
app.add_typer(cli_model.models, name="model")
app.command("wechat-menu")(wechat.menu)
app.command("wechat-poster")(wechat.poster)
app.command("telegram-poster")(posters.telegram)
app.command()(wechat.simulate)
app.command()(voice.voice)
app.command()(voice.say)
app.command()(doctor.doctor)
app.command()(backups.backup)
app.command()(backups.restore)
app.add_typer(database.db, name="db")
app.add_typer(units.units, name="units")
app.command("staff-add")(staff.add)
app.command("staff-list")(staff.list_accounts)
app.command("staff-passwd")(staff.change_password)
app.command("staff-disable")(staff.disable)
app.command("staff-enable")(staff.enable)
app.command("privacy-requests")(privacy.requests)
app.command("export")(privacy.export)
app.command("erase")(privacy.erase)
app.command("false-alarms")(false_alarms.false_alarms)
app.command("transcript-corrections")(transcript_corrections.transcript_corrections)
app.command("audit-export")(audit.export)
app.command("staff-totp")(staff.second_factor)
app.add_typer(articles.articles, name="articles")
app.command("import")(sources.import_file)
app.command()(sources.exchange)
app.command("source-key")(sources.source_key)
app.command()(topics.topics)
app.add_typer(alerts.alerts, name="alerts")
app.command("simulate-city")(simulation.simulate_city)


def _print_version(is_requested: bool) -> None:
    if is_requested:
        print(f"minhu {__version__}")
        raise typer.Exit


@app.callback()
def minhu(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="print it")
    ] = False,
    env_file: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="settings, in place of the folder's .env"),
    ] = None,
) -> None:
    """A citizen-appeal bot and case backend for a city."""
    if env_file:
        os.environ["MINHU_ENV_FILE"] = str(env_file.resolve())  # for child processes, too


@app.command()
def train(force: Annotated[bool, typer.Option(help="even when nothing changed")] = False) -> None:
    """Train the model, unless it is current."""
    from bot.rasa import training

    if training.is_current() and not force:
        print("== The model is current")
        return
    print("== Training the model (about a minute)", flush=True)
    print(f"== Trained in {training.train():.0f} s")


@app.command()
def up(
    port: Annotated[int | None, typer.Option(min=1, max=65535)] = None,
    data_dir: Annotated[Path | None, typer.Option(file_okay=False)] = None,
    role: Annotated[str, typer.Option(help="web, worker or clock: one part of several")] = "all",
) -> None:
    """Start Rasa and the app, or one role of several processes; Ctrl-C stops it."""
    from backend.settings import Settings
    from bot.roles import Role
    from bot.up import run

    if role not in list(Role):
        raise BadInput(f"--role is one of: {', '.join(Role)}")
    options = {"port": port, "data_dir": data_dir.resolve() if data_dir else None}
    changes = {name: value for name, value in options.items() if value is not None}
    settings = Settings().model_copy(update=changes)
    logs.configure(settings.log_format)
    run(settings, Role(role))


@app.command()
def route(
    model: Annotated[Path | None, typer.Option(help="a file that `minhu learn` wrote")] = None,
) -> None:
    """Find the unit: JSON Lines of title?, text, location? in, unit and evidence out."""
    from backend.routing.service import demo_units, route_among
    from bot.cli.learning import model_in

    past_cases_model = model_in(model) if model else None
    for row in _rows("text"):
        text = "\n".join(filter(None, (row.get("title"), row["text"])))
        _write(route_among(demo_units(), text, row.get("location"), past_cases_model).as_json())


@app.command()
def answer() -> None:
    """Answer questions from the articles in `data/knowledge`: JSON Lines of question in."""
    from backend.settings import DATA_FOLDER
    from nlu.articles.search import ArticleIndex, load, not_covered_in
    from nlu.classifiers.meaning import meaning

    not_covered = not_covered_in(DATA_FOLDER / "not_covered.yml")
    index = ArticleIndex(load(DATA_FOLDER / "knowledge"), not_covered, meaning())
    index.wait_for_meaning()
    for row in _rows("question"):
        result = index.answer(row["question"])
        article = result.article
        _write(
            {
                "question": row["question"],
                "answered": article is not None,
                "article": {"id": article.id, "title": article.title} if article else None,
                "answer": article.body if article else None,
                "score": result.score,
                "candidates": [
                    {"id": hit.article.id, "title": hit.article.title, "score": hit.score}
                    for hit in result.candidates
                ],
            }
        )


@app.command()
def parse() -> None:
    """Parse texts: JSON Lines of text in, intent and entities out; needs no server."""
    from bot.cli.parsing import parse_all

    for parsed in parse_all(_rows("text")):
        _write(parsed)


@app.command()
def transcribe(files: list[Path]) -> None:
    """Transcribe recordings: one JSON object a file, in order."""
    from backend.settings import Settings
    from bot.cli.transcribing import transcribe as transcripts

    has_problems = False
    for path, transcript in transcripts(Settings(), files):
        if "problem" in transcript:
            has_problems = True
            print(f"{path}: {transcript['problem']}", file=sys.stderr)
        else:
            _write({"file": _HALVES.sub("\ufffd", str(path))} | transcript)
    if has_problems:
        raise typer.Exit(2)


@app.command("recompute-deadlines")
def recompute_deadlines() -> None:
    """Reckon the deadlines of all open cases anew, by the calendar and hours in `data`."""
    from backend.settings import Settings
    from bot.cli.setup import recompute_deadlines_of

    result = recompute_deadlines_of(Settings())
    print(f"{result.cases} open cases, {result.moved} with other deadlines than before")


@app.command("rasa-test")
def rasa_test() -> None:
    """`rasa test nlu` on the lines in `tests/rasa`, which nothing is trained on."""
    from bot.rasa import training

    training.run_tests()


@app.command()
def bench(
    as_json: Annotated[bool, typer.Option("--json")] = False,
    train_too: Annotated[bool, typer.Option("--train", help="time a training as well")] = False,
    voices: Annotated[
        Path | None, typer.Option(exists=True, file_okay=False, help="recordings of people")
    ] = None,
    cases: Annotated[
        int, typer.Option(min=1000, max=5_000_000, help="in the month that is measured")
    ] = 100_000,
) -> None:
    """Measure speed and memory of a whole Minhu on this machine."""
    from bot.bench.run import run

    run(as_json=as_json, train_too=train_too, voices=voices, cases=cases)


def _rows(field: str) -> Iterator[dict[str, Any]]:
    """Objects from standard input. Reports each bad line, and exits with 2 at the end."""
    has_problems = False
    sys.stdin.reconfigure(errors="replace")  # type: ignore[union-attr]
    for number, line in enumerate(sys.stdin, 1):
        problem, row = _row(line, field)
        if problem:
            has_problems = True
            print(f"line {number}: {problem}", file=sys.stderr)
        elif row is not None:
            yield row
    if has_problems:
        raise typer.Exit(2)


def _row(line: str, field: str) -> tuple[str | None, dict[str, Any] | None]:
    """(problem, None), or (None, object); both None for an empty line."""
    if not line.strip():
        return None, None
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return "not JSON", None
    if not isinstance(row, dict) or not isinstance(row.get(field), str):
        return f'an object with a string "{field}" is needed', None
    return None, row | {field: _HALVES.sub("\ufffd", row[field])}


def _write(row: dict[str, Any]) -> None:
    print(json.dumps(row, ensure_ascii=False), flush=True)


def main() -> None:
    logs.configure()
    try:
        app()
    except ValidationError as error:
        sys.exit(_complain(f"the settings are wrong: {_problems(error)}"))
    except (MinhuError, ValueError) as error:
        sys.exit(_complain(str(error)))
    except Unavailable as error:
        sys.exit(_complain(f"PostgreSQL is not reachable: {one_line(error)}", code=1))
    except subprocess.CalledProcessError as error:
        sys.exit(_complain(f"{Path(error.cmd[0]).name} failed with {error.returncode}", code=1))


def _problems(error: ValidationError) -> str:
    """The problems with the names of their settings, without values, which may be secrets."""
    lines = []
    for problem in error.errors():
        setting = "".join(f"MINHU_{name}: ".upper() for name in problem["loc"])
        lines.append(setting + problem["msg"].removeprefix("Value error, "))
    return "; ".join(lines)


def _complain(sentence: str, *, code: int = 2) -> int:
    print(sentence, file=sys.stderr)
    return code


if __name__ == "__main__":
    main()
