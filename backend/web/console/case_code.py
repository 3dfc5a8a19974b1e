"""A new query code for a resident without a chat, on a page to read out or print."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from sqlalchemy.orm import Session

from backend.case_codes import codes
from backend.clock import now
from backend.database import Database
from backend.desk.case_file import visible_case
from backend.staff.accounts import audit
from backend.staff.permissions import require_takes_down
from backend.web.console.auth import Posted, Visitor, posted_in, visitor_of
from backend.web.console.frame import desk_page
from backend.web.console.pages import ConsoleRoute


def case_code_routes(database: Database) -> APIRouter:
    routes = APIRouter(prefix="/cases", route_class=ConsoleRoute)

    @routes.get("/{case_no}/code")
    def ask(case_no: str, visitor: Annotated[Visitor, Depends(visitor_of(database))]) -> Response:
        require_takes_down(visitor.staff)
        with database.begin() as session:
            return _page(session, visitor, case_no, is_new=False)

    @routes.post("/{case_no}/code")
    def make(case_no: str, posted: Annotated[Posted, Depends(posted_in(database))]) -> Response:
        require_takes_down(posted.staff)
        with database.begin() as session:
            audit(session, posted.staff, "make_code", case_no, now=now())
            return _page(session, posted.visitor, case_no, is_new=True)

    return routes


def _page(session: Session, visitor: Visitor, case_no: str, *, is_new: bool) -> Response:
    case = visible_case(session, visitor.staff, case_no)
    return desk_page(
        session,
        visitor,
        "case_code.html",
        case=case,
        code=codes.make(session, case, now=now()) if is_new else "",
    )
