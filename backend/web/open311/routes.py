"""Routes of Open311 GeoReport v2 for other civic apps. See docs/open311.md."""

from typing import Annotated, Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy import Select, or_
from sqlalchemy.orm import Session, joinedload
from starlette.datastructures import UploadFile

from backend.clock import now
from backend.database import Database
from backend.errors import NotFound, NotSignedIn, TooLarge
from backend.models.cases import Case
from backend.settings import Settings
from backend.sources import keys
from backend.vocabulary.messages import storable
from backend.web.open311 import submitting
from backend.web.open311.asking import PAGE_SIZE, RequestFilter, read_filter
from backend.web.open311.discovery import discovery
from backend.web.open311.formats import JSON, XML, answer
from backend.web.open311.problems import BadRequest, Open311Route
from backend.web.open311.publishing import as_request, changed_at, public_cases
from backend.web.open311.services import Service, other, services

PREFIX = "/open311/v2"
PHOTO_REFUSED = "字段 {name} 是照片，这里不收：请去掉它再提交，照片由市民在网页或微信里发"
MOST_FORM_BYTES, MOST_FIELDS = 100_000, 50
_ENDINGS = ("", f".{JSON}", f".{XML}")


def open311_routes(database: Database, settings: Settings) -> APIRouter:
    routes = APIRouter(prefix=PREFIX, route_class=Open311Route, tags=["open311"])
    _add_services(routes, settings)
    _add_requests(routes, database)
    _add_submission(routes, database)
    routes.get("/{address:path}", include_in_schema=False)(_nowhere)
    routes.post("/{address:path}", include_in_schema=False)(_nowhere)
    return routes


def _add_services(routes: APIRouter, settings: Settings) -> None:
    def show_discovery(request: Request) -> Response:
        base = (settings.public_url or str(request.base_url)).rstrip("/")
        return answer(request, "discovery", discovery(f"{base}{PREFIX}", settings.mode))

    def list_services(request: Request) -> Response:
        return answer(request, "services", [_service(row) for row in services().values()])

    def show_service(request: Request, code: str) -> Response:
        code = _without_ending(code)
        if code not in services():
            raise NotFound(f"没有这个 service_code：{code[:20]}")
        definition = {"service_code": code, "attributes": []}
        return answer(request, "service_definition", definition)

    for path, in_schema in _with_endings("/discovery"):
        routes.get(path, include_in_schema=in_schema)(show_discovery)
    for path, in_schema in _with_endings("/services"):
        routes.get(path, include_in_schema=in_schema)(list_services)
    routes.get("/services/{code}")(show_service)


def _add_requests(routes: APIRouter, database: Database) -> None:
    def list_requests(request: Request) -> Response:
        request_filter = read_filter(_parameters(request), now=now())
        with database.begin() as session:
            return answer(
                request, "service_requests", _requests(session, _matching(request_filter))
            )

    def show_request(request: Request, request_id: str) -> Response:
        with database.begin() as session:
            service_request = _request(session, _without_ending(request_id))
            return answer(request, "service_requests", [service_request])

    def show_token(request: Request, token: str) -> Response:
        """A request's id is also its token, as every request gets its id at once."""
        with database.begin() as session:
            number = _request(session, _without_ending(token))["service_request_id"]
            content = [{"service_request_id": number, "token": number}]
            return answer(request, "service_requests", content)

    for path, in_schema in _with_endings("/requests"):
        routes.get(path, include_in_schema=in_schema)(list_requests)
    routes.get("/requests/{request_id}")(show_request)
    routes.get("/tokens/{token}")(show_token)


def _add_submission(routes: APIRouter, database: Database) -> None:
    def submit(request: Request, form: Annotated[submitting.Form, Depends(_form_of)]) -> Response:
        with database.begin() as session:
            if not form.get("api_key"):
                raise NotSignedIn("没有带 api_key")
            source = keys.source_for_key(session, form["api_key"])
            receipt = submitting.submit(session, source, form, now=now())
        created = {"service_request_id": receipt.case_no, "service_notice": receipt.notice}
        return answer(request, "service_requests", [created | {"account_id": None}])

    for path, in_schema in _with_endings("/requests"):
        routes.post(path, include_in_schema=in_schema)(submit)


