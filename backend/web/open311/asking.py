"""Reads the parameters of a list of service requests: dates, codes, statuses and page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from backend.vocabulary.case_lifecycle import Status
from backend.web.inputs import MOST_PAGES
from backend.web.open311.problems import BadRequest
from backend.web.open311.publishing import STATUSES
from backend.web.open311.services import services

LONGEST_SPAN = timedelta(days=90)
PAGE_SIZE = 1000
MOST_IDS = 200
_CENTURY = (1990, 2200)


@dataclass(frozen=True)
class RequestFilter:
    ids: tuple[str, ...] = ()  # overrides all other fields
    service_codes: tuple[str, ...] = ()
    statuses: frozenset[Status] = frozenset()
    start: datetime | None = None
    end: datetime | None = None
    page: int = 1


def read_filter(parameters: Mapping[str, str], *, now: datetime) -> RequestFilter:
    """Empty parameters count as missing. Raises BadRequest with all problems."""
    ids = _listed(parameters.get("service_request_id"))
    if ids:
        if len(ids) > MOST_IDS:
            raise BadRequest(f"service_request_id 一次最多 {MOST_IDS} 个")
        return RequestFilter(ids=ids)
    problems: list[str] = []
    start, end = (
        _read_time(parameters.get(name), name, problems) for name in ("start_date", "end_date")
    )
    codes, statuses = (
        _codes(parameters.get("service_code"), problems),
        _statuses(parameters, problems),
    )
    page = _page(parameters.get("page"), problems)
    if not problems:
        start, end = _span(start, end, now, problems)
    if problems:
        raise BadRequest(*problems)
    return RequestFilter((), codes, statuses, start, end, page)


def _listed(value: str | None) -> tuple[str, ...]:
    return tuple(part.strip() for part in (value or "").split(",") if part.strip())


def _read_time(value: str | None, name: str, problems: list[str]) -> datetime | None:
    if not value:
        return None
    try:
        moment = datetime.fromisoformat(
            value.replace(" ", "+")
        )  # an unescaped + arrives as a space
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None or not _CENTURY[0] <= moment.year <= _CENTURY[1]:
        problems.append(f"{name} 应写成 2026-01-01T00:00:00Z，并带时区")
        return None
    return moment


def _span(
    start: datetime | None, end: datetime | None, now: datetime, problems: list[str]
) -> tuple[datetime, datetime]:
    """A period of at most 90 days; with one end missing, the 90 days from or to the other."""
    end = end or (start + LONGEST_SPAN if start else now)
    start = start or end - LONGEST_SPAN
    if end < start:
        problems.append("end_date 早于 start_date")
    if end - start > LONGEST_SPAN:
        problems.append("start_date 到 end_date 最多 90 天")
    return start, end


def _codes(value: str | None, problems: list[str]) -> tuple[str, ...]:
    codes = _listed(value)
    problems.extend(
        f"没有这个 service_code：{code[:20]}" for code in codes if code not in services()
    )
    return codes


def _statuses(parameters: Mapping[str, str], problems: list[str]) -> frozenset[Status]:
    names = _listed(parameters.get("status"))
    allowed = set(STATUSES.values())
    problems.extend("status 只能是 open 或 closed" for name in names if name not in allowed)
    return frozenset(status for status, name in STATUSES.items() if name in names)


def _page(value: str | None, problems: list[str]) -> int:
    if not value:
        return 1
    if not (value.isascii() and value.isdecimal()) or not 1 <= int(value[:9]) <= MOST_PAGES:
        problems.append(f"page 是 1 到 {MOST_PAGES} 的整数")
        return 1
    return int(value[:9])
