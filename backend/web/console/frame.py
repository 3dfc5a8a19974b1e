"""What all pages of the console have, and steps that show their page again when refused."""

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session
from starlette.responses import Response

from backend.database import Database
from backend.errors import BadInput, Conflict, MinhuError, NotFound
from backend.web.console.auth import Visitor
from backend.web.console.queue import waiting_count
from backend.web.pages import go_to, page

Refusal = MinhuError | None


def desk_page(
    session: Session, visitor: Visitor, template: str, problem: Refusal = None, **more: Any
) -> Response:
    """The page; with a `problem` its message and status."""
    waiting = waiting_count(session, visitor)
    variables = {"visitor": visitor, "waiting": waiting, "notice": "", "problem": problem, **more}
    return page(template, status=problem.status_code if problem else 200, **variables)


def step_or_page(
    database: Database,
    step: Callable[[Session], str],
    again: Callable[[Session, MinhuError], Response],
) -> Response:
    """Take the step and go to the address it returns; refused, show the page `again`."""
    try:
        with database.begin() as session:
            return go_to(step(session))
    except (BadInput, Conflict, NotFound) as problem:
        with database.begin() as session:
            return again(session, problem)
