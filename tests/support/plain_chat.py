"""A chat with the dialogue's machine alone, over plain facts: no database and no Rasa."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from backend.vocabulary.case_lifecycle import Status
from backend.vocabulary.messages import Button, Pin
from backend.vocabulary.texts import joined
from backend.vocabulary.tracks import Track
from dialogue.commands import Command, Register
from dialogue.decide import decide
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
from dialogue.meaning import words_to_understand
from dialogue.reply import Decision, Say
from dialogue.state import State
from dialogue.utterance import Parse, Utterance
from nlu.articles import search
from nlu.articles.search import Answer, Hit
from nlu.language.text import normalise
from tests.support.builders import NOON

LONG_ROAD, DISTRICTS = "莫干山路", ("拱墅区", "西湖区", "余杭区")
NOWHERE = "朝阳路"  # in no area that we know
TROUBLE = ("坏", "漏", "吵", "堵", "脏", "臭", "黑", "坑", "欠", "没人", "不亮", "占")
OF_THE_CITY = ("公交", "地铁")
CARD = search.Article(
    "card",
    "市民卡怎么办",
    "民政",
    ("市民卡怎么办",),
    "窗口",
    checked=None,
    body="带身份证到窗口办。",
)


@dataclass
class PlainFacts:
    """A matter is sure when it names some trouble; a question has an answer when it is the card."""

    now: datetime = NOON
    resident: Profile = field(default_factory=Profile)
    cases: Sequence[CaseView] = ()
    grade: RatingView | None = None
    is_waiting: bool = False
    is_alarm: bool = False
    desk_opens_at: datetime | None = None
    street_window: str | None = None
    duplicate: CaseView | None = None
    staff_request_case: tuple[str, datetime] | None = None
    consultations: Sequence[ConsultationView] = ()
    incident: IncidentView | None = None

    def known_incident(self, text: str, place: str, pin: Pin | None) -> IncidentView | None:
        return self.incident

    def places_ahead(self) -> int:
        return 2

    def own_cases(self, *, number: str | None = None, only_open: bool = False) -> list[CaseView]:
        return [
            case
            for case in self.cases
            if (number is None or case.case_no.endswith(number)) and (case.is_open or not only_open)
        ]

    @property
    def recent_cases(self) -> list[CaseView]:
        return [case for case in self.cases if case.outcome != "withdrawn"]

    def rating(self, case_no: str, round: int) -> RatingView | None:
        return self.grade

    def last_event(self, case_no: str) -> datetime | None:
        return self.now

    def unrated(self) -> CaseView | None:
        settled = (case for case in self.cases if case.can_be_rated)
        return None if self.grade else next(settled, None)

    def awaiting_solved_answer(self) -> CaseView | None:
        if self.grade is None or self.grade.solved is not None:
            return None
        return next((case for case in self.cases if case.can_be_rated), None)

    def duplicate_of(self, text: str, place: str | None, pin: Pin | None) -> CaseView | None:
        return self.duplicate

    def matter(self, text: str) -> MatterView:
        is_sure = any(word in text for word in TROUBLE)
        return MatterView(
            "complaint", is_sure, not any(word in text for word in OF_THE_CITY), False
        )

    def kind(self, text: str, wording: str) -> str:
        return "suggestion" if "建议" in wording else self.matter(text).kind

    def area(self, text: str, place: str) -> AreaView:
        if NOWHERE in place and "区" not in place:
            return AreaView(is_known=False)
        is_open = LONG_ROAD in place and "区" not in place
        return AreaView(is_known=True, choices=DISTRICTS if is_open else ())

    def pin_area(self, pin: Pin) -> str | None:
        return "上城区彭埠街道" if pin.latitude > 30 else None

    def answer(self, question: str) -> Answer:
        if "市民卡" in question:
            return Answer(CARD, 0.9, (Hit(CARD, 0.9),))
        return Answer(None, 0.0, ())

    def article(self, article_id: str) -> Article | None:
        return Article(CARD.id, CARD.title, CARD.body, "窗口") if article_id == CARD.id else None

    def is_called_by_many(self, phone: str) -> bool:
        return False

    def reply_was_seen(self, message_id: int, at: datetime) -> bool:
        return True


def a_case(number: int = 1, **more: object) -> CaseView:
    case = CaseView(
        case_no=f"HZ20261123{number:06}",
        text="路灯坏了三天",
        status=Status.DISPATCHED,
        place="西湖区文三路",
        unit="西湖区综合行政执法局",
        round=1,
        track=Track.USUAL,
        outcome=None,
        outcome_text=None,
        still_to_come="",
        registered_at=NOON - timedelta(days=2),
        respond_by=NOON + timedelta(days=1),
        resolve_by=NOON + timedelta(days=5),
        is_overdue=False,
        anonymous=False,
    )
    return replace(case, **more)  # type: ignore[arg-type]


def _text_of(decision: Decision) -> str:
    says = (step.text for step in decision.steps if isinstance(step, Say))
    return joined(filter(None, says), "\n\n").plain


@dataclass
class Chat:
    """A conversation with the machine alone; what it decides is kept, nothing is done."""

    facts: PlainFacts = field(default_factory=PlainFacts)
    state: State = field(default_factory=State)
    decisions: list[Decision] = field(default_factory=list)

    def hears(self, words: str = "", *, button: Button | None = None, **more: Any) -> str:
        """The reply to words, a button or anything else of an `Utterance`."""
        text = normalise(words) if button is None or button.say.startswith("/") else button.say
        intent, stands_for = words_to_understand(
            self.state.question, text, is_spoken="voice" in more, was_seen=True
        )
        parse = Parse(more.pop("intent", "lodge_appeal"), more.pop("confidence", 0.9))
        utterance = Utterance(
            len(self.decisions) + 1,
            self.facts.now,
            words=intent,
            parse=replace(parse, places=more.pop("places", ())),
            button=button,
            stands_for=stands_for,
            **more,
        )
        return self.takes(utterance)

    def takes(self, utterance: Utterance) -> str:
        decision = decide(self.state, utterance, self.facts)
        self.decisions.append(decision)
        self.state = decision.state
        return self.reply

    @property
    def replies(self) -> list[str]:
        return [_text_of(decision) for decision in self.decisions]

    @property
    def reply(self) -> str:
        return self.replies[-1]

    @property
    def buttons(self) -> tuple[Button, ...]:
        says = [step for step in self.decisions[-1].steps if isinstance(step, Say)]
        return next((say.buttons for say in reversed(says) if say.buttons), ())

    @property
    def commands(self) -> list[Command]:
        """All that was ever to be done."""
        steps = (step for decision in self.decisions for step in decision.steps)
        return [step for step in steps if not isinstance(step, Say)]

    def content(self) -> str:
        """All words of the resident's that stand anywhere: in drafts, put aside, or to be done."""
        state = self.state
        drafts = [*state.drafts, *state.dropped]
        drafts += [command.draft for command in self.commands if isinstance(command, Register)]
        lines = [line for draft in drafts for line in (*draft.wording, draft.text)]
        for command in self.commands:
            lines += [value for value in vars(command).values() if isinstance(value, str)]
        return "\n".join(lines)
