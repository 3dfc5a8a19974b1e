"""The step `field visit`, the only one with files."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends

from backend.attachments.storage import AttachmentFolder
from backend.clock import now
from backend.database import Database
from backend.desk.case_file import file_of
from backend.desk.field_visits import save_photo
from backend.desk.steps import StepRequest, take
from backend.models.staff import StaffAccount
from backend.vocabulary.case_lifecycle import Action
from backend.web.api import case_json
from backend.web.api.auth import signed_in
from backend.web.visit_form import VisitForm, most_bytes, visit_in


def visit_routes(database: Database, folder: AttachmentFolder) -> APIRouter:
    """Include these routes before `case_routes`, whose address pattern fits too."""
    routes = APIRouter(prefix="/cases", tags=["cases"])

    @routes.post("/{case_no}/visit", max_body_size=most_bytes(folder))
    def visit(
        case_no: str,
        staff: Annotated[StaffAccount, Depends(signed_in(database))],
        form: Annotated[VisitForm, Depends(visit_in(folder))],
    ) -> dict[str, Any]:
        """Record a field visit, as JSON or as a form with up to nine `photos`."""
        photos = [save_photo(folder, photo) for photo in form.photos]
        with database.begin() as session:
            request = StepRequest(case_no, Action.VISIT, form.fields, photos)
            case = take(session, staff, request, now=now())
            return case_json.whole(file_of(session, staff, case, now=now()))

    return routes
