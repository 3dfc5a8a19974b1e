"""Routes of the staff console, whose pages need no JavaScript."""

from collections.abc import Callable, Collection
from pathlib import Path

from fastapi import APIRouter, Depends, Response
from fastapi.responses import FileResponse

from backend.attachments.storage import AttachmentFolder
from backend.database import Database
from backend.errors import NotFound
from backend.models.staff import Role
from backend.staff.single_sign_on import Provider
from backend.web.console.accounts import account_routes
from backend.web.console.admin import admin_routes
from backend.web.console.admin_hours import hours_routes
from backend.web.console.admin_models import model_routes
from backend.web.console.admin_power_list import power_list_routes
from backend.web.console.admin_replies import reply_routes
from backend.web.console.admin_units import unit_routes
from backend.web.console.advice import advice_routes
from backend.web.console.alerts import alert_routes
from backend.web.console.api_page import api_page_routes
from backend.web.console.attachments import attachment_routes
from backend.web.console.batch import batch_routes
from backend.web.console.boards import board_routes
from backend.web.console.briefs import brief_routes
from backend.web.console.call_backs import call_back_routes
from backend.web.console.campaigns import campaign_routes
from backend.web.console.case_code import case_code_routes
from backend.web.console.case_list import list_routes
from backend.web.console.case_page import case_routes
from backend.web.console.chat_answers import chat_answer_routes
from backend.web.console.chat_cases import chat_case_routes
from backend.web.console.chat_live import chat_live_routes
from backend.web.console.chat_steps import chat_step_routes
from backend.web.console.cockpit import cockpit_routes
from backend.web.console.consultations import consultation_routes
from backend.web.console.conversations import conversation_routes
from backend.web.console.emergencies import emergency_routes
from backend.web.console.feed import DeskFeed
from backend.web.console.knowledge import knowledge_page_routes
from backend.web.console.knowledge_steps import knowledge_step_routes
from backend.web.console.list_export import list_export_routes
from backend.web.console.low_ratings import low_rating_routes
from backend.web.console.measures import measure_routes
from backend.web.console.merge_page import merge_page_routes
from backend.web.console.new_case import new_case_routes
from backend.web.console.own_account import own_account_routes
from backend.web.console.pages import HOME, ConsoleRoute
from backend.web.console.reviews import review_routes
from backend.web.console.saved_views import saved_view_routes
from backend.web.console.sign_in import sign_in_routes
from backend.web.console.single_sign_on import single_sign_on_routes
from backend.web.console.sources import source_routes
from backend.web.console.stream import stream_routes
from backend.web.console.topics import topic_routes
from backend.web.console.trend import trend_routes
from backend.web.pages import go_to, notice_when, offering_provider

STATIC = Path(__file__).parent / "static"
STATIC_FILES = {
    "console.css": "text/css",
    "live.js": "text/javascript",
    "drafts.js": "text/javascript",
    "keys.js": "text/javascript",
    "icon.svg": "image/svg+xml",
}
# Their addresses would be read as a step of a case.
_BEFORE_A_CASE = (
    list_routes,
    list_export_routes,
    saved_view_routes,
    batch_routes,
    conversation_routes,
    chat_case_routes,
    chat_step_routes,
    chat_live_routes,
    emergency_routes,
    chat_answer_routes,
    case_code_routes,
    advice_routes,
)
_DESK = (
    call_back_routes,
    new_case_routes,
    knowledge_page_routes,
    knowledge_step_routes,
    source_routes,
    low_rating_routes,
    api_page_routes,
    admin_routes,
    account_routes,
    reply_routes,
    hours_routes,
    unit_routes,
    power_list_routes,
    model_routes,
    own_account_routes,
)
_CITY = (
    measure_routes,
    board_routes,
    topic_routes,
    alert_routes,
    cockpit_routes,
    brief_routes,
    campaign_routes,
    consultation_routes,
    trend_routes,
    review_routes,
)
CACHE_CONTROL = "public, max-age=300"


def console_routes(
    database: Database,
    folder: AttachmentFolder,
    *,
    feed: DeskFeed,
    is_degraded: Callable[[], bool] = lambda: False,
    code_roles: Collection[Role] = (),
    provider: Provider | None = None,
    public_url: str | None = None,
) -> APIRouter:
    """`feed` is woken by what PostgreSQL notifies.

    `is_degraded` says whether understanding runs without Rasa: every page shows it.
    `code_roles` are the roles that need a second factor. `provider` is the city's single sign-on,
    which sends people back to `public_url`.
    """
    routes = APIRouter(
        prefix="/console",
        include_in_schema=False,
        dependencies=[
            Depends(notice_when(is_degraded)),
            Depends(offering_provider(is_there=provider is not None)),
        ],
    )

    @routes.get("")
    def home() -> Response:
        return go_to(HOME)

    routes.include_router(sign_in_routes(database, code_roles))
    if provider:
        routes.include_router(single_sign_on_routes(database, provider, public_url))
    for part in _BEFORE_A_CASE:
        routes.include_router(part(database))
    routes.include_router(merge_page_routes(database))
    routes.include_router(case_routes(database, folder))
    for part in (*_DESK, *_CITY):
        routes.include_router(part(database))
    routes.include_router(stream_routes(database, feed))
    routes.include_router(attachment_routes(database, folder))
    routes.include_router(_other_addresses())
    return routes


def _other_addresses() -> APIRouter:
    routes = APIRouter(route_class=ConsoleRoute)

    @routes.get("/static/{name}")
    def static(name: str) -> FileResponse:
        if name not in STATIC_FILES:
            raise NotFound("没有这个文件")
        return FileResponse(
            STATIC / name, media_type=STATIC_FILES[name], headers={"Cache-Control": CACHE_CONTROL}
        )

    @routes.get("/{address:path}")
    def nowhere(address: str) -> Response:
        raise NotFound("没有这个页面")

    return routes
