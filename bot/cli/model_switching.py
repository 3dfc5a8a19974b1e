"""`minhu model`: store models, replay them over past cases, switch between them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backend import clock
from backend.database import Session
from backend.errors import BadInput
from backend.models.units import RoutingModel
from backend.routing import past_case_models
from backend.routing.corrections import last_cases
from backend.routing.past_case_models import StoredModel
from backend.routing.replay import Replay, ReplayCase, replay
from backend.routing.service import routable_units
from backend.settings import Settings
from backend.staff.accounts import may_sign_in
from bot.cli.learning import Say, bytes_of, read_file
from bot.cli.setup import city_database
from nlu.matters.learning import report_lines
from nlu.matters.past_cases import BUILT_IN

OPERATOR = "operator"  # the name in the log when `--by` is missing


@dataclass(frozen=True)
class ReplayOver:
    """The cases to replay: the lines of `history`, else the database's newest `most` cases."""

    history: Path | None
    most: int


def add(settings: Settings, path: Path, name: str) -> int:
    """Store the model file; its id. Raises BadInput."""
    content = bytes_of(path)
    with city_database(settings) as database, database.begin() as session:
        return past_case_models.add(session, content, name, now=clock.now()).id


def lines_of_models(settings: Settings) -> list[str]:
    """Lines that list every model and its report; a star marks the one in use."""
    with city_database(settings) as database, database.begin() as session:
        used = past_case_models.in_use(session).id
        lines = [f"{'*' if used is None else ' '}    -  {BUILT_IN}"]
        for row in past_case_models.all_models(session):
            lines += _lines_of(row, is_used=row.id == used)
        return lines


def _lines_of(row: RoutingModel, *, is_used: bool) -> list[str]:
    mark = "*" if is_used else " "
    first = f"{mark} {row.id:4}  {row.name}: {row.cases} cases, {clock.for_people(row.added_at)}"
    return [first, *(f"          {line}" for line in report_lines(row.report))]


def replay_of(settings: Settings, model_id: int, over: ReplayOver, say: Say) -> Replay:
    """Route past cases with the model and count the changes.

    Raises NotFound, or BadInput without cases to replay.
    """
    with city_database(settings) as database, database.begin() as session:
        return _replay(session, past_case_models.stored_model(session, model_id), over, say)


def _replay(session: Session, new: StoredModel, over: ReplayOver, say: Say) -> Replay:
    old = past_case_models.in_use(session)
    pasts = list(_pasts(session, over, say))
    if not pasts:
        raise BadInput("there is nothing to replay over: give --history FILE")
    say(f"routing {len(pasts)} cases twice")
    return replay(
        pasts,
        routable_units(session),
        in_use=(old.name, past_case_models.model_in_use(session)),
        new=(new.name, past_case_models.load_model(session, new)),
        over=over.history.name if over.history else "the database",
    )


def _pasts(session: Session, over: ReplayOver, say: Say) -> Iterable[ReplayCase]:
    if over.history is None:
        return last_cases(session, over.most)
    return map(ReplayCase.of, read_file(over.history, say).cases[-over.most :])


def use(
    settings: Settings,
    model_id: int,
    over: ReplayOver,
    *,
    by: str,
    agrees: Callable[[Replay], bool],
    say: Say,
) -> bool:
    """Switch to the model if `agrees` accepts its replay; whether it was switched.

    Raises NotFound, or BadInput with the numbers of a model that is worse than the one in use.
    """
    with city_database(settings) as database:
        with database.begin() as session:
            _require_staff(session, by)
            new, old = (
                past_case_models.stored_model(session, model_id),
                past_case_models.in_use(session),
            )
            result = _replay(session, new, over, say)
        if result.is_worse:
            raise BadInput("\n".join(["refused, it is worse:", *result.lines()]))
        if not agrees(result):  # no transaction is open while a person decides
            return False
        with database.begin() as session:
            report: dict[str, Any] = result.as_json()
            past_case_models.switch(session, new, report, replayed_over=old, by=by, now=clock.now())
        return True


def back(settings: Settings, *, by: str | None) -> str:
    """Switch back to the model used before; its name. Raises BadInput."""
    with city_database(settings) as database, database.begin() as session:
        if by is not None:
            _require_staff(session, by)
        return past_case_models.switch_back(session, by=by or OPERATOR, now=clock.now()).name


def _require_staff(session: Session, username: str) -> None:
    if not may_sign_in(session, username):
        raise BadInput(f"no active sign-in {username!r}")
