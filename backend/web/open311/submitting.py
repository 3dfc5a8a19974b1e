"""Registers a service request that another app lodges for one of its users."""

import hashlib
import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from backend.clock import SHANGHAI
from backend.errors import BadInput, NotFound
from backend.sources import intake_log, pushing
from backend.sources.contract import Row
from backend.sources.registry import Source
from backend.texts.open311 import IF_IN_DANGER, RECEIVED
from backend.vocabulary.channels import OPEN311
from backend.vocabulary.messages import Pin, storable
from backend.web.open311.problems import BadRequest
from backend.web.open311.services import Service, other, services
from nlu.city.loaded import pin_map
from nlu.dangers.emergency import detect
from nlu.language.text import find_phones, normalise
from nlu.trained import danger_model

LONGEST_DESCRIPTION, LONGEST_FIELD = 4000, 300
# Fields stored with the case for staff; ids of devices and accounts are not stored.
_STORED_FIELDS = ("email", "media_url")

Form = Mapping[str, str]


@dataclass(frozen=True)
class Receipt:
    case_no: str
    notice: str  # for the resident


def submit(session: Session, source: Source, form: Form, *, now: datetime) -> Receipt:
    """Register the request. Raises NotFound or BadRequest.

    The standard has no idempotency key: an equal form on the same day is the same request.
    """
    row = _row(form, now)
    result = pushing.take_row(session, source, row, now=now)
    intake_id = intake_log.todays_push_intake(session, source.code, now=now)
    counts = intake_log.IntakeCounts(taken=int(result.is_new), repeated=int(not result.is_new))
    intake_log.count(session, intake_id, counts, now=now)
    assert result.case_no is not None
    return Receipt(result.case_no, _notice(row.text))


def _notice(text: str) -> str:
    danger = detect(normalise(text), danger_model())
    if danger is None:
        return RECEIVED.plain
    return (IF_IN_DANGER.format(number=danger.number) + RECEIVED).plain


def _row(form: Form, now: datetime) -> Row:
    service = _service(form.get("service_code"))
    problems: list[str] = []
    for name, value in form.items():
        most = LONGEST_DESCRIPTION if name == "description" else LONGEST_FIELD
        if len(value) > most:
            problems.append(f"{name[:40]} 最多 {most} 字")
    pin = _pin(form, problems)
    address = form.get("address_string")
    if pin is None and not address and not problems:
        problems.append(_where(form))
    text = _text(service, form.get("description"))
    if text is None:
        problems.append("没有指明事项，请填 description")
    if problems or text is None:
        raise BadRequest(*problems)
    return Row(
        original_no=_number(form, now),
        text=text,
        registered_at=now,
        channel=OPEN311,
        place=address,
        latitude=pin.latitude if pin else None,
        longitude=pin.longitude if pin else None,
        name=_name(form),
        phone=_phone(form),
        as_given={name: form[name] for name in _stored_fields(form) if form.get(name)},
    )


def _service(code: str | None) -> Service:
    if not code:
        raise BadInput("没有填 service_code")
    if code not in services():
        raise NotFound(f"没有这个 service_code：{code[:20]}")
    return services()[code]


def _text(service: Service, description: str | None) -> str | None:
    """The appeal's text: the service's name and the description."""
    if service == other():
        return description or None
    return f"{service.name}：{description}" if description else service.name


def _pin(form: Form, problems: list[str]) -> Pin | None:
    lat, long = form.get("lat"), form.get("long")
    if not lat and not long:
        return None
    try:
        latitude, longitude = float(lat or ""), float(long or "")
    except ValueError:
        problems.append("lat 和 long 要一起给，都是数字")
        return None
    if not (math.isfinite(latitude) and abs(latitude) <= 90 and abs(longitude) <= 180):
        problems.append("lat 或 long 超出范围")
        return None
    if pin_map().area_name(latitude, longitude) is None:
        problems.append("这个位置不在本市")
    return Pin(latitude, longitude)


def _where(form: Form) -> str:
    """The problem of a form without a place."""
    if form.get("address_id"):
        return "本市没有 address_id，请填 address_string，或 lat 和 long"
    return "请填 address_string，或 lat 和 long"


def _phone(form: Form) -> str | None:
    phones = find_phones(form.get("phone", ""))
    return phones[0].value if len(phones) == 1 else None


def _stored_fields(form: Form) -> Iterator[str]:
    """Names of the fields to store; a phone that is no Chinese number is stored as it came."""
    yield from ("service_code", *_STORED_FIELDS)
    if _phone(form) is None:
        yield "phone"


def _name(form: Form) -> str | None:
    """Family name first."""
    return f"{form.get('last_name', '')}{form.get('first_name', '')}" or None


def _number(form: Form, now: datetime) -> str:
    """The request's id: its day and a digest of its fields."""
    fields = {name: value for name, value in form.items() if name != "api_key"}
    digest = hashlib.sha256(json.dumps(fields, sort_keys=True).encode()).hexdigest()
    return f"{OPEN311}-{now.astimezone(SHANGHAI):%Y%m%d}-{digest[:24]}"


def cleaned(form: Form) -> dict[str, str]:
    """The form without characters that cannot be stored and without empty fields."""
    fields = {name: storable(value).strip() for name, value in form.items()}
    return {name: value for name, value in fields.items() if value}
