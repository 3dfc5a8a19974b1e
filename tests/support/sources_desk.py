"""What tests of sources begin with: a row as the hotline sends it, a key, a file."""

import json
from pathlib import Path
from typing import Any

import httpx

from backend.clock import now
from backend.database import Database
from backend.sources import keys
from backend.sources.registry import source

HOTLINE, FORUM = "mayor-12345", "hangwang-forum"


def a_row(number: str = "RX1", **other: Any) -> dict[str, Any]:
    """The least that the hotline's contract asks for; the router is sure of it."""
    return {
        "工单编号": number,
        "受理时间": "2026-11-20 09:12",
        "诉求内容": "楼下夜里施工太吵",
        "事发地点": "西湖区文三路",
    } | other


def a_closed_row(number: str = "RX1", **other: Any) -> dict[str, Any]:
    return (
        a_row(
            number,
            工单状态="已结案",
            承办单位="西湖区综合行政执法局",
            签收时间="2026-11-20 15:00",
            办结时间="2026-11-21 10:00",
            结案时间="2026-11-22 09:00",
            办理结果="已解决",
            答复内容="已责令停工。",
            满意度="满意",
        )
        | other
    )


def a_key(database: Database, code: str = HOTLINE) -> str:
    with database.begin() as session:
        return keys.make(session, source(code), now=now())


def push(client: httpx.Client, key: str | None, body: Any, code: str = HOTLINE) -> httpx.Response:
    headers = {"X-API-Key": key} if key else {}
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.post(f"/api/v1/sources/{code}/cases", content=raw, headers=headers)


def csv_of(path: Path, rows: list[dict[str, Any]], *, encoding: str = "utf-8") -> Path:
    import csv

    names = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        writer.writerows(rows)
    return path
