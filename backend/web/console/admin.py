"""「管理」: the search in the audit log, and the settings as this process reads them."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import SecretStr
from sqlalchemy.orm import Session

from backend.clock import now
from backend.database import Database
from backend.deadlines.typed_day import typed_day
from backend.errors import BadInput
from backend.settings import PREFIX, Settings
from backend.staff.accounts import audit
from backend.staff.audit_search import AuditFilter, AuditPage, actions, search
from backend.staff.permissions import require_administers
from backend.vocabulary.audit_labels import AUDIT_LABELS
from backend.web.console.auth import Visitor, visitor_of
from backend.web.console.frame import desk_page
from backend.web.console.pages import ConsoleRoute
from backend.web.inputs import Page, Words

NO_ENTRIES = AuditPage((), has_more=False)


@dataclass(frozen=True)
class Typed:
    """The fields of the search form, as they were typed."""

    who: str = ""
    action: str = ""
    subject: str = ""
    first: str = ""
    last: str = ""


def typed_in(
    who: Words = None, action: Words = None, subject: Words = None,
    first: Words = None, last: Words = None,
) -> Typed:  # fmt: skip
    return Typed(who or "", action or "", subject or "", first or "", last or "")


def admin_routes(database: Database) -> APIRouter:
    routes = APIRouter(prefix="/admin", route_class=ConsoleRoute)
    here = Depends(visitor_of(database))

    @routes.get("/audit")
    def show_audit(
        visitor: Annotated[Visitor, here],
        typed: Annotated[Typed, Depends(typed_in)],
        page: Page = None,
    ) -> Response:
        require_administers(visitor.staff)
        with database.begin() as session:
            return _audit_page(session, visitor, typed, page or 1)

    @routes.get("/settings")
    def show_settings(visitor: Annotated[Visitor, here]) -> Response:
        require_administers(visitor.staff)
        with database.begin() as session:
            return desk_page(session, visitor, "admin_settings.html", settings=_shown())

    return routes


def _audit_page(session: Session, visitor: Visitor, typed: Typed, number: int) -> Response:
    """Searching is audited too, once for each search."""
    problem, result = None, NO_ENTRIES
    try:
        wanted = AuditFilter(
            typed.who, typed.action, typed.subject, _day(typed.first), _day(typed.last)
        )
        result = search(session, visitor.staff, wanted, number)
        if number == 1 and wanted != AuditFilter():
            terms = {name: value for name, value in asdict(typed).items() if value}
            audit(session, visitor.staff, "search_audit", typed.who, now=now(), terms=terms)
    except BadInput as error:
        problem = error
    return desk_page(
        session, visitor, "admin_audit.html", problem,
        result=result, typed=typed, number=number,
        actions=actions(session), labels=AUDIT_LABELS,
    )  # fmt: skip


def _day(words: str) -> date | None:
    return typed_day(words) if words else None


def _shown() -> list[tuple[str, str, bool]]:
    """Each setting with its value, and whether it differs from the default; no secret is shown."""
    settings = Settings()
    rows = []
    for name, field in Settings.model_fields.items():
        value = getattr(settings, name)
        is_secret = isinstance(value, SecretStr) or name == "database_url"
        shown = "" if value is None else "（已设，不显示）" if is_secret else str(value)
        rows.append((f"{PREFIX}{name.upper()}", shown, value != field.get_default()))
    return rows
