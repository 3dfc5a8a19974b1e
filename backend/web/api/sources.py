"""Sources over HTTP: where they stand, for staff; and where they push, with a key of theirs."""

import json
from collections.abc import Callable, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse
from fastapi.security import APIKeyHeader

from backend.clock import now
from backend.database import Database
from backend.errors import BadInput, NotAllowed, NotSignedIn, TooLarge
from backend.models.staff import StaffAccount
from backend.sources import keys, pushing
from backend.sources.contract import Contract
from backend.sources.ledger import in_words
from backend.sources.pushing import Result
from backend.sources.registry import Source, source
from backend.sources.standing import SHARES_OVER, Share, Standing, shares, standings
from backend.staff.permissions import require_sees_sources
from backend.vocabulary.labels import CHANNEL_LABELS
from backend.web.api.auth import signed_in

MOST_ROWS, MOST_BYTES = 100, 2_000_000  # in one push
_header = APIKeyHeader(name="X-API-Key", auto_error=False, description="`minhu source-key CODE`")
Key = Annotated[str | None, Depends(_header)]


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
            found = standings(session, now=at)
            by_channel = shares(session, since=at - SHARES_OVER)
        return {
            "sources": [_standing(one) for one in found],
            "intake": [_share(one) for one in by_channel],
        }

    @routes.post("/{code}/cases", responses={207: {"description": "a result for each row"}})
    def push(
        code: str,
        holder: Annotated[Source, holder],
        body: Annotated[bytes, Depends(_body_of)],
    ) -> Response:
        """One object, or a list of up to 100, with the fields of the source's contract.

        One: 201 new, 200 there already, 422 not taken. A list: 207, and the same for each. Sending
        it again changes nothing.
        """
        if source(code) is not holder:
            raise NotAllowed("这个密钥是别的来源的")
        given = _parsed(body)
        rows = given if isinstance(given, list) else [given]
        if len(rows) > MOST_ROWS:
            raise TooLarge(f"一次最多推送 {MOST_ROWS} 条")
        results = [_result(one) for one in pushing.take(database, holder, rows, now=now())]
        if isinstance(given, list):
            return JSONResponse({"results": results}, 207)
        return JSONResponse(results[0], results[0]["status"])

    return routes


def _holder_of(database: Database) -> Callable[[Key], Source]:
    """A dependency that raises NotSignedIn, before the body is looked at."""

    def check(key: Key) -> Source:
        if not key:
            raise NotSignedIn("请带上密钥（X-API-Key）")
        with database.begin() as session:
            return keys.holder_of(session, key)

    return check


async def _body_of(request: Request) -> bytes:
    """Raises TooLarge, without reading on."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MOST_BYTES:
            raise TooLarge(f"一次最多推送 {MOST_BYTES // 1_000_000} MB")
    return bytes(body)


def _parsed(body: bytes) -> object:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise BadInput("内容不是 UTF-8 的 JSON") from None


def _result(one: Result) -> dict[str, Any]:
    status = 422 if one.problems else 201 if one.is_new else 200
    return {
        "original_no": one.original_no,
        "status": status,
        "case_no": one.case_no,
        "problems": [{"field": it.field, "why": in_words(it)} for it in one.problems],
    }


def _standing(one: Standing) -> dict[str, Any]:
    return {
        "code": one.source.code,
        "name": one.source.name,
        "owner": one.source.owner,
        "net": {"code": one.source.net, "label": one.source.net_label},
        "adapter": one.source.adapter,
        "fresh_hours": int(one.source.fresh_for.total_seconds()) // 3600,
        "last_received_at": one.last_at.isoformat() if one.last_at else None,
        "stale": one.is_stale,
        "taken": one.taken,
        "repeated": one.repeated,
        "rejected": one.rejected,
        "fields": fields_of(one.source.contract),
    }


def fields_of(contract: Contract) -> Sequence[dict[str, Any]]:
    return [
        {
            "field": rule.theirs,
            "ours": rule.ours,
            "type": rule.type,
            "required": rule.required,
            "values": list(rule.values),
            "example": rule.example,
        }
        for rule in contract.rules
    ]


def _share(one: Share) -> dict[str, Any]:
    return {
        "channel": one.channel,
        "label": CHANNEL_LABELS.get(one.channel, one.channel),
        "cases": one.cases,
        "share": round(one.share, 4),
    }
