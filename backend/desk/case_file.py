"""All there is on one case, for the eyes of one member of staff."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload, selectinload

from backend.attachments import storage as attachments
from backend.cases.anonymity import hidden_from, is_unmasked, may_unmask
from backend.cases.locking import remember_locked
from backend.errors import NotFound
from backend.joint.service import JointWork, of_case
from backend.models.call_backs import CallBack
from backend.models.cases import Case, CaseEvent
from backend.models.messages import Attachment
from backend.models.ratings import LowRatingNotice, Rating
from backend.models.sources import SourceRecord
from backend.models.staff import Role, StaffAccount
from backend.sources.intake_log import record_of_case
from backend.staff.accounts import actor_for, audit
from backend.staff.visibility import stands_in, visible_cases
from backend.vocabulary.case_lifecycle import Action
from backend.vocabulary.messages import storable
from nlu.appeals.parts import mask_identity
from nlu.language.text import find_phones

SEES_PHONES = frozenset({Role.DISPATCHER, Role.ADMIN})
MOST_MEMBERS_SHOWN = 200
PHONE_HIDDEN, NAME_HIDDEN, NUMBER_HIDDEN = "（电话不显示）", "（姓名不显示）", "（证件号不显示）"
_IDENTITY_NUMBER = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")


@dataclass(frozen=True)
class CaseFile:
    case: Case
    files: list[Attachment]  # the resident's, and what staff brought back
    ratings: list[Rating]  # newest first
    joint: JointWork
    record: SourceRecord | None  # of where it came from, when another system had it first
    phones_in_full: bool
    members: list[Case]  # that go along with it; the first of them

    @property
    def hides_identity(self) -> bool:
        """Whom it is from is hidden from these eyes."""
        return self.case.anonymous and not self.phones_in_full

    @property
    def attachments(self) -> list[Attachment]:
        """What the resident sent."""
        return [file for file in self.files if file.event_id is None]

    @property
    def notices(self) -> list[LowRatingNotice]:
        """Of the low ones among the ratings, the newest first."""
        return [rating.notice for rating in self.ratings if rating.notice]

    @property
    def visits(self) -> list[CaseEvent]:
        return [event for event in self.case.events if event.action == Action.VISIT]

    def photos_of(self, visit: CaseEvent) -> list[Attachment]:
        return [file for file in self.files if file.event_id == visit.id]

    @property
    def name(self) -> str | None:
        """Of the resident, for who must speak with them."""
        return self.case.resident.name if self.phones_in_full else None

    @property
    def wording(self) -> str:
        """All that was said, as these eyes may read it; the text, where that is all."""
        return self.shown(self.case.wording or self.case.text)

    @property
    def appeal(self) -> dict[str, Any] | None:
        """The parts of the appeal (S10): matter, location, since, wish, who, contact."""
        parts = self.case.appeal
        return {**self.shown_all(parts), "contact": self.phone} if parts else None

    @property
    def phone(self) -> str | None:
        phone = None if self.hides_identity else self.case.resident.phone
        return phone if phone is None or self.phones_in_full else masked(phone)

    def shown(self, text: str) -> str:
        """`text` as these eyes may read it."""
        if self.hides_identity:
            return mask_identity(without_identity(text, self.case.resident.name))
        return text if self.phones_in_full else without_phones(text)

    def shown_all(self, told: Any) -> Any:
        """The same for all the words in what was told in parts."""
        if isinstance(told, str):
            return self.shown(told)
        if isinstance(told, dict):
            return {name: self.shown_all(value) for name, value in told.items()}
        return [self.shown_all(one) for one in told] if isinstance(told, list) else told

    def may_hear(self, attachment: Attachment) -> bool:
        """A voice tells who speaks; what was said stands beside it in words."""
        return not (self.hides_identity and attachment.media_type.startswith("audio/"))


def visible_case(
    session: Session, staff: StaffAccount, case_no: str, *, lock: bool = False
) -> Case:
    """Raises NotFound, also for a case that is there but not for these eyes."""
    query = _visible(staff, case_no)
    case = _found(
        session.scalar(
            query.with_for_update(key_share=True, of=Case) if lock else query.options(*_WITH_IT)
        ),
        case_no,
    )
    if lock:
        remember_locked(session, [case])
    return case


def bare_case(session: Session, staff: StaffAccount, case_no: str) -> Case:
    """The same, for who locks it in an order of their own."""
    return _found(session.scalar(_visible(staff, case_no)), case_no)


def _visible(staff: StaffAccount, case_no: str) -> Select[Case]:
    return visible_cases(staff).where(Case.case_no == storable(case_no))


def _found(case: Case | None, case_no: str) -> Case:
    if case is None:
        raise NotFound(f"没有编号为 {case_no} 的工单，或者它不归您的单位")
    return case


_WITH_IT = (
    joinedload(Case.unit),
    joinedload(Case.first_owner),
    joinedload(Case.resident),
    joinedload(Case.lead),
    selectinload(Case.events),
)


_WITH_NOTICES = (
    joinedload(Rating.notice).joinedload(LowRatingNotice.unit),
    joinedload(Rating.notice).joinedload(LowRatingNotice.superior),
)


def file_of(session: Session, staff: StaffAccount, case: Case, *, now: datetime) -> CaseFile:
    """Opening it is noted when it shows a phone number in full."""
    ratings = session.scalars(
        select(Rating)
        .where(Rating.case_id == case.id)
        .options(*_WITH_NOTICES)
        .order_by(Rating.round.desc())
    ).all()
    in_full = sees_phones(session, staff, case, now=now)
    if in_full and (case.resident.phone or case.resident.name or find_phones(case.text)):
        audit(session, staff, "see_phone", case.case_no, now=now)
    files, record = attachments.of_case(session, case.id), record_of_case(session, case)
    joint, members = of_case(session, case), _members(session, case)
    return CaseFile(case, files, list(ratings), joint, record, in_full, members)


def _members(session: Session, case: Case) -> list[Case]:
    """Its log, which is there already, says whether there ever was one."""
    if not any("member" in event.details for event in case.events):
        return []
    query = select(Case).where(Case.lead_id == case.id).options(joinedload(Case.resident))
    return list(session.scalars(query.order_by(Case.id).limit(MOST_MEMBERS_SHOWN)))


def sees_phones(session: Session, staff: StaffAccount, case: Case, *, now: datetime) -> bool:
    """Those who must ring the resident: dispatchers, and handlers whose own unit has the case, or
    one that they stand in for.

    Of an anonymous one, only who has looked for a reason.
    """
    if case.anonymous:
        looked = is_unmasked(case, actor_for(staff).key, now=now)
        return looked and may_unmask(session, staff, case)
    role = Role(staff.role)
    is_theirs = case.unit_code == staff.unit_code or stands_in(staff, case.unit)
    return role in SEES_PHONES or (role is Role.HANDLER and is_theirs)


def masked(phone: str) -> str:
    """`138****5678`."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 11 else "****"


