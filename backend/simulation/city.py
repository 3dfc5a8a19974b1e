"""Creates a simulated city from the units, places and appeals of `data/`, in an empty database."""

import csv
from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from backend.errors import BadInput
from backend.models.cases import Case
from backend.models.units import Unit
from backend.settings import DATA_FOLDER
from backend.simulation.town import Script, SimulatedAppeal, Town, appeals, town_of
from nlu.matters import past_cases

SCRIPT = DATA_FOLDER / "simulation.yml"


def refuse_unless_empty(session: Session) -> None:
    """Simulated cases could not be separated from real ones later. Raises BadInput."""
    cases = session.scalar(select(func.count()).select_from(Case)) or 0
    if cases:
        raise BadInput(
            f"this database holds {cases} cases; a city is simulated in an empty one only: "
            "name another with MINHU_DATA_DIR or MINHU_DATABASE_URL"
        )


def create_town(session: Session, script: Script, seed: int) -> Town:
    """The town of the script; sets the population of its units where it is missing.

    Raises BadInput if units of the script are missing in the database.
    """
    unit_codes = [f"{area}-{kind}" for area in script.population for kind in script.unit_types]
    rows = session.execute(
        select(Unit.code, Unit.name).where(Unit.active, Unit.code.in_(unit_codes))
    )
    names = {code: name for code, name in rows}  # noqa: C416  (rows are not typed as pairs)
    missing = [code for code in unit_codes if code not in names]
    if missing:
        raise BadInput(f"units are missing that a simulation needs: {', '.join(missing)}")
    town = town_of(script, names, seed)
    for unit in town.units.values():
        unknown = update(Unit).where(Unit.code == unit.code, Unit.population.is_(None))
        session.execute(unknown.values(population=unit.population))
    return town


def simulated_appeals(
    script: Script, town: Town, *, cases: int, until: datetime, days: int
) -> Iterator[SimulatedAppeal]:
    past = past_cases.load(DATA_FOLDER / "appeals")
    begin = until - timedelta(days=days)
    return appeals(script, town, past, _places(), cases=cases, begin=begin, days=days)


def _places() -> dict[str, list[str]]:
    """The streets of each district, with the district's name first, as residents write them."""
    names = {row["code"]: row["name"] for row in _rows("districts")}
    places: dict[str, list[str]] = {code: [] for code in names}
    for row in _rows("streets"):
        places[row["district_code"]].append(names[row["district_code"]] + row["name"])
    return places


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (DATA_FOLDER / "areas" / f"{name}.csv").open(encoding="utf-8") as rows:
        yield from csv.DictReader(rows)