def _with_endings(path: str) -> list[tuple[str, bool]]:
    """The addresses of a call, and whether each is in the schema: only the JSON one is."""
    return [(f"{path}{ending}", ending == f".{JSON}") for ending in _ENDINGS]


def _nowhere(address: str) -> Response:
    raise NotFound("没有这个地址")


def _parameters(request: Request) -> dict[str, str]:
    """The query parameters; a repeated one counts as one with commas."""
    return {name: ",".join(request.query_params.getlist(name)) for name in request.query_params}


async def _form_of(request: Request) -> submitting.Form:
    """The fields of the form, with the `api_key` of the address if the form has none.

    Raises TooLarge, BadRequest.
    """
    if int(request.headers.get("content-length") or 0) > MOST_FORM_BYTES:
        raise TooLarge("内容太长")
    if request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        fields = _decoded(await request.body())
    else:
        fields = await _parts(request)
    key = request.query_params.get("api_key", "")
    return submitting.cleaned({"api_key": key} | fields)


def _decoded(body: bytes) -> dict[str, str]:
    """The fields of a form in UTF-8 or GB18030. Raises BadRequest."""
    for encoding in ("utf-8", "gb18030"):
        try:
            pairs = parse_qsl(
                body.decode("ascii"), encoding=encoding, errors="strict", max_num_fields=MOST_FIELDS
            )
        except ValueError:
            continue
        return dict(pairs)
    raise BadRequest("看不懂表单：请用 UTF-8")


async def _parts(request: Request) -> dict[str, str]:
    """The fields of a form in parts. Raises BadRequest for one with a file."""
    async with request.form(max_files=MOST_FIELDS, max_fields=MOST_FIELDS) as form:
        fields = {name: value for name, value in form.items() if isinstance(value, str)}
        files = [name for name, file in form.items() if isinstance(file, UploadFile) and file.size]
    if files:
        raise BadRequest(PHOTO_REFUSED.format(name=files[0][:40]))
    return fields


def _without_ending(name: str) -> str:
    return storable(name).removesuffix(f".{JSON}").removesuffix(f".{XML}")


def _service(row: Service) -> dict[str, Any]:
    return {
        "service_code": row.code,
        "service_name": row.name,
        "description": row.description,
        "metadata": False,
        "type": "realtime",
        "keywords": ", ".join(row.keywords),
        "group": row.group,
    }


def _matching(request_filter: RequestFilter) -> Select[Case]:
    query = public_cases()
    if request_filter.ids:
        return query.where(Case.case_no.in_([storable(number) for number in request_filter.ids]))
    query = query.where(
        Case.registered_at >= request_filter.start, Case.registered_at <= request_filter.end
    )
    if request_filter.statuses:
        query = query.where(Case.status.in_(request_filter.statuses))
    if request_filter.service_codes:
        query = query.where(_of_services(request_filter.service_codes))
    return query.offset((request_filter.page - 1) * PAGE_SIZE)


def _of_services(codes: tuple[str, ...]) -> Any:
    listed = Case.power_item_code.in_(codes)
    if other().code not in codes:
        return listed
    elsewhere = [code for code in services() if code != other().code]
    unlisted = Case.power_item_code.is_(None) | Case.power_item_code.not_in(elsewhere)
    return or_(listed, unlisted)


def _requests(session: Session, query: Select[Case]) -> list[dict[str, Any]]:
    newest = query.order_by(Case.registered_at.desc(), Case.id.desc()).limit(PAGE_SIZE)
    rows = session.execute(newest.add_columns(changed_at()).options(joinedload(Case.unit)))
    return [as_request(case, last_event_at) for case, last_event_at in rows]


def _request(session: Session, number: str) -> dict[str, Any]:
    """Raises NotFound, also for a case that is not public."""
    requests = _requests(session, public_cases().where(Case.case_no == number))
    if not requests:
        raise NotFound(f"没有这个 service_request_id，或者它不公开：{number[:20]}")
    return requests[0]
