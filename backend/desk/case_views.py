"""Views of the case list: each is one condition, which gives both its number and its list.

In a collective case, views of open work list the lead alone, since its steps are taken there.
Views of one resident's news or rating list that resident's own case.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from backend.desk.approvals import waits_for_approval
from backend.models.cases import Case
from backend.models.joint_work import Task, WhistleResponse
from backend.models.ratings import Rating
from backend.models.staff import Role, StaffAccount
from backend.models.units import Unit
from backend.overview.numbers import DAY, condition_of, midnight
from backend.staff.visibility import is_deputy, visible_cases
from backend.vocabulary.case_lifecycle import OPEN, Status
from backend.vocabulary.grades import Grade

Condition = Callable[[StaffAccount, datetime], ColumnElement[bool]]
SILENT, LONG_HOLD = timedelta(days=7), timedelta(days=15)
_IS_OPEN = Case.status.in_(OPEN)
_IS_LED = and_(_IS_OPEN, Case.lead_id.is_(None))  # open work, without members


@dataclass(frozen=True)
class CaseView:
    """A named list. `is_open` lists are sorted by deadline, the others newest first."""

    key: str
    label: str
    hint: str
    condition: Condition
    is_open: bool = True
    is_counted: bool = True
    holds_settled: bool = False  # settled cases as well, which one scan of the open ones misses


def _with_status(*statuses: Status) -> Condition:
    return lambda _staff, _now: and_(_IS_LED, Case.status.in_(statuses))


def _assigned(staff: StaffAccount, now: datetime) -> ColumnElement[bool]:
    return and_(_IS_LED, Case.assignee_id == staff.id)


def _of_own_unit(staff: StaffAccount, now: datetime) -> ColumnElement[bool]:
    return and_(_IS_LED, Case.unit_code == staff.unit_code)


def _due_today(staff: StaffAccount, now: datetime) -> ColumnElement[bool]:
    return and_(_IS_LED, is_due_today(now))


def is_due_today(now: datetime) -> ColumnElement[bool]:
    """SQL condition: the nearest running deadline of an open case is later today."""
    return and_(_IS_OPEN, Case.due_at >= now, Case.due_at < midnight(now) + DAY)


def is_late(now: datetime) -> ColumnElement[bool]:
    """SQL condition: one of the running deadlines of an open case has passed."""
    return and_(_IS_OPEN, Case.due_at < now)


def _late(staff: StaffAccount, now: datetime) -> ColumnElement[bool]:
    return and_(_IS_LED, is_late(now))


def _joint(staff: StaffAccount, now: datetime) -> ColumnElement[bool]:
    units = select(Unit.code).where(or_(Unit.code == staff.unit_code, is_deputy(staff)))
    tasks = select(Task.case_id).where(Task.unit_code.in_(units), Task.ended_at.is_(None))
    summons = select(WhistleResponse.case_id).where(
        WhistleResponse.unit_code.in_(units), WhistleResponse.responded_at.is_(None)
    )
    return and_(_IS_OPEN, or_(Case.id.in_(tasks), Case.id.in_(summons)))


def _urged(staff: StaffAccount, now: datetime) -> ColumnElement[bool]:
    return and_(_IS_LED, Case.urged_at.is_not(None))


def _unhappy(staff: StaffAccount, now: datetime) -> ColumnElement[bool]:
    """Few cases have a second round, so only those are compared: `ix_cases_reopened`."""
    reopened = aliased(Case)
    low = or_(Rating.score <= Grade.DISSATISFIED, Rating.solved.is_(False))
    is_later = and_(reopened.round > 1, reopened.round > Rating.round)
    later_round = select(reopened.id).where(reopened.id == Rating.case_id, is_later).exists()
    return Case.id.in_(select(Rating.case_id).where(low, ~later_round))


def _news(staff: StaffAccount, now: datetime) -> ColumnElement[bool]:
    return and_(_IS_OPEN, Case.news_at.is_not(None))


def _relay(staff: StaffAccount, now: datetime) -> ColumnElement[bool]:
    return and_(_IS_OPEN, Case.relay_asked_at.is_not(None))


def _to_tell(staff: StaffAccount, now: datetime) -> ColumnElement[bool]:
    return Case.tell_at.is_not(None)


def _stuck(staff: StaffAccount, now: datetime) -> ColumnElement[bool]:
    silent = func.coalesce(Case.stepped_at, Case.registered_at) < now - SILENT
    on_hold = and_(Case.status == Status.ON_HOLD, Case.held_at < now - LONG_HOLD)
    waits = and_(Case.status != Status.ON_HOLD, silent)
    return and_(_IS_LED, or_(waits, on_hold, condition_of("stuck", now)))


def _for_deputy(staff: StaffAccount, now: datetime) -> ColumnElement[bool]:
    units = select(Unit.code).where(is_deputy(staff), Unit.code != staff.unit_code)
    waits = or_(condition_of("unsigned", now), condition_of("overdue", now))
    return and_(Case.lead_id.is_(None), Case.unit_code.in_(units), waits)


_IN_HAND = _with_status(Status.ACCEPTED, Status.ON_HOLD)
_ALL = (
    CaseView("mine", "我的", "指给您办、还没办完的", _assigned),
    CaseView("to-dispatch", "待派单", "登记了还没有单位的", _with_status(Status.REGISTERED)),
    CaseView("returned", "已退单", "单位退回来的", _with_status(Status.RETURNED)),
    CaseView("to-accept", "待签收", "派了还没签收的", _with_status(Status.DISPATCHED)),
    CaseView("in-hand", "办理中", "签收了还没办结的，挂起的在最后", _IN_HAND),
    CaseView("unit", "本单位", "现在在您单位、还没办完的", _of_own_unit),
    CaseView("today", "今天到期", "最近的期限在今天，还没过", _due_today),
    CaseView("late", "超期", "签收、联系、办结任一期限已过", _late),
    CaseView("joint", "任务和吹哨", "请您单位办的任务，和请您单位到场的吹哨", _joint),
    CaseView("approvals", "待批", "等您批的：延期、退单、复核、裁定、剔除", waits_for_approval,
             holds_settled=True),
    CaseView("urged", "被催被督", "市民催过，或催办、督办、约谈过，单位还没确认", _urged),
    CaseView("news", "有新消息", "市民又说了话，还没有人处理", _news),
    CaseView("relay", "请中心转问", "单位联系不上市民，请中心去问", _relay),
    CaseView("tell", "电话告知", "市民收不到消息，结果要打电话告诉（回访）", _to_tell,
             holds_settled=True),
    CaseView("unhappy", "不满意", "这一轮评了不满意，或者说没解决", _unhappy, is_open=False,
             holds_settled=True),
    CaseView("stuck", "卡住的", "七天没人办、挂起半个月、退了两次或有争议", _stuck),
    CaseView("deputy", "代办", "您代理的单位超时没签收、没办结的", _for_deputy),
    CaseView(
        "done", "已办结", "办结和结案的",
        lambda _staff, _now: Case.status.in_((Status.RESOLVED, Status.CLOSED)),
        is_open=False, is_counted=False,
    ),
    CaseView("all", "全部", "您能看的所有工单", lambda _staff, _now: true(),
             is_open=False, is_counted=False),
)  # fmt: skip
VIEWS: Mapping[str, CaseView] = {view.key: view for view in _ALL}
_LATER = ("deputy", "done", "all")
# Views that a role always has, the most urgent first. Others appear when they have cases.
_ALWAYS: dict[Role, tuple[str, ...]] = {
    Role.DISPATCHER: (
        "returned",
        "to-dispatch",
        "approvals",
        "today",
        "late",
        "news",
        "relay",
        "tell",
    ),
    Role.HANDLER: ("to-accept", "mine", "in-hand", "unit", "today", "late", "joint", "urged"),
    Role.SUPERVISOR: ("late", "approvals", "urged", "unhappy", "stuck", "to-accept", "in-hand"),
    Role.LEADER: ("late", "approvals", "urged", "unhappy", "stuck", "in-hand"),
    Role.ADMIN: ("to-dispatch", "returned", "approvals", "to-accept", "in-hand", "late", "stuck"),
}
# Views of others' work: no use to the role.
_NEVER: dict[Role, frozenset[str]] = {
    Role.DISPATCHER: frozenset({"mine", "unit", "joint"}),
    Role.HANDLER: frozenset({"to-dispatch", "relay", "tell"}),
    Role.SUPERVISOR: frozenset({"mine", "unit", "tell"}),
    Role.LEADER: frozenset({"to-dispatch", "relay", "tell"}),
    Role.ADMIN: frozenset(),
}


def views_for(staff: StaffAccount) -> list[CaseView]:
    """The views of the staff's role, the most urgent first."""
    role = Role(staff.role)
    first = _ALWAYS[role]
    rest = [key for key in VIEWS if key not in first + _LATER]
    return [VIEWS[key] for key in (*first, *rest, *_LATER) if key not in _NEVER[role]]


def is_shown(staff: StaffAccount, view: CaseView, cases: int) -> bool:
    """True if the page names the view: always, or while it has cases."""
    is_usual = view.key in _ALWAYS[Role(staff.role)] or not view.is_counted
    return is_usual or cases > 0


def view_counts(session: Session, staff: StaffAccount, *, now: datetime) -> dict[str, int]:
    """The number of cases in each counted view of the staff, in one statement.

    Views of open cases are counted in one scan of these; the others each by their own indexes.
    """
    counted = [view for view in views_for(staff) if view.is_counted]
    visible = visible_cases(staff)
    open_views = [view for view in counted if not view.holds_settled]
    numbers = [func.count().filter(view.condition(staff, now)) for view in open_views]
    of_open = visible.where(_IS_OPEN).with_only_columns(*numbers).subquery()
    others = [view for view in counted if view.holds_settled]
    of_others = [
        visible.where(view.condition(staff, now))
        .with_only_columns(func.count(Case.id))
        .scalar_subquery()
        for view in others
    ]
    row = session.execute(select(*of_open.columns, *of_others)).one()
    return {view.key: number for view, number in zip(open_views + others, row, strict=True)}
