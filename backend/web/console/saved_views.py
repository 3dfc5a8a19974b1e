"""Saving and deleting one's own lists with filters."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from backend.clock import now
from backend.database import Database
from backend.desk import saved_views
from backend.errors import BadInput
from backend.web.console.auth import Posted, posted_in
from backend.web.console.case_list import list_page
from backend.web.console.list_address import HERE, parse
from backend.web.console.pages import ConsoleRoute
from backend.web.inputs import RowId
from backend.web.pages import go_to


def saved_view_routes(database: Database) -> APIRouter:
    routes = APIRouter(prefix="/saved-views", route_class=ConsoleRoute)
    posted = Depends(posted_in(database))

    @routes.post("")
    def save(posted: Annotated[Posted, posted]) -> Response:
        address = parse(posted.form.get("list", ""))
        name = posted.form.get("name", "")
        try:
            with database.begin() as session:
                saved_views.save_view(session, posted.staff, name, address.saved(), now=now())
        except BadInput as problem:
            with database.begin() as session:
                return list_page(session, posted.visitor, address, problem=problem)
        return go_to(address.address)

    @routes.post("/{view_id}/delete")
    def delete(view_id: RowId, posted: Annotated[Posted, posted]) -> Response:
        with database.begin() as session:
            saved_views.delete_view(session, posted.staff, view_id)
        return go_to(HERE)

    return routes
