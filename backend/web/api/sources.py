"""Sources: their freshness for staff, and the address they push cases to with their key."""

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import JSONResponse
from fastapi.security import APIKeyHeader

from backend.clock import now
from backend.database import Database
from backend.errors import BadInput, NotAllowed, NotSignedIn, TooLarge
from backend.models.staff import StaffAccount
from backend.sources import keys, pushing, readback
from backend.sources.contract import Contract, Problem
from backend.sources.freshness import (
    SHARES_OVER,
    Share,
    SourceFreshness,
    shares,
    source_freshness,
)
from backend.sources.intake_log import problem_text
from backend.sources.pushing import PushResult
from backend.sources.registry import Source, source
from backend.staff.permissions import require_sees_sources
from backend.vocabulary.labels import CHANNEL_LABELS
from backend.vocabulary.typed_text import LARGEST_BIG_ID
from backend.web.api.auth import signed_in
from backend.web.bodies import FORM_BYTES, read_body

MOST_ROWS, MOST_BYTES = 100, 2_000_000  # in one push
_header = APIKeyHeader(name="X-API-Key", auto_error=False, description="`minhu source-key CODE`")
Key = Annotated[str | None, Depends(_header)]
Cursor = Annotated[int, Query(ge=0, le=LARGEST_BIG_ID)]


def source_routes(database: Database) -> APIRouter:
    routes = APIRouter(prefix="/sources", tags=["sources"])
    signed = Depends(signed_in(database))
    holder = Depends(_holder_of(database))

    @routes.get("")
    def list_sources(staff: Annotated[StaffAccount, signed]) -> dict[str, Any]:
        """When each was last heard from, and how the cases of 30 days came in."""
        require_sees_sources(staff)
        at = now()
        with database.begin() as session:
            sources = source_freshness(session, now=at)
            by_channel = shares(session, since=at - SHARES_OVER)
        return {
            "sources": [_freshness(row) for row in sources],
            "intake": [_share(row) for row in by_channel],
        }

    @routes.post(
        "/{code}/cases",
        responses={207: {"description": "a result for each row"}},
        max_body_size=MOST_BYTES + FORM_BYTES,
    )
    def push(
        code: str,
        holder: Annotated[Source, holder],
        body: Annotated[bytes, Depends(_body_of)],
    ) -> Response:
        """One object, or a list of up to 100, with the fields of the source's contract.

        One: 201 new, 200 there already, 422 not taken. A list: 207, and the same for each. A row
        sent again updates the case's state and reply (`updated`), and nothing else.
        """
        _require_own(code, holder)
        content = _parse(body)
        rows = content if isinstance(content, list) else [content]
        if len(rows) > MOST_ROWS:
            raise TooLarge(f"一次最多推送 {MOST_ROWS} 条")
        results = [_result(row) for row in pushing.take_rows(database, holder, rows, now=now())]
        if isinstance(content, list):
            return JSONResponse({"results": results}, 207)
        return JSONResponse(results[0], results[0]["status"])

    routes.include_router(_read_back_routes(database))
    return routes


def _read_back_routes(database: Database) -> APIRouter:
    routes = APIRouter()
    holder = Depends(_holder_of(database))

    @routes.get("/{code}/cases")
    def read_changes(
        code: str, holder: Annotated[Source, holder], after: Cursor = 0
    ) -> dict[str, Any]:
        """The source's cases that have changed after the cursor `after`, up to 100."""
        _require_own(code, holder)
        with database.begin() as session:
            changes = readback.changes(session, holder, after)
        return {"cases": changes.cases, "next": changes.cursor}

    @routes.get("/{code}/cases/{original_no}")
    def read_one(code: str, original_no: str, holder: Annotated[Source, holder]) -> dict[str, Any]:
        """State, deadline, unit, reply and rating of a case by the source's own number."""
        _require_own(code, holder)
        with database.begin() as session:
            return readback.state(session, holder, original_no)

    return routes


def _require_own(code: str, holder: Source) -> None:
    """Raises NotFound or NotAllowed."""
    if source(code) is not holder:
        raise NotAllowed("这个密钥是别的来源的")


def _holder_of(database: Database) -> Callable[[Key], Source]:
    """A dependency: the source of the key. Raises NotSignedIn before the body is read."""

    def check(key: Key) -> Source:
        if not key:
            raise NotSignedIn("请带上密钥（X-API-Key）")
        with database.begin() as session:
            return keys.source_for_key(session, key)

    return check


async def _body_of(request: Request) -> bytes:
    """Raises TooLarge."""
    problem = f"一次最多推送 {MOST_BYTES // 1_000_000} MB"
    return await read_body(request, most_bytes=MOST_BYTES, problem=problem)


def _parse(body: bytes) -> object:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise BadInput("内容不是 UTF-8 的 JSON") from None


def _result(row: PushResult) -> dict[str, Any]:
    status = 422 if row.problems else 201 if row.is_new else 200
    return {
        "original_no": row.original_no,
        "status": status,
        "case_no": row.case_no,
        "updated": row.is_updated,
        "problems": _problems(row.problems),
        "remarks": _problems(row.remarks),
    }


def _problems(problems: Iterable[Problem]) -> list[dict[str, str]]:
    return [{"field": problem.field, "why": problem_text(problem)} for problem in problems]


def _freshness(row: SourceFreshness) -> dict[str, Any]:
    return {
        "code": row.source.code,
        "name": row.source.name,
        "owner": row.source.owner,
        "net": {"code": row.source.net, "label": row.source.net_label},
        "adapter": row.source.adapter,
        "fresh_hours": int(row.source.fresh_for.total_seconds()) // 3600,
        "last_received_at": row.last_at.isoformat() if row.last_at else None,
        "stale": row.is_stale,
        "taken": row.taken,
        "repeated": row.repeated,
        "rejected": row.rejected,
        "fields": fields_of(row.source.contract),
    }


def fields_of(contract: Contract) -> Sequence[dict[str, Any]]:
    return [
        {
            "field": rule.source_field,
            "ours": rule.target,
            "type": rule.type,
            "required": rule.required,
            "values": list(rule.values),
            "example": rule.example,
        }
        for rule in contract.rules
    ]


def _share(row: Share) -> dict[str, Any]:
    return {
        "channel": row.channel,
        "label": CHANNEL_LABELS.get(row.channel, row.channel),
        "cases": row.cases,
        "share": round(row.share, 4),
    }
