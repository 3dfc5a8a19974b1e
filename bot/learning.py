"""What `minhu learn` and `minhu model` do: files and the city's database around `nlu.learning`."""

import csv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend import clock
from backend.database import Database
from backend.errors import BadInput
from backend.routing import corrections, learned
from backend.routing.learned import Known
from backend.routing.replay import Past, Replay, replay
from backend.routing.rules import UNIT_TYPES
from backend.routing.service import matter_of, routable_units
from backend.settings import DATA_FOLDER, Settings
from backend.staff.models import StaffAccount
from bot.operator import city_database
from nlu import past_cases
from nlu.learning import History, Known as KnownJudgements, learn, read_history
from nlu.linear import LinearModel
from nlu.text import normalise
from nlu.trained import case_model

OPERATOR = "operator"  # in the ledger, when nobody was named

Say = Callable[[str], None]


def known_judgements() -> KnownJudgements:
    with (DATA_FOLDER / "matter_tree.csv").open(encoding="utf-8-sig", newline="") as file:
        domains = frozenset(row["domain"] for row in csv.DictReader(file))
    return KnownJudgements(domains, UNIT_TYPES)


def history_in(path: Path, say: Say) -> History:
    """Says what is wrong with its lines. Raises BadInput when the file cannot be read."""
    history = read_history(_bytes_of(path).splitlines(), known_judgements())
    for problem in history.problems:
        say(problem)
    if history.unjudged:
        say(f"{history.unjudged} lines say neither domain nor unit type and are left out")
    return history


def learn_from(
    history_file: Path, out: Path, *, settings: Settings | None, say: Say
) -> bool:
    """Write a model of `history_file` to `out`; with `settings`, of the city's corrections too.

    False when some lines were bad. Raises BadInput or ValueError, and then writes nothing.
    """
    if out.is_dir() or not out.parent.is_dir():
        raise BadInput(f"{out}: cannot be written")
    history = history_in(history_file, say)
    cases, in_use = history.cases, case_model()
    if settings is not None:
        with city_database(settings) as database, database.begin() as session:
            corrected = corrections.corrections(session)
            in_use = learned.model_in_use(session)
        say(f"{len(corrected)} corrections by the city's people")
        cases = [*cases, *corrected]
    written = past_cases.load(DATA_FOLDER / "appeals")
    model = learn(cases, written, in_use=in_use, judge=_judge, say=say)
    out.write_bytes(model.to_bytes())
    say(f"written: {out}")
    return not history.problems


def _judge(text: str, model: LinearModel):  # noqa: ANN202
    return matter_of(normalise(text), model)


def model_in(path: Path) -> LinearModel:
    """Raises BadInput when the file is no model."""
    try:
        return learned.named(past_cases.from_bytes(_bytes_of(path)), path.stem)
    except ValueError as error:
        raise BadInput(f"{path}: {error}") from error


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadInput(f"{path}: {error.strerror or 'cannot be read'}") from error


def add_model(settings: Settings, path: Path, name: str) -> int:
    """The id it is kept under."""
    packed = _bytes_of(path)
    with city_database(settings) as database, database.begin() as session:
        return learned.add(session, packed, name, now=clock.now()).id


def model_lines(settings: Settings) -> list[str]:
    """One line for each model, the one in use marked."""
    with city_database(settings) as database, database.begin() as session:
        used = learned.in_use(session).id
        lines = [_line(None, past_cases.BUILT_IN, "comes with Minhu", used)]
        for row in learned.all_models(session):
            about = f"{row.cases} cases, added {clock.for_people(row.added_at)}{_held_out(row.report)}"
            lines.append(_line(row.id, row.name, about, used))
        return lines
