"""What staff take down for a resident on the phone, at the window, or from a letter (S71).

First it is read back, with what the router makes of it; on the resident's yes it is registered.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from backend.cases.appeals import Appeal
from backend.cases.arrivals import person, register_arrival
from backend.cases.at_once import INQUIRY
from backend.cases.step import Details
from backend.errors import BadInput
from backend.models.cases import Case
from backend.routing import service as routing
from backend.routing.rules import Route
from backend.vocabulary.actors import Actor
from backend.vocabulary.channels import BY_STAFF
from nlu.dangers.emergency import Emergency, detect
from nlu.language.text import find_phones, is_blank, normalise
from nlu.trained import danger_model


@dataclass(frozen=True)
class TakenDown:
    channel: str  # phone, window or letter
    text: str
    place: str | None = None
    kind: str | None = None  # None leaves it to the router
    name: str | None = None
    phone: str | None = None
    answer: str | None = None  # what they were told there and then: it is closed with it
    article: str | None = None  # of the knowledge base, where that answered it


@dataclass(frozen=True)
class Preview:
    taken: TakenDown
    route: Route
    danger: Emergency | None

    @property
    def kind(self) -> str:
        return self.taken.kind or self.route.kind

    @property
    def read_back(self) -> str:
        """To be read aloud before it is registered (S72)."""
        where = f"，地点是{self.taken.place}" if self.taken.place else ""
        return f"我跟您核对一下。您反映的是：{self.taken.text}{where}。这样登记，对吗？"


def preview(session: Session, taken: TakenDown, *, now: datetime) -> Preview:
    """Raises BadInput."""
    checked = _checked(taken)
    route = routing.route(session, text=checked.text, location_text=checked.place, said_at=now)
    return Preview(checked, route, detect(normalise(checked.text), danger_model()))


def register(session: Session, taken: TakenDown, by: Actor, *, key: str, now: datetime) -> Case:
    """Raises BadInput. Sent again with the same `key`, it is the same case."""
    checked = _checked(taken)
    who = person(checked.channel, phone=checked.phone, name=checked.name, appeal_key=key)
    answer = Details(text=checked.answer, article=checked.article)
    appeal = Appeal(
        checked.text,
        checked.place,
        kind=checked.kind,
        by=by,
        answer=answer if checked.answer or checked.article else None,
    )
    case = register_arrival(session, who, appeal, key=f"staff:{key}", now=now)
    if appeal.answer and case.kind != INQUIRY:
        raise BadInput("只有咨询可以当场答复；别的事登记下来，交给单位办")
    return case


def _checked(taken: TakenDown) -> TakenDown:
    if taken.channel not in BY_STAFF:
        raise BadInput(f"渠道只能是：{'、'.join(BY_STAFF.values())}")
    if is_blank(taken.text):
        raise BadInput("请写下市民说的事")
    phone = _phone(taken.phone)
    return TakenDown(
        taken.channel,
        taken.text,
        place=taken.place or None,
        kind=taken.kind or None,
        name=taken.name or None,
        phone=phone,
        answer=(taken.answer or "").strip() or None,
        article=taken.article or None,
    )


def _phone(typed: str | None) -> str | None:
    if not typed:
        return None
    found = find_phones(typed)
    if len(found) != 1:
        raise BadInput("电话号码不对，请再核对一遍；不愿意留也可以不填")
    return found[0].value


READ_IT_BACK = "请先念给市民听，对方确认了再登记"
