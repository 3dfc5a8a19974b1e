"""The facts of a turn, read from the database within its transaction: `dialogue.facts.Facts`."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

from backend.call_backs import service as call_backs
from backend.cases import queries
from backend.cases.partners import legal_in
from backend.cases.pushes import still_to_come
from backend.collective import repeats
from backend.consultations import service as consultations
from backend.conversations.duty import current_hours
from backend.conversations.service import place_in_queue
from backend.database import Session
from backend.deadlines.city import calendar
from backend.knowledge import service as knowledge
from backend.messaging import passive_replies
from backend.models.cases import Case
from backend.models.consultations import Consultation
from backend.models.conversations import Conversation, Owner
from backend.ratings import service as ratings
from backend.routing import service as routing
from backend.texts.cases import CENTRE
from backend.topics import support
from backend.vocabulary.case_lifecycle import Status
from backend.vocabulary.messages import Pin
from backend.vocabulary.queue_codes import QueueCode
from backend.vocabulary.tracks import Track
from dialogue.facts import (
    AreaView,
    Article,
    CaseView,
    ConsultationView,
    IncidentView,
    MatterView,
    Profile,
    RatingView,
)
from nlu.appeals.cues import complains
from nlu.appeals.insults import is_angry
from nlu.articles.search import Answer
from nlu.city.loaded import gazetteer, pin_map, power_list
from nlu.matters.kinds import declared_kind, is_thanked

ANSWERED_WITHIN = timedelta(days=7)  # later words on "was it solved?" are about something else
FRAUD = "fraud"  # of data/legal.yml: every hour counts


@dataclass
class DatabaseFacts:
    session: Session
    conversation: Conversation
    now: datetime
    _matters: dict[str, MatterView] = field(default_factory=dict)
    # By the number and whether open ones alone were asked for: nothing changes while one decides.
    _own: dict[tuple[str | None, bool], list[Case]] = field(default_factory=dict)
    _answers: dict[str, Answer] = field(default_factory=dict)

    @cached_property
    def resident(self) -> Profile:
        resident = self.conversation.account.resident
        return Profile(
            resident.phone,
            resident.elder_mode,
            tuple(resident.care),
            resident.care_agreed_at is not None,
        )

    @property
    def is_waiting(self) -> bool:
        return self.conversation.owner == Owner.QUEUE

    @property
    def is_alarm(self) -> bool:
        return self.is_waiting and self.conversation.queue_code == QueueCode.EMERGENCY

    @property
    def staff_request_case(self) -> tuple[str, datetime] | None:
        chat = self.conversation
        return (chat.asked_case_no, chat.asked_at) if chat.asked_case_no and chat.asked_at else None

    @property
    def desk_opens_at(self) -> datetime | None:
        return current_hours(self.session).opens_at(self.now, calendar())

    @property
    def street_window(self) -> str | None:
        newest = queries.resident_cases(self.session, self._resident_id)[:1]
        street = newest[0].location.get("street") if newest else None
        return f"{street['name']}便民服务中心" if street else None

    @property
    def _resident_id(self) -> int:
        return self.conversation.account.resident_id

    def places_ahead(self) -> int:
        return place_in_queue(self.session, self.conversation) - 1

    def own_cases(self, *, number: str | None = None, only_open: bool = False) -> list[CaseView]:
        filters = (number, only_open)
        if filters not in self._own:
            self._own[filters] = queries.resident_cases(
                self.session, self._resident_id, number=number, only_open=only_open
            )
        return [view_of(case) for case in self._own[filters]]

    def _case(self, case_no: str) -> Case:
        """Raises NotFound."""
        read = (case for own in self._own.values() for case in own if case.case_no == case_no)
        return next(read, None) or queries.by_number(self.session, case_no)

    @cached_property
    def recent_cases(self) -> list[CaseView]:
        recent = repeats.recent(self.session, self._resident_id, now=self.now)
        return [view_of(case) for case in recent]

    def rating(self, case_no: str, round: int) -> RatingView | None:
        rating = ratings.find_rating(self.session, self._case(case_no), round)
        if rating is None:
            return None
        notice = rating.notice
        if notice is None:
            return RatingView(rating.score, rating.solved, rating.reason)
        notice_time = notice.acknowledged_at or notice.acknowledge_by
        return RatingView(
            rating.score,
            rating.solved,
            rating.reason,
            notice.state,
            notice.superior.name,
            notice_time,
        )

    def last_event(self, case_no: str) -> datetime | None:
        return queries.last_event_at(self.session, case_no)

    def unrated(self) -> CaseView | None:
        case = ratings.latest_unrated(self.session, self._resident_id)
        return view_of(case) if case else None

    def awaiting_solved_answer(self) -> CaseView | None:
        since = self.now - ANSWERED_WITHIN
        case = ratings.latest_unanswered(self.session, self._resident_id, since)
        return view_of(case) if case else None

    def duplicate_of(self, text: str, place: str | None, pin: Pin | None) -> CaseView | None:
        case = repeats.find_duplicate(
            self.session, self._resident_id, text, place or None, pin=pin, now=self.now
        )
        return view_of(case) if case else None

    @cached_property
    def consultations(self) -> list[ConsultationView]:
        opened = consultations.open_ones(self.session, self.now)
        return [self._consultation(one) for one in opened]

    def _consultation(self, one: Consultation) -> ConsultationView:
        voice = consultations.voice_of(self.session, one.id, self._resident_id)
        before = consultations.in_words(one, voice) if voice else ""
        return ConsultationView(
            one.id, one.title, one.body, tuple(one.choices), one.takes_words, before
        )

    def known_incident(self, text: str, place: str, pin: Pin | None) -> IncidentView | None:
        incident = support.known_incident(
            self.session, self._resident_id, text, place or None, pin=pin, now=self.now
        )
        if incident is None:
            return None
        unit = incident.lead.unit.name if incident.lead.unit else CENTRE.plain
        return IncidentView(incident.lead.case_no, incident.title, incident.people, unit)

    def matter(self, text: str) -> MatterView:
        if text not in self._matters:
            self._matters[text] = self._matter(text)
        return self._matters[text]

    def _matter(self, text: str) -> MatterView:
        reading = routing.read_matter(self.session, text)
        legal = legal_in(text)
        report_to = legal.type.path if legal and legal.type.code == FRAUD else None
        needs_place = reading.needs_place and report_to is None
        return MatterView(reading.kind, reading.is_sure, needs_place, report_to)

    def kind(self, text: str, wording: str) -> str:
        return appeal_kind(text, wording, self.matter(text).kind)

    def area(self, text: str, place: str) -> AreaView:
        area = routing.area_of(text, place)
        is_known = bool(area.code) or area.is_ambiguous
        return AreaView(is_known, gazetteer().choices_of(area) if area.is_ambiguous else ())

    def pin_area(self, pin: Pin) -> str | None:
        return pin_map().area_name(pin.latitude, pin.longitude)

    def answer(self, question: str) -> Answer:
        if question not in self._answers:
            self._answers[question] = knowledge.answer(self.session, question)
        return self._answers[question]

    def article(self, article_id: str) -> Article | None:
        row = knowledge.by_id(self.session, article_id)
        return Article(row.id, row.title, row.body, row.office) if row else None

    def is_called_by_many(self, phone: str) -> bool:
        return call_backs.is_called_by_many(
            self.session, phone, besides=self._resident_id, now=self.now
        )

    def reply_was_seen(self, message_id: int, at: datetime) -> bool:
        reply = passive_replies.reply_to(self.session, message_id)
        return reply is not None and reply.sent_at is not None and at > reply.sent_at


def appeal_kind(text: str, wording: str, likely: str) -> str:
    """The kind of an appeal: `likely`, unless the resident names one, is ironic or angry."""
    kind = declared_kind(wording) or likely
    if kind == "praise" and complains(text) and not is_thanked(text):
        return "complaint"  # 真要好好表扬你们，路修了三年还没修好
    return "complaint" if kind == "help" and is_angry(wording) else kind


def view_of(case: Case) -> CaseView:
    item = power_list().by_code.get(case.power_item_code or "")
    return CaseView(
        case_no=case.case_no,
        text=case.text,
        status=Status(case.status),
        place=str(case.location.get("text") or ""),
        unit=case.unit.name if case.unit else CENTRE.plain,
        round=case.round,
        track=Track(case.track),
        outcome=case.outcome,
        outcome_text=case.outcome_text,
        still_to_come=still_to_come(case),
        registered_at=case.registered_at,
        respond_by=case.respond_by,
        resolve_by=case.resolve_by,
        is_overdue=case.overdue_at is not None,
        anonymous=case.anonymous,
        item_words=(item.title, *item.keywords) if item else (),
    )
