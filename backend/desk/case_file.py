"""The file of a case, as one member of staff may see it, and the masking of identities."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload, selectinload

from backend.attachments import storage as attachments
from backend.cases.anonymity import hidden_from, is_unmasked, may_unmask
from backend.cases.locking import remember_locked
from backend.desk.contacting import deliveries
from backend.desk.masking import PHONE_HIDDEN, mask_phone, without_identity, without_numbers
from backend.errors import NotAllowed, NotFound
from backend.joint.service import JointWork, load_joint_work
from backend.models.call_backs import CallBack
from backend.models.cases import Case, CaseEvent
from backend.models.messages import Attachment
from backend.models.ratings import LowRatingNotice, Rating
from backend.models.sources import SourceRecord
from backend.models.staff import Role, StaffAccount
from backend.sources.intake_log import record_of_case
from backend.staff.accounts import actor_for, audit
from backend.staff.permissions import SEES_PHONES
from backend.staff.visibility import stands_in, visible_cases
from backend.vocabulary.case_lifecycle import Action
from backend.vocabulary.messages import storable
from nlu.appeals.parts import mask_identity
from nlu.language.text import find_phones

MOST_MEMBERS_SHOWN = 200
REVEALING = ("audio/", "video/")  # media types with a voice, a film also with place and title
_RELATED = (
    joinedload(Case.unit),
    joinedload(Case.first_owner),
    joinedload(Case.resident),
    joinedload(Case.lead),
    joinedload(Case.assignee),
    selectinload(Case.events),
)
_WITH_NOTICES = (
    joinedload(Rating.notice).joinedload(LowRatingNotice.unit),
    joinedload(Rating.notice).joinedload(LowRatingNotice.superior),
)


@dataclass(frozen=True)
class CaseFile:
    case: Case
    files: list[Attachment]  # from the resident, and photos of field visits
    ratings: list[Rating]  # newest first
    joint: JointWork
    record: SourceRecord | None  # of the other system that had the case first
    phones_in_full: bool
    members: list[Case]  # of the collective case, up to MOST_MEMBERS_SHOWN
    deliveries: dict[int, str]  # of messages to the resident, by their event

    @property
    def hides_identity(self) -> bool:
        """True if the resident is anonymous to this member of staff."""
        return self.case.anonymous and not self.phones_in_full

    @property
    def attachments(self) -> list[Attachment]:
        """Files that the resident sent."""
        return [file for file in self.files if file.event_id is None]

    @property
    def notices(self) -> list[LowRatingNotice]:
        """Notices of the low ratings, the newest first."""
        return [rating.notice for rating in self.ratings if rating.notice]

    @property
    def visits(self) -> list[CaseEvent]:
        return [event for event in self.case.events if event.action == Action.VISIT]

    def photos_of(self, visit: CaseEvent) -> list[Attachment]:
        return [file for file in self.files if file.event_id == visit.id]

    @property
    def name(self) -> str | None:
        """The resident's name, for staff who must speak with them."""
        return self.case.resident.name if self.phones_in_full else None

    @property
    def wording(self) -> str:
        """The resident's full wording, redacted; the text where there is no other wording."""
        return self.redact(self.case.wording or self.case.text)

    @property
    def appeal(self) -> dict[str, Any] | None:
        """The parts of the appeal (S10), redacted: matter, location, since, wish, who, contact."""
        parts = self.case.appeal
        return {**self.redact_all(parts), "contact": self.phone} if parts else None

    @property
    def phone(self) -> str | None:
        phone = None if self.hides_identity else self.case.resident.phone
        return phone if phone is None or self.phones_in_full else mask_phone(phone)

    def redact(self, text: str) -> str:
        """`text`, redacted for this member of staff."""
        if self.hides_identity:
            return mask_identity(without_identity(text, self.case.resident.name))
        return text if self.phones_in_full else without_numbers(text)

    def redact_all(self, json: Any) -> Any:
        """JSON data with every text in it redacted."""
        if isinstance(json, str):
            return self.redact(json)
        if isinstance(json, dict):
            return {name: self.redact_all(value) for name, value in json.items()}
        return [self.redact_all(element) for element in json] if isinstance(json, list) else json

    def may_hear(self, attachment: Attachment) -> bool:
        """A recording or a film reveals the speaker; its transcript is shown in any case."""
        return not (self.hides_identity and attachment.media_type.startswith(REVEALING))


