"""The life of an alert: raised, verified, acted on, closed with what it was, reviewed. Pure."""

from enum import StrEnum

from backend.errors import BadInput, Conflict


class AlertState(StrEnum):
    RAISED = "raised"
    VERIFIED = "verified"
    ACTING = "acting"
    CLOSED = "closed"
    REVIEWED = "reviewed"

    @property
    def label(self) -> str:
        return _STATE_LABELS[self]


class AlertAction(StrEnum):
    VERIFY = "verify"
    ACT = "act"
    CLOSE = "close"
    REVIEW = "review"

    @property
    def label(self) -> str:
        return _ACTION_LABELS[self]


_STATE_LABELS = {
    AlertState.RAISED: "待核实",
    AlertState.VERIFIED: "已核实",
    AlertState.ACTING: "处置中",
    AlertState.CLOSED: "已解除",
    AlertState.REVIEWED: "已复盘",
}
_ACTION_LABELS = {
    AlertAction.VERIFY: "核实属实",
    AlertAction.ACT: "开始处置",
    AlertAction.CLOSE: "解除",
    AlertAction.REVIEW: "复盘",
}
_STEPS: dict[AlertAction, tuple[frozenset[AlertState], AlertState]] = {
    AlertAction.VERIFY: (frozenset({AlertState.RAISED}), AlertState.VERIFIED),
    AlertAction.ACT: (frozenset({AlertState.VERIFIED}), AlertState.ACTING),
    AlertAction.CLOSE: (
        frozenset({AlertState.RAISED, AlertState.VERIFIED, AlertState.ACTING}),
        AlertState.CLOSED,
    ),
    AlertAction.REVIEW: (frozenset({AlertState.CLOSED}), AlertState.REVIEWED),
}
OPEN = frozenset({AlertState.RAISED, AlertState.VERIFIED, AlertState.ACTING})


class Conclusion(StrEnum):
    TRUE = "true"
    FALSE = "false"
    FLOOD = "flood"
    EXPECTED = "expected"

    @property
    def label(self) -> str:
        return _CONCLUSION_LABELS[self]


_CONCLUSION_LABELS = {
    Conclusion.TRUE: "属实，已处置",
    Conclusion.FALSE: "误报",
    Conclusion.FLOOD: "刷屏",
    Conclusion.EXPECTED: "属实，但在预料之中",
}


def next_state(state: AlertState, action: AlertAction) -> AlertState:
    """Raises Conflict for a step that is not allowed now."""
    before, after = _STEPS[action]
    if state not in before:
        raise Conflict(f"这条预警{state.label}，不能{action.label}")
    return after


def possible(state: AlertState) -> list[AlertAction]:
    return [action for action, (before, _) in _STEPS.items() if state in before]


def require_text(action: AlertAction, text: str, conclusion: str | None) -> None:
    """Raises BadInput: closing needs a conclusion and closing and reviewing some words."""
    if action is AlertAction.CLOSE and conclusion not in set(Conclusion):
        raise BadInput("解除时请选是什么情况")
    if action in (AlertAction.CLOSE, AlertAction.REVIEW) and not text:
        raise BadInput("请写明情况")
