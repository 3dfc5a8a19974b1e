"""Known public incidents, which a resident who tells of one may support (附议, S93)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, aliased

from backend.collective.likes import Duplicate, find_duplicates
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
    route = routing.route(session, text=text, location_text=location)
    area = route.area.as_json()
    appeal = Case(
        text=text,
        location={"text": location, "pin": vars(pin) if pin else None, **area},
        district_code=(area.get("district") or {}).get("code"),
        street_code=(area.get("street") or {}).get("code"),
        power_item_code=route.power_item.code if route.power_item else None,
        domain=route.domain,
        registered_at=now,
        resident_id=resident_id,
        anonymous=False,
    )
    others = select(Case).where(
        Case.resident_id != resident_id,
        Case.anonymous.is_(False),
        Case.track == Track.USUAL,
        Case.status.in_(OPEN),
        _stands_for_many(),
    )
    likes = [
        like for like in find_duplicates(session, others, appeal) if _same_matter(appeal, like.case)
    ]
    topics = topics_of_cases(session, [like.case.id for like in likes])
    incidents = (_incident(like, topics.get(like.case.id)) for like in likes)
    return next((incident for incident in incidents if incident.people >= FEWEST), None)


def _stands_for_many() -> ColumnElement[bool]:
    """SQL condition: the case leads, or is the typical one of, an incident of FEWEST people."""
    member = aliased(Case)
    leads = (
        select(member.lead_id)
        .where(member.lead_id.is_not(None))
        .group_by(member.lead_id)
        .having(func.count() >= FEWEST - 1)
    )
    typical = select(Topic.typical_id).where(Topic.people >= FEWEST, Topic.is_flood.is_(False))
    return or_(Case.id.in_(leads), Case.id.in_(typical))


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
