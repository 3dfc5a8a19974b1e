"""Two cases side by side, before they are merged."""

from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from sqlalchemy.orm import Session

from backend.clock import now
from backend.collective.likeness import compare
from backend.collective.likes import comparable_case
from backend.database import Database
from backend.desk.case_file import CaseFile, file_of, visible_case
from backend.errors import BadInput
from backend.models.cases import Case
from backend.staff.permissions import require
from backend.vocabulary.case_lifecycle import Action, Status
from backend.vocabulary.labels import CHANNEL_LABELS, KIND_LABELS
from backend.web import words
from backend.web.console.auth import Visitor, visitor_of
from backend.web.console.frame import desk_page
from backend.web.console.pages import ConsoleRoute
from backend.web.inputs import Words
from nlu.language.overlap import overlap


def merge_page_routes(database: Database) -> APIRouter:
    routes = APIRouter(prefix="/cases", route_class=ConsoleRoute)

    @routes.get("/{case_no}/beside")
    def beside(
        case_no: str,
        visitor: Annotated[Visitor, Depends(visitor_of(database))],
        other: Words = None,
    ) -> Response:
        require(visitor.staff, Action.MERGE)
        with database.begin() as session:
            return _page(session, visitor, case_no, (other or "").upper())

    return routes


def _page(session: Session, visitor: Visitor, case_no: str, other_no: str) -> Response:
    """Raises BadInput, NotFound or NotAllowed."""
    case = visible_case(session, visitor.staff, case_no)
    if other_no in ("", case_no):
        raise BadInput("请写另一件的工单编号；一件工单不能并到自己里面")
    other = visible_case(session, visitor.staff, other_no)
    files = [file_of(session, visitor.staff, one, now=now()) for one in (case, other)]
    one, two = comparable_case(case), comparable_case(other)
    likeness = compare(one, two)
    alike = overlap(one.pairs, two.pairs)
    return desk_page(
        session,
        visitor,
        "merge.html",
        files=files,
        rows=list(_rows(*files)),
        reasons=likeness.reasons if likeness else [f"用词 {alike:.0%} 相同"] if alike else [],
        lead=_lead(case, other).case_no,
    )


def _lead(case: Case, other: Case) -> Case:
    """The case that is proposed to lead: one that leads already, else the older one."""
    led = [one for one in (case, other) if any("member" in e.details for e in one.events)]
    return led[0] if len(led) == 1 else min((case, other), key=lambda one: one.registered_at)


def _rows(one: CaseFile, other: CaseFile) -> Iterator[tuple[str, str, str]]:
    """(label, value of the one, value of the other), masked as the reader may see it."""
    yield from zip(_LABELS, _values(one), _values(other), strict=True)


_LABELS = (
    "事情", "市民的原话", "地点", "查到的地方", "类型", "领域", "承办单位", "状态", "期限", "登记",
    "渠道", "附件",
)  # fmt: skip


def _values(file: CaseFile) -> list[str]:
    case = file.case
    return [
        file.redact(case.text),
        file.wording,
        file.redact(str(case.location.get("text") or "没说地点")),
        words.area_names(case) or "不清楚",
        KIND_LABELS.get(case.kind, case.kind),
        case.domain or "不清楚",
        case.unit.name if case.unit else "还没派",
        Status(case.status).label,
        words.next_due(case, now()).words,
        words.moment(case.registered_at, now()),
        CHANNEL_LABELS.get(case.source_channel, case.source_channel),
        f"{len(file.attachments)} 个" if file.attachments else "没有",
    ]
