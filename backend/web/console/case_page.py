"""The page of one case, with the steps that the visitor may take."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from sqlalchemy.orm import Session

from backend.advice.adviser import adviser
from backend.attachments.storage import AttachmentFolder
from backend.cases.at_once import INQUIRY
from backend.clock import now
from backend.collective.likes import find_duplicates
from backend.database import Database
from backend.desk import assigning
from backend.desk.case_file import file_of, visible_case
from backend.desk.field_visits import save_photo
from backend.desk.open_steps import open_actions
from backend.desk.steps import StepRequest, parse_action, take
from backend.errors import BadInput, Conflict, MinhuError, NotAllowed, TooLarge, UnsupportedMedia
from backend.knowledge.service import find
from backend.models.cases import Case
from backend.models.staff import StaffAccount
from backend.staff.visibility import visible_cases
from backend.vocabulary.case_lifecycle import Action
from backend.vocabulary.messages import File
from backend.web.console import candidates, evidence
from backend.web.console.auth import Posted, Visitor, posted_in, visitor_of
from backend.web.console.case_forms import MAIN, OPENED, fields_of, forms_for, notice
from backend.web.console.list_place import ListPlace, neighbours, place_in, place_of
from backend.web.console.pages import ConsoleRoute
from backend.web.console.queue import waiting_count
from backend.web.console.visit_form import PostedVisit, visit_in
from backend.web.forms import Form
from backend.web.pages import go_to, page
from backend.web.visit_form import most_bytes
from nlu.articles.search import Article
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
        case_no: str,
        visitor: Annotated[Visitor, Depends(visitor_of(database))],
        place: Annotated[ListPlace, Depends(place_of)],
        done: str = "",
    ) -> Response:
        with database.begin() as session:
            return _page(session, visitor, case_no, place, done=done)

    @routes.post("/{case_no}/visit", max_body_size=most_bytes(folder))
    def visit(
        case_no: str, posted: Annotated[PostedVisit, Depends(visit_in(database, folder))]
    ) -> Response:
        def photos() -> list[File]:
            return [save_photo(folder, photo) for photo in posted.photos]

        return _step_on(database, case_no, Action.VISIT, posted.posted, photos)

    @routes.post("/{case_no}/{action}")
    def step(
        case_no: str,
        action: str,
        posted: Annotated[Posted, Depends(posted_in(database))],
        back: str = "",
    ) -> Response:
        to_list = back == "list"
        return _step_on(database, case_no, parse_action(action), posted, list, to_list=to_list)

    return routes


def _step_on(
    database: Database,
    case_no: str,
    action: Action,
    posted: Posted,
    photos: Callable[[], list[File]],
    *,
    to_list: bool = False,
) -> Response:
    """Take the step and go to the case, or to its list; a refused step shows the case again."""
    place = place_in(posted.form)
    try:
        files = photos()
        with database.begin() as session:
            case = _take(session, posted, case_no, action, files)
            if to_list or not _sees(session, posted, case):
                return go_to(_list_after(place, action))
            return go_to(place.address_of(case.case_no, done=action))
    except (BadInput, Conflict, NotAllowed, UnsupportedMedia, TooLarge) as error:
        failed = FailedStep(action, error, posted.form)
    with database.begin() as session:
        return _page(session, posted.visitor, case_no, place, failed=failed)


def _take(
    session: Session, posted: Posted, case_no: str, action: Action, photos: list[File]
) -> Case:
    request = StepRequest(case_no, action, fields_of(session, posted.form), photos)
    return take(session, posted.staff, request, now=now())


def _sees(session: Session, posted: Posted, case: Case) -> bool:
    return session.scalar(visible_cases(posted.staff).where(Case.id == case.id)) is not None


def _list_after(place: ListPlace, action: Action) -> str:
    """The list again, with a notice of the step."""
    return f"{place.back}{'&' if '?' in place.back else '?'}done={action}"


def _page(
    session: Session,
    visitor: Visitor,
    case_no: str,
    place: ListPlace,
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
        merges=merges,
        likes=find_duplicates(session, visible_cases(visitor.staff), case) if merges else [],
        place=place,
        near=neighbours(session, visitor, place, case_no),
        forms=forms_for(actions, file, _colleagues(session, case, actions)),
        main=MAIN,
        opened=OPENED,
        articles=_articles(session, case, actions),
        suggested=suggested,
        redirects=candidates.redirects(suggested, case),
        matching_units=candidates.matching(session, _unit_words(entries)) if choosing else [],
        unit_words=_unit_words(entries),
        unit_names=unit_names,
        failed_step=failed,
        entries=entries,
        notice=notice(done),
        evidence=evidence,
        is_advised=adviser() is not None,
    )


def _colleagues(session: Session, case: Case, actions: list[Action]) -> list[StaffAccount]:
    return assigning.colleagues(session, case.unit_code) if Action.ASSIGN in actions else []


def _articles(session: Session, case: Case, actions: list[Action]) -> list[Article]:
    """Articles that may answer a question, before its dispatch and by its unit."""
    is_asked = not {Action.ANSWER, Action.RESOLVE}.isdisjoint(actions) and case.kind == INQUIRY
    return find(session, case.text) if is_asked else []


def _unit_words(entries: Form) -> str:
    """The words of the search for a unit, on this page or the one before."""
    return entries.get("unit_asked") or entries.get("unit_asked_before") or ""


def _power_item(case: Case) -> PowerItem | None:
    return power_list().by_code.get(case.power_item_code or "")
