"""Advice of the operator's language model on a case, for a person to read. Nothing acts on it."""

import logging
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from sqlalchemy.orm import Session

from backend.advice.advice import Advice, NoAdvice, Question
from backend.advice.adviser import adviser
from backend.clock import now
from backend.database import Database
from backend.desk.case_file import visible_case
from backend.desk.masking import without_identity
from backend.errors import NotFound
from backend.knowledge.service import find
from backend.models.cases import Case
from backend.staff.accounts import audit
from backend.vocabulary.labels import UNIT_TYPE_LABELS
from backend.web.console.auth import Posted, posted_in
from backend.web.console.frame import desk_page
from backend.web.console.pages import ConsoleRoute
from nlu.appeals.masks import mask_identity

log = logging.getLogger(__name__)


def advice_routes(database: Database) -> APIRouter:
    routes = APIRouter(prefix="/cases", route_class=ConsoleRoute)

    @routes.post("/{case_no}/advice")
    def ask(case_no: str, posted: Annotated[Posted, Depends(posted_in(database))]) -> Response:
        with database.begin() as session:
            case = visible_case(session, posted.staff, case_no)
            audit(session, posted.staff, "ask_advice", case_no, now=now())
            question = _question(session, case)
        advice = _advice(question)  # no transaction is open while the model thinks
        with database.begin() as session:
            return desk_page(
                session,
                posted.visitor,
                "advice.html",
                case=visible_case(session, posted.staff, case_no),
                advice=advice,
                unit_types=UNIT_TYPE_LABELS,
                titles={article.id: article.title for article in question.articles},
            )

    return routes


def _advice(question: Question) -> Advice | None:
    its_adviser = adviser()
    if its_adviser is None:
        raise NotFound("没有接语言模型")
    try:
        return its_adviser.ask(question)
    except NoAdvice as reason:
        log.info("no advice: %s", reason)
        return None


def _question(session: Session, case: Case) -> Question:
    """The case without whatever names the resident, for anybody's model."""

    def masked(text: str) -> str:
        return mask_identity(without_identity(text, case.resident.name))

    return Question(
        masked(case.text),
        masked(str(case.location.get("text") or "")),
        UNIT_TYPE_LABELS,
        find(session, case.text),
    )
