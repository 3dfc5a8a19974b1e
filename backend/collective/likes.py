"""Open cases that may tell of the same incident, for staff to look at: nothing merges by itself.

Two indexes bring the few that can be meant: of the same power item in the same district, and of
the same domain in the same street. How like they are is then for `collective.likeness`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select, union
from sqlalchemy.orm import Session

from backend.collective.likeness import (
    LONGEST_APART,
    SAME_APPEAL,
    SAME_INCIDENT,
    Likeness,
    Told,
    compare,
)
from backend.models.cases import Case
from backend.vocabulary.case_lifecycle import OPEN
from nlu.city.loaded import gazetteer
from nlu.language.overlap import pairs
from nlu.language.text import normalise

MOST_COMPARED = 100  # of each index, the newest
MOST_SHOWN = 5
_NAMED = frozenset({"estate", "road"})


@dataclass(frozen=True)
class Like:
    case: Case
    likeness: Likeness
    members: int  # that it leads already
    same_resident: bool

    @property
    def reasons(self) -> list[str]:
        who = ["同一位市民"] if self.same_resident else []
        return [*who, *self.likeness.reasons]


def told(case: Case) -> Told:
    location, pin = case.location, case.location.get("pin")
    return told_by(
        case.text,
        location,
        at=case.registered_at,
        item=case.power_item_code,
        domain=case.domain,
        pin=(pin["latitude"], pin["longitude"]) if pin else None,
    )


def told_by(
    text: str,
    location: Mapping[str, Any],
    *,
    at: datetime,
    item: str | None,
    domain: str | None,
    pin: tuple[float, float] | None = None,
) -> Told:
    district, street, community = (
        (location.get(level) or {}).get("code") for level in ("district", "street", "community")
    )
    plain = normalise(text)
    mentions = gazetteer().find(f"{normalise(str(location.get('text') or ''))}，{plain}")
    of_places = (pairs(mention.text) for mention in mentions)
    return Told(
        pairs=pairs(plain).difference(*of_places),  # one road's name is no likeness of matters
        at=at,
        item=item,
        domain=domain,
        names=frozenset(
            place.name
            for mention in mentions
            if mention.level in _NAMED
            for place in mention.candidates
        ),
        district=district,
        street=street,
        community=community,
        pin=pin,
    )


def likes_of(session: Session, seen: Select[Case], case: Case) -> list[Like]:
    """The likest first; `seen` are the cases that whoever asks may see."""
    own = told(case)
    compared = [(one, compare(own, told(one))) for one in _candidates(session, seen, case)]
    likely = [
        (one, likeness)
        for one, likeness in compared
        if likeness is not None and likeness.score >= _bar(case, one)
    ]
    likely.sort(key=lambda pair: (-pair[1].score, pair[0].id))
    leads = _leads(session, [one.id for one, _ in likely[:MOST_SHOWN]])
    return [
        Like(one, likeness, leads.get(one.id, 0), one.resident_id == case.resident_id)
        for one, likeness in likely[:MOST_SHOWN]
    ]


def _bar(case: Case, other: Case) -> float:
    return SAME_APPEAL if case.resident_id == other.resident_id else SAME_INCIDENT


def _candidates(session: Session, seen: Select[Case], case: Case) -> list[Case]:
    near = seen.where(
        Case.id != case.id,
        Case.lead_id.is_(None),
        Case.status.in_(OPEN),
        Case.registered_at.between(
            case.registered_at - LONGEST_APART, case.registered_at + LONGEST_APART
        ),
    )
    newest = [
        query.order_by(Case.registered_at.desc()).limit(MOST_COMPARED).subquery()
        for query in _by_index(near.with_only_columns(Case.id, Case.registered_at), case)
    ]
    if not newest:
        return []
    ids = union(*(select(one.c.id) for one in newest))
    return list(session.scalars(select(Case).where(Case.id.in_(ids))))


def _by_index(near: Select[int, datetime], case: Case) -> Iterator[Select[int, datetime]]:
    if case.power_item_code and case.district_code:
        yield near.where(
            Case.power_item_code == case.power_item_code, Case.district_code == case.district_code
        )
    if case.domain and case.street_code:
        yield near.where(Case.domain == case.domain, Case.street_code == case.street_code)


def _leads(session: Session, ids: list[int]) -> dict[int, int]:
    if not ids:
        return {}
    rows = session.execute(
        select(Case.lead_id, func.count()).where(Case.lead_id.in_(ids)).group_by(Case.lead_id)
    )
    return {lead_id: n for lead_id, n in rows if lead_id is not None}
