"""Texts of the notifications to residents, one for each step of a case."""

from collections.abc import Callable, Mapping
from typing import Any

from backend.cases import track_texts
from backend.cases.track_texts import due_day, still_to_come, unit_name
from backend.models.cases import Case
from backend.vocabulary.case_lifecycle import Action, Status
from backend.vocabulary.grades import GRADES
from backend.vocabulary.messages import Button
from backend.vocabulary.tracks import Track


def _registered(case: Case, _: Mapping[str, Any]) -> str:
    return f"已经登记好了，工单编号 {case.case_no}。最迟{due_day(case)}前办结，有进展我会告诉您。"


def registered_and_dispatched(case: Case) -> str | None:
    """One text for a case that was dispatched as it was registered; else None."""
    if case.status != Status.DISPATCHED or case.track != Track.USUAL:
        return None
    return (
        f"已经登记好了，工单编号 {case.case_no}。交给{unit_name(case)}办理，"
        f"最迟{due_day(case)}前办结，有进展我会告诉您。"
    )


def _dispatched(case: Case, details: Mapping[str, Any]) -> str:
    if details.get("recalled_from"):
        return f"您的事改由{unit_name(case)}办理，{due_day(case)}前办结的期限不变。"
    return f"您的事已交给{unit_name(case)}办理，{due_day(case)}前办结。"


def _recalled(case: Case, details: Mapping[str, Any]) -> str | None:
    if details.get("unit"):
        return None  # the dispatch that follows at once names the new unit
    return f"我们再核对一下您的事该由谁办，{due_day(case)}前办结的期限不变。"


def _accepted(case: Case, _: Mapping[str, Any]) -> str:
    return f"{unit_name(case)}已经签收，开始办理了。"


def _extended(case: Case, details: Mapping[str, Any]) -> str:
    return f"{unit_name(case)}需要多一些时间（{details['reason']}），新的期限是{due_day(case)}。"


def _held(case: Case, details: Mapping[str, Any]) -> str:
    return f"{unit_name(case)}暂时办不了（{details['reason']}），能办了会接着办，到时我告诉您。"


def _resumed(case: Case, _: Mapping[str, Any]) -> str:
    return f"{unit_name(case)}接着办理了，{due_day(case)}前办结。"


def _returned(case: Case, details: Mapping[str, Any]) -> str:
    """The text names who is responsible meanwhile, and where to turn to (S28)."""
    if details.get("disputed"):
        next_step = "谁来办有不同意见，由民呼中心的督办员裁定"
    else:
        next_step = "我们正在核对该由谁办"
    return (
        f"{unit_name(case)}说这件事不归他们管，{next_step}。这期间由12345民呼中心负责，"
        f"{due_day(case)}前办结的期限不变，您不用重新说。有事在这里说，或打12345。"
    )


def _return_refused(case: Case, _: Mapping[str, Any]) -> str:
    return (
        f"我们核对过了，这件事该由{unit_name(case)}办，已经请他们接着办，{due_day(case)}前办结。"
        "没人跟您联系，就在这里说“催一下”，或打12345。"
    )


def _arbitrated(case: Case, _: Mapping[str, Any]) -> str:
    return (
        f"由谁来办已经定了：{unit_name(case)}负责办到底，不再转来转去，{due_day(case)}前办结。"
        "没人跟您联系，就在这里说“催一下”，或打12345。"
    )


def _taken_over(case: Case, _: Mapping[str, Any]) -> str | None:
    if case.status == Status.RETURNED:
        return None  # only the first-contact duty has moved; the dispatch is notified later
    return f"承办的单位有调整，您的事由{unit_name(case)}接着办，{due_day(case)}前办结的期限不变。"


def _resolved(case: Case, _: Mapping[str, Any]) -> str:
    return (
        f"{unit_name(case)}答复：{case.outcome_text}\n{still_to_come(case)}"
        "事情办得怎么样？请您评一评。不满意可以要求重新办理。"
    )


def _answered(case: Case, details: Mapping[str, Any]) -> str:
    if details.get("as_read"):
        return "刚才的答复给您记下来了，往后查得到。\n这样答复您满意吗？"
    return f"答复：{case.outcome_text}\n{still_to_come(case)}这样答复您满意吗？"


