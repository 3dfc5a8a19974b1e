"""The lifecycle of a case as one table, from which `docs/lifecycle.md` is printed. Pure."""

from enum import StrEnum

from backend.errors import Conflict


class Status(StrEnum):
    REGISTERED = "registered"
    DISPATCHED = "dispatched"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    ON_HOLD = "on_hold"
    RESOLVED = "resolved"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        return STATUS_LABELS[self]

    @property
    def is_open(self) -> bool:
        return self in OPEN


STATUS_LABELS = {
    Status.REGISTERED: "已登记，待派单",
    Status.DISPATCHED: "已派单，待签收",
    Status.ACCEPTED: "办理中",
    Status.RETURNED: "已退单，待重新派单",
    Status.ON_HOLD: "暂缓办理",
    Status.RESOLVED: "已办结，待评价",
    Status.CLOSED: "已结案",
}


class Action(StrEnum):
    REGISTER = "register"
    DISPATCH = "dispatch"
    RECALL = "recall"
    ACCEPT = "accept"
    RETURN = "return"
    REFUSE_RETURN = "refuse_return"
    ARBITRATE = "arbitrate"
    TAKE_OVER = "take_over"
    RELEASE = "release"
    HOLD = "hold"
    RESUME = "resume"
    EXTEND = "extend"
    RESOLVE = "resolve"
    CLOSE = "close"
    REOPEN = "reopen"
    ANSWER = "answer"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    ADOPT = "adopt"
    REPLY = "reply"
    FORWARD = "forward"
    PASS_ON = "pass_on"  # noqa: S105  (no password)
    BRING_BACK = "bring_back"
    # Facts: logged with a time, without a change of status.
    ADD_DETAIL = "add_detail"
    CHASE = "chase"
    CONTACT = "contact"
    MESSAGE = "message"
    WRITE_BACK = "write_back"
    ASK_RELAY = "ask_relay"
    SEE_NEWS = "see_news"
    ASK_EXTENSION = "ask_extension"
    REFUSE_EXTENSION = "refuse_extension"
    REMIND = "remind"
    SUPERVISE = "supervise"
    ESCALATE = "escalate"
    OVERDUE = "overdue"
    RECOMPUTE = "recompute"
    CORRECT = "correct"
    UPDATE = "update"
    RATE = "rate"
    PROPOSE_EXCLUSION = "propose_exclusion"
    AGREE_EXCLUSION = "agree_exclusion"
    REFUSE_EXCLUSION = "refuse_exclusion"
    RAISE_WHISTLE = "raise_whistle"
    RESPOND = "respond"
    ADD_TASK = "add_task"
    ACCEPT_TASK = "accept_task"
    FINISH_TASK = "finish_task"
    CANCEL_TASK = "cancel_task"
    MERGE = "merge"
    SPLIT = "split"
    HIDE_IDENTITY = "hide_identity"
    SHOW_IDENTITY = "show_identity"
    UNMASK = "unmask"
    VISIT = "visit"
    PROPOSE = "propose"
    CONFIRM = "confirm"
    SEND_BACK = "send_back"
    ADD_TO_RATING = "add_to_rating"
    REPORT_LOW = "report_low"
    ACKNOWLEDGE = "acknowledge"
    ASSIGN = "assign"
    INTERVIEW = "interview"
    ACKNOWLEDGE_URGING = "acknowledge_urging"
    NOTE = "note"
    FOLLOW_UP = "follow_up"

    @property
    def label(self) -> str:
        return ACTION_LABELS[self]