def without_phones(text: str) -> str:
    for found in reversed(find_phones(text)):
        text = f"{text[: found.start]}{masked(found.value)}{text[found.end :]}"
    return text


def without_identity(text: str, name: str | None) -> str:
    """`text` without what says who wrote it, as far as that can be told."""
    text = _IDENTITY_NUMBER.sub(NUMBER_HIDDEN, text)
    for found in reversed(find_phones(text)):
        text = f"{text[: found.start]}{PHONE_HIDDEN}{text[found.end :]}"
    return text.replace(name, NAME_HIDDEN) if name else text


def in_lists(case: Case) -> str:
    """Its text as lists show it, whoever reads them."""
    return for_lists(case, case.text)


def for_lists(case: Case, text: str) -> str:
    """What was written on the case, as lists and strangers are shown it."""
    if case.anonymous:
        return without_identity(text, case.resident.name)
    return without_phones(text)


def role_sees_phones(staff: StaffAccount) -> bool:
    """Whether the role rings residents at all, whatever the case."""
    return Role(staff.role) in SEES_PHONES


def phone_shown(session: Session, call: CallBack, staff: StaffAccount) -> str:
    """Nothing of it to who must not know that this resident has reported something."""
    if hidden_from(session, staff, [call.resident_id]):
        return PHONE_HIDDEN
    return call.phone if role_sees_phones(staff) else masked(call.phone)


def as_given(file: CaseFile) -> dict[str, str]:
    """What the other system said besides: anything may be in it."""
    if file.record is None or file.hides_identity:
        return {}
    return {name: file.shown(value) for name, value in file.record.as_given.items()}
