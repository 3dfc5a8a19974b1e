"""The page of one case, with the steps that the visitor may take."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from sqlalchemy.orm import Session

from backend.attachments.storage import AttachmentFolder
from backend.clock import now
from backend.collective.likes import find_duplicates
from backend.database import Database
from backend.desk.case_file import file_of, visible_case
from backend.desk.field_visits import save_photo
from backend.desk.open_steps import open_actions
from backend.desk.steps import StepRequest, parse_action, take
from backend.errors import BadInput, Conflict, MinhuError, NotAllowed, TooLarge, UnsupportedMedia
from backend.models.cases import Case
from backend.staff.visibility import visible_cases
from backend.vocabulary.case_lifecycle import Action
from backend.vocabulary.messages import File
from backend.web.console import candidates, evidence
from backend.web.console.auth import Posted, Visitor, posted_in, visitor_of
from backend.web.console.case_forms import MAIN, OPENED, details_of, forms_for, notice
from backend.web.console.pages import HOME, ConsoleRoute
from backend.web.console.queue import waiting_count
from backend.web.console.visit_form import PostedVisit, visit_in
from backend.web.forms import Form
from backend.web.pages import go_to, page
from backend.web.visit_form import most_bytes
from nlu.city.loaded import power_list
from nlu.city.power_list import PowerItem


@dataclass(frozen=True)
class FailedStep:
    """A step that was refused, with the error and the form's fields."""

    action: str
    error: MinhuError
    entries: Form = field(default_factory=dict)


def case_routes(database: Database, folder: AttachmentFolder) -> APIRouter:
    routes = APIRouter(prefix="/cases", route_class=ConsoleRoute)

    @routes.get("/{case_no}")
    def show(
        case_no: str, visitor: Annotated[Visitor, Depends(visitor_of(database))], done: str = ""
    ) -> Response:
        with database.begin() as session:
            return _page(session, visitor, case_no, done=done)

    @routes.post("/{case_no}/visit", max_body_size=most_bytes(folder))
    def visit(
        case_no: str, posted: Annotated[PostedVisit, Depends(visit_in(database, folder))]
    ) -> Response:
        def photos() -> list[File]:
            return [save_photo(folder, photo) for photo in posted.photos]

        return step_on(case_no, Action.VISIT, posted.posted, photos)

    @routes.post("/{case_no}/{action}")
    def step(
        case_no: str, action: str, posted: Annotated[Posted, Depends(posted_in(database))]
    ) -> Response:
        return step_on(case_no, parse_action(action), posted, list)

    def step_on(
        case_no: str, action: Action, posted: Posted, photos: Callable[[], list[File]]
    ) -> Response:
        try:
            files = photos()
            with database.begin() as session:
                return go_to(_take(session, posted, case_no, action, files))
        except (BadInput, Conflict, NotAllowed, UnsupportedMedia, TooLarge) as error:
            failed = FailedStep(action, error, posted.form)
        with database.begin() as session:
            return _page(session, posted.visitor, case_no, failed=failed)

    return routes


def _take(
    session: Session, posted: Posted, case_no: str, action: Action, photos: list[File]
) -> str:
    """Take the step; the address of the next page."""
    request = StepRequest(case_no, action, details_of(session, posted.form), photos)
    case = take(session, posted.staff, request, now=now())
    visible = visible_cases(posted.staff).where(Case.id == case.id)
    address = f"{HOME}/{case.case_no}" if session.scalar(visible) else HOME
    return f"{address}?done={action}"


def _page(
    session: Session,
    visitor: Visitor,
    case_no: str,
    *,
    done: str = "",
    failed: FailedStep | None = None,
) -> Response:
    case = visible_case(session, visitor.staff, case_no)
    file = file_of(session, visitor.staff, case, now=now())
    actions = open_actions(session, visitor.staff, case, file.joint, file.notices)
    entries = failed.entries if failed else {}
    choosing = not {Action.DISPATCH, Action.RECALL}.isdisjoint(actions)
    unit_names, suggested = candidates.names_and_candidates(
        session, case, evidence.units_named(case), choosing=choosing
    )
    merges = Action.MERGE in actions and case.lead is None
    return page(
        "case.html",
        status=failed.error.status_code if failed else 200,
        visitor=visitor,
        waiting=waiting_count(session, visitor),
        case=case,
        file=file,
        item=_power_item(case),
        likes=find_duplicates(session, visible_cases(visitor.staff), case) if merges else [],
        forms=forms_for(actions, file),
        main=MAIN,
        opened=OPENED,
        suggested=suggested,
        redirects=candidates.redirects(suggested, case),
        matching_units=candidates.matching(session, _unit_words(entries)) if choosing else [],
        unit_words=_unit_words(entries),
        unit_names=unit_names,
        failed_step=failed,
        entries=entries,
        notice=notice(done),
        evidence=evidence,
    )


def _unit_words(entries: Form) -> str:
    """The words of the search for a unit, on this page or the one before."""
    return entries.get("unit_asked") or entries.get("unit_asked_before") or ""


def _power_item(case: Case) -> PowerItem | None:
    return power_list().by_code.get(case.power_item_code or "")
