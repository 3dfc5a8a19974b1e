"""「管理 · 单位」: what a file of units would change, before it is imported."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.clock import now
from backend.database import Database
from backend.errors import BadInput
from backend.models.cases import Case
from backend.models.units import Unit
from backend.staff.accounts import audit
from backend.staff.permissions import require_administers, require_administers_city
from backend.units.changes import Mark, UnitChange, changes
from backend.units.importing import checked, read_rows
from backend.vocabulary.case_lifecycle import OPEN
from backend.web.console.auth import Visitor, visitor_of
from backend.web.console.frame import Refusal, desk_page
from backend.web.console.pages import ConsoleRoute
from backend.web.console.posted_file import PostedFile, file_in

MOST_SHOWN = 200
COLUMNS = {
    "name": "名称", "tier": "层级", "unit_type": "类型", "parent_code": "上级", "area_code": "区划",
    "working_hours": "工作时间", "deputies": "代办人", "population": "人口", "checked": "核对日",
    "active": "在用", "successor_code": "接手单位",
}  # fmt: skip


@dataclass(frozen=True)
class Preview:
    """What the file would do; `open_cases` are those of the units that it ends, by code."""

    file: str
    rows: int
    changes: Sequence[UnitChange]
    open_cases: dict[str, int]


def unit_routes(database: Database) -> APIRouter:
    routes = APIRouter(prefix="/admin/units", route_class=ConsoleRoute)

    @routes.get("")
    def show(visitor: Annotated[Visitor, Depends(visitor_of(database))]) -> Response:
        with database.begin() as session:
            return _page(session, visitor)

    @routes.post("")
    def preview(sent: Annotated[PostedFile, Depends(file_in(database))]) -> Response:
        require_administers_city(sent.staff)
        with database.begin() as session:
            audit(session, sent.staff, "check_units", sent.name, now=now())
            try:
                looked = sent.read(partial(_preview, session))
            except BadInput as problem:
                return _page(session, sent.posted.visitor, problem)
            return _page(session, sent.posted.visitor, preview=looked)

    return routes


def _preview(session: Session, lines: Sequence[str], file: str) -> Preview:
    """Raises BadInput or ValueError; changes nothing."""
    rows = checked(session, read_rows(lines, file), file)
    planned = list(changes(session, rows))
    ended = [change.code for change in planned if change.mark is Mark.ENDED]
    counted = session.execute(
        select(Case.unit_code, func.count())
        .where(Case.unit_code.in_(ended), Case.status.in_(OPEN))
        .group_by(Case.unit_code)
    )
    return Preview(file, len(rows), planned, {code or "": cases for code, cases in counted})


def _page(
    session: Session,
    visitor: Visitor,
    problem: Refusal = None,
    preview: Preview | None = None,
) -> Response:
    require_administers(visitor.staff)
    return desk_page(
        session, visitor, "admin_units.html", problem,
        counted=session.execute(
            select(Unit.tier, func.count()).where(Unit.active).group_by(Unit.tier)
        ).all(),
        preview=preview,
        most=MOST_SHOWN,
        columns=COLUMNS,
        Mark=Mark,
    )  # fmt: skip
