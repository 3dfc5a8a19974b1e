"""Known public incidents, which a resident who tells of one may support (附议, S93)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import String, bindparam, func, or_, select
from sqlalchemy.orm import Session, aliased

from backend.collective.likeness import LONGEST_APART
from backend.collective.likes import MOST_COMPARED, Duplicate, most_alike
from backend.models.cases import Case
from backend.models.topics import Topic
from backend.routing import service as routing
from backend.topics.lists import topics_of_cases
from backend.vocabulary.case_lifecycle import OPEN
from backend.vocabulary.messages import Pin
from backend.vocabulary.tracks import Track
from nlu.appeals.cues import topics_of
from nlu.appeals.summary import shorten

FEWEST = 3  # people; an incident of fewer is nobody's but theirs
LONGEST_TITLE = 24


@dataclass(frozen=True)
class KnownIncident:
    lead: Case
    people: int
    title: str  # place and matter; no words of a resident


def known_incident(
    session: Session,
    resident_id: int,
    text: str,
    location: str | None,
    *,
    pin: Pin | None,
    now: datetime,
) -> KnownIncident | None:
    """The open incident of at least FEWEST others that an appeal tells of; None without one.

    Anonymous cases, and those of other tracks, are no part of it.
    """
    appeal = _unregistered(session, text, location, pin, now)
    alike = most_alike(session, appeal, _candidates(session, appeal, resident_id))
    topics = topics_of_cases(session, [like.case.id for like in alike]) if alike else {}
    incidents = (_incident(like, topics.get(like.case.id)) for like in alike)
    return next((incident for incident in incidents if incident.people >= FEWEST), None)


def _unregistered(
    session: Session, text: str, location: str | None, pin: Pin | None, now: datetime
) -> Case:
    """The appeal as a case that is not stored."""
    route = routing.route(session, text=text, location_text=location)
    codes = route.area.as_json()
    return Case(
        text=text,
        location={"text": location, "pin": vars(pin) if pin else None, **codes},
        district_code=(codes.get("district") or {}).get("code"),
        power_item_code=route.power_item.code if route.power_item else None,
        domain=route.domain,
        registered_at=now,
        anonymous=False,
    )


def _candidates(session: Session, appeal: Case, resident_id: int) -> Iterator[Case]:
    """Others' cases of the same matter that stand for an incident, the newest first."""
    parameters = {
        "resident_id": resident_id,
        "since": appeal.registered_at - LONGEST_APART,
        "item": appeal.power_item_code,
        "domain": appeal.domain,
        "district": appeal.district_code,
    }
    cases = session.scalars(_INCIDENTS, parameters)
    return (case for case in cases if _same_matter(appeal, case))


def _same_matter(appeal: Case, other: Case) -> bool:
    """True if both name an object of one kind, or are of one power item and one names none.

    Likeness alone is for staff, who look at both: a pothole and a tree of one road are alike.
    """
    objects, others = topics_of(appeal.text), topics_of(other.text)
    if objects and others:
        return bool(objects & others)
    item = appeal.power_item_code
    return item is not None and item == other.power_item_code


def _incident(like: Duplicate, topic: Topic | None) -> KnownIncident:
    people = max(like.members + 1, topic.people if topic and not topic.is_flood else 0)
    return KnownIncident(like.case, people, topic.title if topic else _title(like.case))


def _title(case: Case) -> str:
    """The kind of matter and the area: the words of the lead's resident are theirs."""
    item = case.routing.get("power_item") or {}
    return shorten(str(item.get("title") or case.domain or "同一件事"), LONGEST_TITLE)


_MEMBER = aliased(Case)
_LEADS = (
    select(_MEMBER.lead_id)
    .where(_MEMBER.lead_id.is_not(None), _MEMBER.status.in_(OPEN))
    .group_by(_MEMBER.lead_id)
    .having(func.count() >= FEWEST - 1)
)
_TYPICAL = select(Topic.typical_id).where(Topic.people >= FEWEST, Topic.is_flood.is_(False))
_DISTRICT = bindparam("district", type_=String)
_INCIDENTS = (
    select(Case)
    .where(
        Case.resident_id != bindparam("resident_id"),
        Case.anonymous.is_(False),
        Case.track == Track.USUAL,
        Case.status.in_(OPEN),
        Case.lead_id.is_(None),
        Case.registered_at >= bindparam("since"),
        or_(
            Case.power_item_code == bindparam("item", type_=String),
            Case.domain == bindparam("domain", type_=String),
        ),
        or_(Case.district_code == _DISTRICT, Case.district_code.is_(None), _DISTRICT.is_(None)),
        or_(Case.id.in_(_LEADS), Case.id.in_(_TYPICAL)),
    )
    .order_by(Case.registered_at.desc())
    .limit(MOST_COMPARED)
)