def _declined(case: Case, details: Mapping[str, Any]) -> str:
    text = f"这件事我们不能受理：{details['reason']}。{case.outcome_text}"
    to_come = still_to_come(case).rstrip()
    return f"{text}\n{to_come}" if to_come else text


def _reopened(case: Case, _: Mapping[str, Any]) -> str:
    return f"您的事已重新办理，由{unit_name(case)}负责，{due_day(case)}前办结。"


def _supervised(case: Case, details: Mapping[str, Any]) -> str:
    if details.get("clock"):  # the sweep has supervised it
        return f"您的事过了期限还没办完，对不住。我们已经在督办，责任单位是{unit_name(case)}。"
    return f"您的事已经在督办，责任单位是{unit_name(case)}。"


def _released(case: Case, _: Mapping[str, Any]) -> str:
    return (
        "原来承办的单位撤销了，我们正在给您另找单位。这期间由12345民呼中心负责，"
        f"{due_day(case)}前办结的期限不变。有事在这里说，或打12345。"
    )


def _recomputed(case: Case, details: Mapping[str, Any]) -> str | None:
    if "resolve_by" not in details["moved"]:
        return None
    return f"上班日期有调整，您的事最迟{due_day(case)}前办结，责任单位是{unit_name(case)}。"


def _corrected(case: Case, details: Mapping[str, Any]) -> str | None:
    if "resolve_by" not in (details.get("moved") or {}):
        return None
    return f"我们核对了您说的事，最迟{due_day(case)}前办结，由{unit_name(case)}负责。"


def _merged(case: Case, _: Mapping[str, Any]) -> str:
    return (
        f"也有别的市民说了同一件事，我们放在一起办，由{unit_name(case)}负责，{due_day(case)}前办结。"
        "您的编号不变，有结果单独告诉您，也单独请您评价。"
    )


def _split(case: Case, _: Mapping[str, Any]) -> str:
    return f"您的事和别人的分开、单独办了，由{unit_name(case)}负责，{due_day(case)}前办结。"


def _withdrawn(case: Case, _: Mapping[str, Any]) -> str:
    return "已经按您的意思撤掉了。以后想起来，随时再告诉我。"


def _brought_back(case: Case, _: Mapping[str, Any]) -> str:
    return f"说好的日子到了。{unit_name(case)}接着办您的事，{due_day(case)}前给您说法。"


TEXTS: dict[Action, Callable[[Case, Mapping[str, Any]], str | None]] = {
    Action.REGISTER: _registered,
    Action.DISPATCH: _dispatched,
    Action.RECALL: _recalled,
    Action.ACCEPT: _accepted,
    Action.EXTEND: _extended,
    Action.HOLD: _held,
    Action.RESUME: _resumed,
    Action.RETURN: _returned,
    Action.REFUSE_RETURN: _return_refused,
    Action.ARBITRATE: _arbitrated,
    Action.TAKE_OVER: _taken_over,
    Action.RELEASE: _released,
    Action.RECOMPUTE: _recomputed,
    Action.CORRECT: _corrected,
    Action.RESOLVE: _resolved,
    Action.ANSWER: _answered,
    Action.DECLINE: _declined,
    Action.REOPEN: _reopened,
    Action.SUPERVISE: _supervised,
    Action.WITHDRAW: _withdrawn,
    Action.MERGE: _merged,
    Action.SPLIT: _split,
    Action.BRING_BACK: _brought_back,
}
# Actions that residents are notified of.
NOTIFIED = frozenset(TEXTS) | {action for _, action in track_texts.TEXTS}
# At most one of these happens in a round, so nobody is asked twice. Praise is not rated.
ASKS_FOR_RATING = frozenset(
    {Action.RESOLVE, Action.ANSWER, Action.ADOPT, Action.REPLY, Action.FORWARD}
)


def text_for(case: Case, action: Action, details: Mapping[str, Any]) -> str | None:
    """The notification for this step; None when the resident is not notified."""
    write = track_texts.TEXTS.get((Track(case.track), action)) or TEXTS.get(action)
    if write is None:
        return None
    text = write(case, details)
    if text is None:
        return None
    return text if case.case_no in text else f"【{case.case_no}】{text}"


def rating_buttons(case: Case) -> list[Button]:
    return [
        Button(
            title=grade.label,
            say="/rate_case",
            data={"case_no": case.case_no, "round": case.round, "score": int(grade)},
        )
        for grade in GRADES
    ]
