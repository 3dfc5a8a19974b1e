"""`minhu learn`: reads files and the city's corrections for `nlu.matters.learning`."""

import csv
from collections.abc import Callable
from pathlib import Path

from backend.errors import BadInput
from backend.routing import corrections, past_case_models
from backend.routing.service import matter_of
from backend.settings import DATA_FOLDER, Settings
from backend.vocabulary.units import UNIT_TYPES
from bot.cli.setup import city_database
from nlu.classifiers.linear import LinearModel
from nlu.language.text import normalise
from nlu.matters import past_cases
from nlu.matters.learning import History, ValidLabels, learn, read_history
from nlu.matters.matter import Matter
from nlu.trained import case_model

Say = Callable[[str], None]


def learn_from(history_file: Path, out: Path, *, city: Settings | None, say: Say) -> bool:
    """Learn from `history_file`, with `city` from its staff's corrections too; write to `out`.

    False when some lines were bad. Raises BadInput or ValueError, and then writes nothing.
    """
    if out.is_dir() or not out.parent.is_dir():
        raise BadInput(f"{out}: cannot be written")
    history = read_file(history_file, say)
    in_use, corrected = _from_city(city, say) if city else (case_model(), [])
    examples = past_cases.load(DATA_FOLDER / "appeals")
    cases = [*history.cases, *corrected]
    model = learn(cases, examples, in_use=in_use, judge=_judge, say=say)
    out.write_bytes(model.to_bytes())
    say(f"written: {out}")
    return not history.problems


def read_file(path: Path, say: Say) -> History:
    """The file's past cases; `say` gets the bad lines. Raises BadInput for an unreadable file."""
    history = read_history(bytes_of(path).splitlines(), _known_judgements())
    for problem in history.problems:
        say(problem)
    if history.unjudged:
        say(f"{history.unjudged} lines say neither domain nor unit type: left out")
    return history


def model_in(path: Path) -> LinearModel:
    """The model in a file. Raises BadInput when the file is no model."""
    try:
        return past_case_models.with_name(past_cases.from_bytes(bytes_of(path)), path.stem)
    except ValueError as error:
        raise BadInput(f"{path}: {error}") from error


def bytes_of(path: Path) -> bytes:
    """The file's content. Raises BadInput."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadInput(f"{path}: {error.strerror or 'cannot be read'}") from error


def _known_judgements() -> ValidLabels:
    with (DATA_FOLDER / "matter_tree.csv").open(encoding="utf-8-sig", newline="") as file:
        return ValidLabels(frozenset(row["domain"] for row in csv.DictReader(file)), UNIT_TYPES)


def _from_city(city: Settings, say: Say) -> tuple[LinearModel, list[past_cases.PastCase]]:
    with city_database(city) as database, database.begin() as session:
        corrected = corrections.corrections(session)
        say(f"{len(corrected)} corrections by the city's own people")
        return past_case_models.model_in_use(session), corrected


def _judge(text: str, model: LinearModel) -> Matter:
    return matter_of(normalise(text), model)