ACTION_LABELS = {
    Action.REGISTER: "登记",
    Action.DISPATCH: "派单",
    Action.RECALL: "撤回派单",
    Action.ACCEPT: "签收",
    Action.RETURN: "退单",
    Action.REFUSE_RETURN: "不准退单",
    Action.ARBITRATE: "裁定",
    Action.TAKE_OVER: "承接",
    Action.RELEASE: "撤销收回",
    Action.HOLD: "挂起",
    Action.RESUME: "恢复办理",
    Action.EXTEND: "延期",
    Action.RESOLVE: "办结",
    Action.CLOSE: "结案",
    Action.REOPEN: "重办",
    Action.ANSWER: "直接答复",
    Action.DECLINE: "不予受理",
    Action.WITHDRAW: "撤诉",
    Action.ADOPT: "采纳",
    Action.REPLY: "答复建议",
    Action.FORWARD: "转送",
    Action.PASS_ON: "转达",
    Action.BRING_BACK: "到期续办",
    Action.ADD_DETAIL: "补充",
    Action.CHASE: "催单",
    Action.CONTACT: "联系市民",
    Action.MESSAGE: "发消息",
    Action.WRITE_BACK: "市民回话",
    Action.ASK_RELAY: "请中心转问",
    Action.SEE_NEWS: "看过新消息",
    Action.ASK_EXTENSION: "申请延期",
    Action.REFUSE_EXTENSION: "不准延期",
    Action.REMIND: "催办",
    Action.SUPERVISE: "督办",
    Action.ESCALATE: "升级督办",
    Action.OVERDUE: "逾期",
    Action.RECOMPUTE: "重算期限",
    Action.CORRECT: "更正",
    Action.UPDATE: "来源更新",
    Action.RATE: "评价",
    Action.PROPOSE_EXCLUSION: "申请剔除评价",
    Action.AGREE_EXCLUSION: "同意剔除评价",
    Action.REFUSE_EXCLUSION: "不同意剔除评价",
    Action.RAISE_WHISTLE: "吹哨",
    Action.RESPOND: "报到",
    Action.ADD_TASK: "拆分任务",
    Action.ACCEPT_TASK: "签收任务",
    Action.FINISH_TASK: "完成任务",
    Action.CANCEL_TASK: "取消任务",
    Action.MERGE: "并案",
    Action.SPLIT: "拆出",
    Action.HIDE_IDENTITY: "匿名",
    Action.SHOW_IDENTITY: "不再匿名",
    Action.UNMASK: "查看身份",
    Action.VISIT: "现场走访",
    Action.PROPOSE: "提请办结",
    Action.CONFIRM: "复核同意",
    Action.SEND_BACK: "复核退回",
    Action.ADD_TO_RATING: "补充评价",
    Action.REPORT_LOW: "低分通报",
    Action.ACKNOWLEDGE: "阅知",
    Action.ASSIGN: "指给",
    Action.INTERVIEW: "约谈",
    Action.ACKNOWLEDGE_URGING: "确认督办",
    Action.NOTE: "内部备注",
    Action.FOLLOW_UP: "回访",
}

OPEN = frozenset(
    {Status.REGISTERED, Status.DISPATCHED, Status.ACCEPTED, Status.RETURNED, Status.ON_HOLD}
)
# Statuses in which a unit has the case. When the unit ends, its successor takes the case over in
# the same status, or the case goes back to the dispatcher.
WITH_A_UNIT = frozenset({Status.DISPATCHED, Status.ACCEPTED, Status.ON_HOLD})

TRANSITIONS: dict[tuple[Status, Action], Status] = {
    (Status.REGISTERED, Action.DISPATCH): Status.DISPATCHED,
    (Status.REGISTERED, Action.ANSWER): Status.CLOSED,
    (Status.REGISTERED, Action.DECLINE): Status.CLOSED,
    (Status.DISPATCHED, Action.RECALL): Status.REGISTERED,
    (Status.DISPATCHED, Action.ACCEPT): Status.ACCEPTED,
    (Status.DISPATCHED, Action.RETURN): Status.RETURNED,
    (Status.ACCEPTED, Action.RETURN): Status.RETURNED,
    (Status.ACCEPTED, Action.HOLD): Status.ON_HOLD,
    (Status.ACCEPTED, Action.EXTEND): Status.ACCEPTED,
    (Status.ACCEPTED, Action.RESOLVE): Status.RESOLVED,
    (Status.ACCEPTED, Action.ADOPT): Status.RESOLVED,
    (Status.ACCEPTED, Action.REPLY): Status.RESOLVED,
    (Status.ACCEPTED, Action.FORWARD): Status.RESOLVED,
    (Status.ACCEPTED, Action.PASS_ON): Status.CLOSED,
    (Status.RETURNED, Action.DISPATCH): Status.DISPATCHED,
    (Status.RETURNED, Action.REFUSE_RETURN): Status.DISPATCHED,
    (Status.RETURNED, Action.ARBITRATE): Status.DISPATCHED,
    (Status.ON_HOLD, Action.RESUME): Status.ACCEPTED,
    (Status.RESOLVED, Action.CLOSE): Status.CLOSED,
    (Status.RESOLVED, Action.REOPEN): Status.DISPATCHED,
    (Status.CLOSED, Action.REOPEN): Status.DISPATCHED,
    (Status.RESOLVED, Action.BRING_BACK): Status.DISPATCHED,
    (Status.CLOSED, Action.BRING_BACK): Status.DISPATCHED,
    **{(status, Action.TAKE_OVER): status for status in sorted(WITH_A_UNIT | {Status.RETURNED})},
    **{(status, Action.RELEASE): Status.RETURNED for status in sorted(WITH_A_UNIT)},
    **{(status, Action.WITHDRAW): Status.CLOSED for status in sorted(OPEN)},
}

FACTS = frozenset(Action) - {action for _, action in TRANSITIONS} - {Action.REGISTER}


def next_status(status: Status, action: Action) -> Status:
    """The status that `action` leads to. Raises Conflict when the table does not allow it."""
    try:
        return TRANSITIONS[status, action]
    except KeyError:
        raise Conflict(f"现在是“{status.label}”，不能{action.label}") from None


def allowed_actions(status: Status) -> list[Action]:
    """The actions of the table in this status, without facts."""
    return [action for (from_status, action) in TRANSITIONS if from_status is status]
