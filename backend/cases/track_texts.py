"""Notification texts for suggestions, praise and legal matters, and for what is still to come.

The texts are short for everybody, so there is no second wording for elder mode.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from backend.clock import SHANGHAI
from backend.models.cases import Case
from backend.vocabulary.case_lifecycle import Action
from backend.vocabulary.outcomes import ForwardedTo
from backend.vocabulary.tracks import Track

Text = Callable[[Case, Mapping[str, Any]], str | None]


def still_to_come(case: Case) -> str:
    """Lines on the visit the resident must make and on the follow-up date, each with a newline."""
    lines = []
    if case.offline:
        lines.append(f"还要您跑一趟：{case.offline['what']}。")
        lines.append(f"到哪里：{case.offline['where']}。")
        lines.append(f"带什么：{case.offline['bring']}。")
    if case.follow_up_at:
        lines.append(f"这件事要些日子。{_day(case.follow_up_at)}再给您一个说法。")
    return "".join(f"{line}\n" for line in lines)


def _day(moment: datetime) -> str:
    local = moment.astimezone(SHANGHAI)
    return f"{local.year}年{local.month}月{local.day}日"


def due_day(case: Case) -> str:
    local = case.resolve_by.astimezone(SHANGHAI)
    return f"{local.month}月{local.day}日"


def unit_name(case: Case) -> str:
    return case.unit.name if case.unit else "12345民呼中心"


def _suggestion_kept(case: Case, _: Mapping[str, Any]) -> str:
    return f"您的建议记下了，编号 {case.case_no}。{due_day(case)}前答复您。"


def _suggestion_sent(case: Case, _: Mapping[str, Any]) -> str:
    return f"您的建议转给{unit_name(case)}了。{due_day(case)}前答复您。"


def _suggestion_read(case: Case, _: Mapping[str, Any]) -> str:
    return f"{unit_name(case)}在看您的建议了。"


def _suggestion_later(case: Case, details: Mapping[str, Any]) -> str:
    return f"{unit_name(case)}还要想一想（{details['reason']}）。{due_day(case)}前答复您。"


def _suggestion_again(case: Case, _: Mapping[str, Any]) -> str:
    return f"您的建议请{unit_name(case)}再看一遍。{due_day(case)}前答复您。"


def _adopted(case: Case, _: Mapping[str, Any]) -> str:
    return f"{unit_name(case)}采纳了您的建议，谢谢您！\n{case.outcome_text}\n这样答复您满意吗？"


def _replied(case: Case, _: Mapping[str, Any]) -> str:
    return f"{unit_name(case)}看了您的建议，谢谢您！\n{case.outcome_text}\n这样答复您满意吗？"


def _forwarded(case: Case, details: Mapping[str, Any]) -> str:
    to = ForwardedTo(details["to"]).label
    return f"您的建议转送给{to}了，谢谢您！\n{case.outcome_text}\n这样答复您满意吗？"


def _praise_kept(case: Case, _: Mapping[str, Any]) -> str:
    return f"您的表扬记下了，编号 {case.case_no}。我们会转达。"


def _praise_sent(case: Case, _: Mapping[str, Any]) -> str:
    return f"您的表扬转给{unit_name(case)}了，谢谢您！"


def _praise_read(case: Case, _: Mapping[str, Any]) -> str:
    return f"{unit_name(case)}看到您的表扬了。"


def _passed_on(case: Case, _: Mapping[str, Any]) -> str:
    return f"您的表扬转达到了，谢谢您！\n{unit_name(case)}说：{case.outcome_text}"


def _legal_kept(case: Case, _: Mapping[str, Any]) -> str:
    path = case.routing.get("legal", {}).get("path", "")
    return f"记下了，编号 {case.case_no}。\n这类事要依法办，结果我们不能保证。\n{path}"


def _legal_sent(case: Case, _: Mapping[str, Any]) -> str:
    return f"您的事转给{unit_name(case)}了。他们依法处理，有消息我告诉您。"


def _legal_later(case: Case, details: Mapping[str, Any]) -> str:
    return f"{unit_name(case)}还要些时间（{details['reason']}）。有消息我告诉您。"


def _legal_again(case: Case, _: Mapping[str, Any]) -> str:
    return f"{unit_name(case)}再看您的事。有消息我告诉您。"


def _with_the_centre(case: Case, _: Mapping[str, Any]) -> str:
    """The text names no deadline: a reply or a court's decision has no resolve deadline."""
    return "正在核对该由谁来管。这些天由12345民呼中心负责。有事在这里说，或打12345。"


def _being_checked(_: Case, details: Mapping[str, Any]) -> str | None:
    return None if details.get("unit") else "我们再核对一下您的事该由谁来管。"


def _suggestion_corrected(case: Case, details: Mapping[str, Any]) -> str | None:
    is_moved = "resolve_by" in (details.get("moved") or {})
    return f"您说的记作建议了。{due_day(case)}前答复您。" if is_moved else None


def _with_a_unit(case: Case, _: Mapping[str, Any]) -> str:
    return f"您的事由{unit_name(case)}负责。没人找您，就在这里说“催一下”。也可以打12345。"


def _no_text(case: Case, _: Mapping[str, Any]) -> None:
    return None


_MOVED: dict[Action, Text] = {
    Action.RECALL: _being_checked,
    Action.RETURN: _with_the_centre,
    Action.RELEASE: _with_the_centre,
    Action.REFUSE_RETURN: _with_a_unit,
    Action.ARBITRATE: _with_a_unit,
    Action.TAKE_OVER: _with_a_unit,
    Action.RECOMPUTE: _no_text,
    Action.CORRECT: _no_text,
    Action.SUPERVISE: _with_a_unit,
}
_OWN: dict[Track, dict[Action, Text]] = {
    Track.SUGGESTION: {
        **_MOVED,
        Action.REGISTER: _suggestion_kept,
        Action.DISPATCH: _suggestion_sent,
        Action.CORRECT: _suggestion_corrected,
        Action.ACCEPT: _suggestion_read,
        Action.EXTEND: _suggestion_later,
        Action.RESUME: _suggestion_again,
        Action.REOPEN: _suggestion_again,
        Action.ADOPT: _adopted,
        Action.REPLY: _replied,
        Action.FORWARD: _forwarded,
    },
    Track.PRAISE: {
        **_MOVED,
        Action.REGISTER: _praise_kept,
        Action.DISPATCH: _praise_sent,
        Action.ACCEPT: _praise_read,
        Action.EXTEND: _no_text,
        Action.RESUME: _no_text,
        Action.REOPEN: _praise_sent,
        Action.PASS_ON: _passed_on,
    },
    Track.LEGAL: {
        **_MOVED,
        Action.REGISTER: _legal_kept,
        Action.DISPATCH: _legal_sent,
        Action.EXTEND: _legal_later,
        Action.RESUME: _legal_again,
        Action.REOPEN: _legal_again,
        Action.BRING_BACK: _legal_again,
    },
}
TEXTS: dict[tuple[Track, Action], Text] = {
    (track, action): write for track, texts in _OWN.items() for action, write in texts.items()
}
