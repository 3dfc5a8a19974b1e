"""What most tests begin with: a resident who writes, a case at some step, a line to send on."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count

from sqlalchemy import column, func, select, table
from sqlalchemy.orm import Session

from backend.cases import registration
from backend.cases.appeals import Appeal
from backend.cases.step import StaffStep, StepContext
from backend.cases.stepping import act
from backend.conversations.service import conversation_for
from backend.database import Database
from backend.models.cases import Case
from backend.models.conversations import Conversation
from backend.models.staff import Role, StaffAccount
from backend.residents.service import account_for
from backend.vocabulary.actors import Actor
from backend.vocabulary.case_lifecycle import Action
from backend.vocabulary.messages import Incoming
from backend.vocabulary.step_details import (
    Answer,
    Decline,
    Details,
    Dispatch,
    Extend,
    Forward,
    Reply,
    Resolve,
    Return,
    UnitAndReason,
    WithReason,
    read_details,
)
from bot.channels.base import ChannelError, Refused
from bot.channels.splitting import split_text

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)  # Monday 12:00 in Shanghai
NOISE, PLACE = "楼下夜里施工太吵", "西湖区文三路"  # the router is sure of these
VAGUE = "有件事想说说"  # and not of this
UNIT = "330106-urban_management"
HANDLER = Actor("staff:wang", "王师傅")
_numbers = count(1)

ENOUGH: dict[Action, Details] = {
    Action.DISPATCH: Dispatch(unit=UNIT),
    Action.RETURN: Return(reason="not_ours", text="这条路归住建局管"),
    Action.REFUSE_RETURN: WithReason(Action.REFUSE_RETURN, reason="这段路是您单位管养的"),
    Action.ARBITRATE: UnitAndReason(action=Action.ARBITRATE, unit=UNIT, reason="按三定方案归城管"),
    Action.TAKE_OVER: UnitAndReason(action=Action.TAKE_OVER, unit=UNIT, reason="合并"),
    Action.RELEASE: WithReason(Action.RELEASE, reason="撤销"),
    Action.BRING_BACK: WithReason(Action.BRING_BACK, reason="到期"),
    Action.HOLD: WithReason(Action.HOLD, reason="等设备到货"),
    Action.EXTEND: Extend(reason="需要采购", days=5),
    Action.RESOLVE: Resolve(outcome="solved", text="已责令停止夜间施工。"),
    Action.ANSWER: Answer(text="带身份证到街道窗口办。"),
    Action.DECLINE: Decline(reason="法院正在审理", text="请到法院问。"),
    Action.REOPEN: WithReason(Action.REOPEN, reason="还是吵"),
    Action.ADOPT: Reply(action=Action.ADOPT, text="下个月就装。"),
    Action.REPLY: Reply(action=Action.REPLY, text="路太窄，装不下。"),
    Action.FORWARD: Forward(to="congress", text="已转给人大代表研究。"),
    Action.PASS_ON: Reply(action=Action.PASS_ON, text="小王收到了，很高兴。"),
}


def a_message(
    text: str | None = None,
    *,
    of: str = "lin",
    on: str = "web",
    at: datetime = NOON,
    **more: object,
) -> Incoming:
    number = more.pop("external_id", None) or f"message-{next(_numbers)}"
    return Incoming(on, of, str(number), sent_at=at, text=text, **more)  # type: ignore[arg-type]


def a_conversation(
    session: Session, *, of: str = "lin", on: str = "web", now: datetime = NOON
) -> Conversation:
    account = account_for(session, on, of, scene=None, now=now)
    return conversation_for(session, account, now=now)


def a_registered_case(
    session: Session,
    conversation: Conversation | None = None,
    *,
    text: str = VAGUE,
    location: str | None = None,
    now: datetime = NOON,
) -> Case:
    """A case that no unit has yet: the router was not sure."""
    chat = conversation or a_conversation(session, now=now)
    key = f"test:{next(_numbers)}"
    return registration.register(session, chat, Appeal(text, location), key=key, now=now)


def a_dispatched_case(
    session: Session, conversation: Conversation | None = None, *, now: datetime = NOON
) -> Case:
    return a_registered_case(session, conversation, text=NOISE, location=PLACE, now=now)


def an_accepted_case(
    session: Session, conversation: Conversation | None = None, *, now: datetime = NOON
) -> Case:
    case = a_dispatched_case(session, conversation, now=now)
    take(session, case, Action.ACCEPT, now=now)
    return case


def a_resolved_case(
    session: Session, conversation: Conversation | None = None, *, now: datetime = NOON
) -> Case:
    case = an_accepted_case(session, conversation, now=now)
    take(session, case, Action.RESOLVE, now=now)
    return case


def take(
    session: Session,
    case: Case,
    step: Action | Details,
    *,
    now: datetime = NOON,
) -> None:
    """Take one step; an action alone is given just enough details."""
    if isinstance(step, Action):
        step = ENOUGH.get(step) or read_details(step, {})
    act(StepContext(session, case, HANDLER, now, step))


def a_member_of_staff(session: Session, name: str = "zhao") -> StaffAccount:
    staff = StaffAccount(
        username=name,
        display_name="赵姐",
        role=Role.DISPATCHER,
        unit_code="HZ-12345",
        password_hash="unused",
    )
    session.add(staff)
    session.flush()
    return staff


@dataclass
class Line:
    """A channel that keeps what it is given to send, and fails when it is told to."""

    name: str = "line"
    longest_text: int = 4096
    shows_buttons: bool = True
    gap_seconds: float = 0.0
    sent: list[tuple[str, str, list[tuple[str, str]]]] = field(default_factory=list)
    failures: deque[ChannelError] = field(default_factory=deque)
    files: dict[str, bytes | ChannelError] = field(default_factory=dict)

    @property
    def texts(self) -> list[str]:
        return [text for _, text, _ in self.sent]

    def split(self, text: str) -> list[str]:
        return split_text(text, self.longest_text)

    def send(self, account: str, text: str, buttons: Sequence[tuple[str, str]]) -> None:
        if self.failures:
            raise self.failures.popleft()
        self.sent.append((account, text, list(buttons)))

    def fetch(self, reference: str) -> bytes:
        content = self.files.get(reference, Refused("no such file"))
        if isinstance(content, ChannelError):
            raise content
        return content


def somebody_waits(database: Database) -> bool:
    """For a lock that another transaction holds."""
    activity = table("pg_stat_activity", column("wait_event_type"))
    waiting = select(func.count()).select_from(activity).where(activity.c.wait_event_type == "Lock")
    with database.begin() as session:
        return session.scalars(waiting).one() > 0


def a_staff_step(session: Session, case: Case, details: Details) -> StaffStep:
    return StaffStep(session, case, HANDLER, NOON, details, staff=StaffAccount(), units=frozenset())
