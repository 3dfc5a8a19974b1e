"""Cases that staff register for a resident on the phone, at the window or by letter."""

import secrets
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from backend.case_codes import codes
from backend.clock import now
from backend.database import Database
from backend.desk import phone_intake
from backend.desk.phone_intake import READ_IT_BACK, IntakeForm, Preview
from backend.errors import BadInput
from backend.models.staff import StaffAccount
from backend.staff.accounts import actor_for, audit
from backend.staff.permissions import require_takes_down
from backend.vocabulary.typed_text import Line, Text
from backend.web.api import case_json
from backend.web.api.auth import signed_in
from nlu.vocabulary import Kind


class NewCaseIn(BaseModel):
    """A resident's appeal as staff wrote it down; name and phone are optional."""

    channel: Literal["phone", "window", "letter"]
    text: Text
    place: Line | None = None
    kind: Kind | None = None
    name: Line | None = None
    phone: Line | None = None
    answer: Text | None = None  # the answer given at once, which closes the case
    article: Line | None = None  # the article with the answer

    def taken_down(self) -> IntakeForm:
        return IntakeForm(
            self.channel,
            self.text,
            place=self.place,
            kind=self.kind,
            name=self.name,
            phone=self.phone,
            answer=self.answer,
            article=self.article,
        )


class ConfirmedCaseIn(NewCaseIn):
    confirmed: bool = False  # the resident agreed to the summary read to them
    key: Annotated[Line, Field(min_length=8, max_length=100)] | None = None  # idempotency key


def new_case_routes(database: Database) -> APIRouter:
    routes = APIRouter(prefix="/cases", tags=["cases"])
    signed = Depends(signed_in(database))

    @routes.post("/preview")
    def preview(body: NewCaseIn, staff: Annotated[StaffAccount, signed]) -> dict[str, Any]:
        """The read-back, the kind and the unit that a new case would have. Stores nothing."""
        require_takes_down(staff)
        with database.begin() as session:
            return _preview(phone_intake.preview(session, body.taken_down(), now=now()))

    @routes.post("", status_code=201)
    def register(body: ConfirmedCaseIn, staff: Annotated[StaffAccount, signed]) -> dict[str, Any]:
        """Register it; `confirmed` says that it was read back and the resident said yes."""
        require_takes_down(staff)
        if not body.confirmed:
            raise BadInput(READ_IT_BACK)
        with database.begin() as session:
            key = f"{staff.username}:{body.key or secrets.token_hex(16)}"
            case = phone_intake.register(
                session, body.taken_down(), actor_for(staff), key=key, now=now()
            )
            audit(session, staff, "take_down", case.case_no, now=now())
            code = codes.make(session, case, now=now())
            channel = {"channel": case.source_channel, "query_code": code}
            return case_json.line(case) | channel

    return routes


def _preview(preview: Preview) -> dict[str, Any]:
    route = preview.route.as_json()
    danger = preview.danger
    return {
        "read_back": preview.read_back,
        "kind": preview.kind,
        "suggested_kind": preview.route.kind,
        "domain": route["domain"],
        "unit": route["unit"],
        "confidence": route["confidence"],
        "reason": route["reason"],
        "emergency": {"number": danger.number, "certain": danger.is_certain} if danger else None,
    }