def visible_case(
    session: Session, staff: StaffAccount, case_no: str, *, lock: bool = False
) -> Case:
    """The case with its unit, resident, lead and events; or, with `lock`, the locked case alone.

    Raises NotFound, or NotAllowed for a case that the staff may not see.
    """
    query = _select_visible(staff, case_no)
    if not lock:
        return _require_case(session, session.scalar(query.options(*_RELATED)), case_no)
    locked_case = session.scalar(query.with_for_update(key_share=True, of=Case))
    case = _require_case(session, locked_case, case_no)
    remember_locked(session, [case])
    return case


def visible_cases_by_number(
    session: Session, staff: StaffAccount, case_numbers: Iterable[str]
) -> list[Case]:
    """The visible ones of these cases, with all that `visible_case` loads, by case number."""
    numbers = [storable(number) for number in case_numbers]
    query = visible_cases(staff).where(Case.case_no.in_(numbers)).options(*_RELATED)
    return list(session.scalars(query.order_by(Case.case_no)))


def bare_case(session: Session, staff: StaffAccount, case_no: str) -> Case:
    """The case alone, not locked. Raises NotFound or NotAllowed."""
    return _require_case(session, session.scalar(_select_visible(staff, case_no)), case_no)


def _select_visible(staff: StaffAccount, case_no: str) -> Select[Case]:
    return visible_cases(staff).where(Case.case_no == storable(case_no))


def _require_case(session: Session, case: Case | None, case_no: str) -> Case:
    """Raises NotFound, or NotAllowed for a case of others, which the audit then names."""
    if case is not None:
        return case
    if session.scalar(select(Case.id).where(Case.case_no == storable(case_no))):
        raise NotAllowed(f"{case_no} 不归您的单位，您看不了")
    raise NotFound(f"没有编号为 {case_no} 的工单")


def file_of(session: Session, staff: StaffAccount, case: Case, *, now: datetime) -> CaseFile:
    """The file of a visible case; showing a phone number in full is audited."""
    ratings = session.scalars(
        select(Rating)
        .where(Rating.case_id == case.id)
        .options(*_WITH_NOTICES)
        .order_by(Rating.round.desc())
    ).all()
    phones_in_full = sees_phones(session, staff, case, now=now)
    if phones_in_full and (case.resident.phone or case.resident.name or find_phones(case.text)):
        audit(session, staff, "see_phone", case.case_no, now=now)
    files, record = attachments.of_case(session, case.id), record_of_case(session, case)
    joint, members = load_joint_work(session, case), _members(session, case)
    delivered = deliveries(session, case)
    return CaseFile(case, files, list(ratings), joint, record, phones_in_full, members, delivered)


def _members(session: Session, case: Case) -> list[Case]:
    """The events, which are loaded already, say whether there ever was a member."""
    if not any("member" in event.details for event in case.events):
        return []
    query = select(Case).where(Case.lead_id == case.id).options(joinedload(Case.resident))
    return list(session.scalars(query.order_by(Case.id).limit(MOST_MEMBERS_SHOWN)))


def sees_phones(session: Session, staff: StaffAccount, case: Case, *, now: datetime) -> bool:
    """True if the staff must ring the resident: dispatchers, and handlers or deputies of the unit.

    An anonymous resident's phone is shown only after unmasking.
    """
    if case.anonymous:
        has_unmasked = is_unmasked(case, actor_for(staff).key, now=now)
        return has_unmasked and may_unmask(session, staff, case)
    role = Role(staff.role)
    is_own_case = case.unit_code == staff.unit_code or stands_in(staff, case.unit)
    return role in SEES_PHONES or (role is Role.HANDLER and is_own_case)


def list_text(case: Case) -> str:
    """The case's text as lists show it to everybody."""
    return redact_for_lists(case, case.text)


def redact_for_lists(case: Case, text: str) -> str:
    """A text of the case as lists show it to everybody."""
    if case.anonymous:
        return without_identity(text, case.resident.name)
    return without_numbers(text)


def role_sees_phones(staff: StaffAccount) -> bool:
    """True if the role sees the phones of residents in general."""
    return Role(staff.role) in SEES_PHONES


def visible_phone(session: Session, call: CallBack, staff: StaffAccount) -> str:
    """The phone, masked for most roles; hidden where the resident must stay unknown."""
    if hidden_from(session, staff, [call.resident_id]):
        return PHONE_HIDDEN
    return call.phone if role_sees_phones(staff) else mask_phone(call.phone)


def as_given(file: CaseFile) -> dict[str, str]:
    """The other system's additional fields, redacted: their content is unknown."""
    if file.record is None or file.hides_identity:
        return {}
    return {name: file.redact(value) for name, value in file.record.as_given.items()}
