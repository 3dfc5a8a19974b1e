"""Duplicates: open cases of probably the same incident, for staff to merge or not.

Two indexes select the candidates: cases of the same power item in the same district, and of the
same domain in the same street, and those whose place is unknown. `collective.likeness` scores them.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select, union
from sqlalchemy.orm import Session

from backend.collective.likeness import (
    LONGEST_APART,
    SAME_APPEAL,
    SAME_INCIDENT,
    Comparable,
    Likeness,
    compare,
)
from backend.models.cases import Case
from backend.vocabulary.case_lifecycle import OPEN
from nlu.city.loaded import gazetteer
from nlu.language.overlap import pairs
from nlu.language.text import normalise

MOST_COMPARED = 100  # newest candidates from each index
MOST_SHOWN = 5
_NAMED_PLACES = frozenset({"estate", "road"})


@dataclass(frozen=True)
class Duplicate:
    case: Case
    likeness: Likeness
    members: int  # of the collective case it leads
    same_resident: bool

    @property
    def reasons(self) -> list[str]:
        same_resident = ["同一位市民"] if self.same_resident else []
        return [*same_resident, *self.likeness.reasons]


def comparable_case(case: Case) -> Comparable:
    pin = case.location.get("pin")
    return comparable(
        case.text,
        case.location,
        at=case.registered_at,
        item=case.power_item_code,
        domain=case.domain,
        pin=(pin["latitude"], pin["longitude"]) if pin else None,
    )


def comparable(
    text: str,
    location: Mapping[str, Any],
    *,
    at: datetime,
    item: str | None,
    domain: str | None,
    pin: tuple[float, float] | None = None,
) -> Comparable:
    """The features of an appeal. `pin` is latitude and longitude."""
    district, street, community = (
        (location.get(level) or {}).get("code") for level in ("district", "street", "community")
    )
    plain = normalise(text)
    mentions = gazetteer().find(f"{normalise(str(location.get('text') or ''))}，{plain}")
    place_pairs = (pairs(mention.text) for mention in mentions)
    return Comparable(
        pairs=pairs(plain).difference(*place_pairs),  # a road name says nothing of the matter
        at=at,
        item=item,
        domain=domain,
        names=frozenset(
            place.name
            for mention in mentions
            if mention.level in _NAMED_PLACES
            for place in mention.candidates
        ),
        district=district,
        street=street,
        community=community,
        pin=pin,
    )


def find_duplicates(session: Session, visible: Select[Case], case: Case) -> list[Duplicate]:
    """Up to MOST_SHOWN of the `visible` cases, the most alike first."""
    return most_alike(session, case, _candidates(session, visible, case))


def most_alike(session: Session, case: Case, candidates: Iterable[Case]) -> list[Duplicate]:
    """Up to MOST_SHOWN of the candidates that are alike enough, the most alike first."""
    features = comparable_case(case)
    scored = [
        (candidate, likeness)
        for candidate in candidates
        if (likeness := compare(features, comparable_case(candidate)))
        and likeness.score >= _bar(case, candidate)
    ]
    scored.sort(key=lambda pair: (-pair[1].score, pair[0].id))
    best = scored[:MOST_SHOWN]
    members = _member_counts(session, [candidate.id for candidate, _ in best])
    return [
        Duplicate(
            candidate,
            likeness,
            members.get(candidate.id, 0),
            _same_resident(candidate, case),
        )
        for candidate, likeness in best
    ]


def _bar(case: Case, other: Case) -> float:
    return SAME_APPEAL if _same_resident(case, other) else SAME_INCIDENT


def _same_resident(case: Case, other: Case) -> bool:
    """False where either is anonymous: a named case must not say whom the other is from."""
    return case.resident_id == other.resident_id and not (case.anonymous or other.anonymous)


def _candidates(session: Session, visible: Select[Case], case: Case) -> list[Case]:
    near = visible.where(
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
    ids = union(*(select(query.c.id) for query in newest))
    return list(session.scalars(select(Case).where(Case.id.in_(ids))))


def _by_index(near: Select[int, datetime], case: Case) -> Iterator[Select[int, datetime]]:
    """Cases without a place are compared with the whole city, and with each other."""
    item, domain = case.power_item_code, case.domain
    if item:
        same_item = near.where(Case.power_item_code == item)
        yield same_item.where(Case.district_code.is_(None))
        if case.district_code:
            yield same_item.where(Case.district_code == case.district_code)
        else:
            yield same_item.where(Case.district_code.is_not(None))
    if domain:
        same_domain = near.where(Case.domain == domain)
        yield same_domain.where(Case.street_code.is_(None))
        if case.street_code:
            yield same_domain.where(Case.street_code == case.street_code)


def _member_counts(session: Session, ids: list[int]) -> dict[int, int]:
    """Case id -> number of its members, for the leads among the cases."""
    if not ids:
        return {}
    rows = session.execute(
        select(Case.lead_id, func.count()).where(Case.lead_id.in_(ids)).group_by(Case.lead_id)
    )
    return {lead_id: count for lead_id, count in rows if lead_id is not None}
