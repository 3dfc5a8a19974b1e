"""Intake by staff: appeals made by phone, at the window or by letter (S71).

The appeal is read back to the resident together with the proposed route, and registered on their
yes.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from backend.cases.appeals import Appeal
from backend.cases.arrivals import person, register_arrival
from backend.cases.at_once import INQUIRY
from backend.errors import BadInput
from backend.models.cases import Case
from backend.models.residents import Resident
from backend.residents.service import note_care, set_elder_mode
from backend.routing import service as routing
from backend.routing.rules import Route
from backend.texts.staff import READ_TO_CALLER, READ_TO_CALLER_WITH_PLACE
from backend.vocabulary.actors import Actor
from backend.vocabulary.channels import BY_STAFF
from backend.vocabulary.step_details import Answer
from nlu.dangers.emergency import Emergency, detect
from nlu.language.text import find_phones, is_blank, normalise
from nlu.trained import danger_model

CARE_NEEDS = ("独居", "残障", "行动不便")  # as `dialogue.care` recognises them
READ_IT_BACK = "请先念给市民听，对方确认了再登记"


@dataclass(frozen=True)
class IntakeForm:
    channel: str  # phone, window or letter
    text: str
    place: str | None = None
    kind: str | None = None  # None leaves it to the router
    name: str | None = None
    phone: str | None = None
    answer: str | None = None  # given at once; the case is closed with it
    article: str | None = None  # knowledge base article that answered it
    is_elder: bool = False
    care: tuple[str, ...] = ()  # of CARE_NEEDS
    has_consent: bool = False  # the resident agreed to have it noted


@dataclass(frozen=True)
class Preview:
    form: IntakeForm
    route: Route
    danger: Emergency | None

    @property
    def kind(self) -> str:
        return self.form.kind or self.route.kind

    @property
    def read_back(self) -> str:
        """The text that staff read aloud before the registration (S72)."""
        matter, place = self.form.text, self.form.place
        text = READ_TO_CALLER_WITH_PLACE if place else READ_TO_CALLER
        return text.format(matter=matter, place=place).plain


def preview(session: Session, form: IntakeForm, *, now: datetime) -> Preview:
    """The checked form with its route. Raises BadInput."""
    checked = _checked(form)
    route = routing.route(session, text=checked.text, location_text=checked.place, said_at=now)
    return Preview(checked, route, detect(normalise(checked.text), danger_model()))


def register(session: Session, form: IntakeForm, by: Actor, *, key: str, now: datetime) -> Case:
    """Register the appeal; the same `key` returns the same case. Raises BadInput."""
    checked = _checked(form)
    resident = person(checked.channel, phone=checked.phone, name=checked.name, appeal_key=key)
    answer = Answer(text=checked.answer, article=checked.article)
    appeal = Appeal(
        checked.text,
        checked.place,
        kind=checked.kind,
        by=by,
        answer=answer if checked.answer or checked.article else None,
    )
    case = register_arrival(session, resident, appeal, key=f"staff:{key}", now=now)
    _note_care(case.resident, checked, now)
    if appeal.answer and case.kind != INQUIRY:
        raise BadInput("只有咨询可以当场答复；别的事登记下来，交给单位办")
    return case


def _note_care(resident: Resident, form: IntakeForm, now: datetime) -> None:
    if form.is_elder:
        set_elder_mode(resident, on=True)
    if form.care:
        note_care(resident, form.care, now=now)


def _checked(form: IntakeForm) -> IntakeForm:
    if form.channel not in BY_STAFF:
        raise BadInput(f"渠道只能是：{'、'.join(BY_STAFF.values())}")
    if is_blank(form.text):
        raise BadInput("请写下市民说的事")
    if not set(form.care) <= set(CARE_NEEDS):
        raise BadInput("没有这种照顾")
    if (form.is_elder or form.care) and not form.has_consent:
        raise BadInput("先问市民愿不愿意记下要照顾的事；不愿意就不要勾")
    phone = _phone(form.phone)
    return IntakeForm(
        form.channel,
        form.text,
        place=form.place or None,
        kind=form.kind or None,
        name=form.name or None,
        phone=phone,
        answer=(form.answer or "").strip() or None,
        article=form.article or None,
        is_elder=form.is_elder,
        care=form.care,
        has_consent=form.has_consent,
    )


def _phone(text: str | None) -> str | None:
    """Raises BadInput."""
    if not text:
        return None
    phones = find_phones(text)
    if len(phones) != 1:
        raise BadInput("电话号码不对，请再核对一遍；不愿意留也可以不填")
    return phones[0].value
