"""What each step of a case takes: a type for an action, or for the actions that take the same.

The names of the fields are those of the API's JSON and of the events. What people and programs send
comes through `read_details`; code gives values that are right already.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Literal, get_args, get_type_hints

from pydantic import Field, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails
from typing_extensions import TypedDict

from backend.errors import BadInput
from backend.vocabulary.case_lifecycle import Action
from backend.vocabulary.contact_results import ContactResult
from backend.vocabulary.outcomes import ForwardedTo, StaffOutcome
from backend.vocabulary.return_reasons import ReturnReason
from backend.vocabulary.typed_text import LARGEST_ID, Line, Text

MOST_DAYS = 366
Unit = Annotated[Line, Field(title="单位")]
Reason = Annotated[Line, Field(title="原因")]
Words = Annotated[Text, Field(title="要写的话")]
ToResident = Annotated[Text, Field(title="给市民的答复")]
ArticleId = Annotated[Line, Field(title="文章编号")]
Days = Annotated[int, Field(title="天数", ge=1, le=MOST_DAYS)]
TaskId = Annotated[int, Field(title="哪个任务", ge=1, le=LARGEST_ID)]


class Offline(TypedDict, total=False):
    """What the resident must do in person; all three are needed."""

    what: Line
    where: Line
    bring: Line


Errand = Annotated[Offline, Field(title="要市民跑一趟")]


@dataclass(frozen=True)
class Details:
    """The action and what it takes."""

    action: Action

    def as_json(self) -> dict[str, object]:
        """The fields that are set."""
        return {
            name: value
            for name, value in vars(self).items()
            if name != "action" and value is not None and value != ""
        }


@dataclass(frozen=True)
class NoDetails(Details):
    action: Literal[
        Action.REGISTER, Action.RESUME, Action.SEE_NEWS, Action.CONFIRM,
        Action.PROPOSE, Action.HIDE_IDENTITY, Action.SHOW_IDENTITY, Action.REPORT_LOW,
    ]  # fmt: skip


@dataclass(frozen=True)
class WithReason(Details):
    action: Literal[
        Action.HOLD, Action.REOPEN, Action.REFUSE_RETURN, Action.REFUSE_EXTENSION, Action.SPLIT,
        Action.UNMASK, Action.SEND_BACK, Action.RELEASE, Action.BRING_BACK, Action.RECOMPUTE,
    ]  # fmt: skip
    reason: Reason


@dataclass(frozen=True)
class MaybeReason(Details):
    action: Literal[Action.CLOSE, Action.WITHDRAW]
    reason: Reason | None = None


@dataclass(frozen=True)
class WithText(Details):
    action: Literal[
        Action.NOTE, Action.INTERVIEW, Action.MESSAGE, Action.ASK_RELAY, Action.ADD_DETAIL,
        Action.WRITE_BACK, Action.RESPOND, Action.ACKNOWLEDGE, Action.RATE,
        Action.AGREE_EXCLUSION, Action.REFUSE_EXCLUSION,
    ]  # fmt: skip
    text: Words


@dataclass(frozen=True)
class MaybeText(Details):
    action: Literal[Action.ACCEPT, Action.CHASE, Action.ACKNOWLEDGE_URGING, Action.ADD_TO_RATING]
    text: Words | None = None


UrgingAction = Literal[Action.REMIND, Action.SUPERVISE, Action.OVERDUE, Action.ESCALATE]


@dataclass(frozen=True)
class ReasonOrText(Details):
    action: Literal[UrgingAction, Action.UPDATE]
    reason: Reason | None = None
    text: Words | None = None


@dataclass(frozen=True, kw_only=True)
class Dispatch(Details):
    action: Literal[Action.DISPATCH] = Action.DISPATCH
    unit: Unit


@dataclass(frozen=True, kw_only=True)
class Recall(Details):
    action: Literal[Action.RECALL] = Action.RECALL
    unit: Unit | None = None  # dispatch the case there at once
    recalled_from: Unit | None = None  # refused when another unit has the case by now
    reason: Reason | None = None


@dataclass(frozen=True, kw_only=True)
class Return(Details):
    action: Literal[Action.RETURN] = Action.RETURN
    reason: Annotated[ReturnReason, Field(title="退单原因")]
    text: Annotated[Text, Field(title="退单说明")]
    unit: Unit | None = None  # whose job it is


@dataclass(frozen=True, kw_only=True)
class UnitAndReason(Details):
    action: Literal[Action.ARBITRATE, Action.TAKE_OVER]
    unit: Unit
    reason: Reason


@dataclass(frozen=True, kw_only=True)
class AskExtension(Details):
    action: Literal[Action.ASK_EXTENSION] = Action.ASK_EXTENSION
    days: Days
    reason: Reason


@dataclass(frozen=True, kw_only=True)
class Extend(Details):
    """What is left out is as the unit has asked."""

    action: Literal[Action.EXTEND] = Action.EXTEND
    days: Days | None = None
    reason: Reason | None = None


@dataclass(frozen=True, kw_only=True)
class Resolve(Details):
    """Without a text the article is the answer."""

    action: Literal[Action.RESOLVE] = Action.RESOLVE
    outcome: Annotated[StaffOutcome, Field(title="办理结果")]
    text: ToResident | None = None
    article: ArticleId | None = None
    by: Annotated[Line, Field(title="约定的日期")] | None = None  # of a long-term outcome
    offline: Errand | None = None


@dataclass(frozen=True, kw_only=True)
class Answer(Details):
    """Without a text the article is the answer."""

    action: Literal[Action.ANSWER] = Action.ANSWER
    text: ToResident | None = None
    article: ArticleId | None = None
    offline: Errand | None = None


@dataclass(frozen=True, kw_only=True)
class ReadAnswer(Answer):
    """An answer that the resident has read and asked to keep."""

    as_read: bool = True


@dataclass(frozen=True, kw_only=True)
class Decline(Details):
    action: Literal[Action.DECLINE] = Action.DECLINE
    reason: Annotated[Line, Field(title="不予受理的原因")]
    text: Annotated[Text, Field(title="可以到哪里去办")]
    offline: Errand | None = None


@dataclass(frozen=True, kw_only=True)
class Reply(Details):
    action: Literal[Action.ADOPT, Action.REPLY, Action.PASS_ON]
    text: ToResident
    offline: Errand | None = None


@dataclass(frozen=True, kw_only=True)
class Forward(Details):
    action: Literal[Action.FORWARD] = Action.FORWARD
    to: Annotated[ForwardedTo, Field(title="转送给谁")]
    text: ToResident
    offline: Errand | None = None


@dataclass(frozen=True, kw_only=True)
class Contact(Details):
    """A text is needed when the resident was reached."""

    action: Literal[Action.CONTACT] = Action.CONTACT
    result: Annotated[ContactResult, Field(title="联系的结果")] | None = None
    text: Words | None = None


@dataclass(frozen=True, kw_only=True)
class FollowUp(Details):
    action: Literal[Action.FOLLOW_UP] = Action.FOLLOW_UP
    result: Annotated[ContactResult, Field(title="打电话的结果")]
    text: Annotated[Text, Field(title="市民的原话")] | None = None  # needed with a score
    score: Annotated[int, Field(title="市民的评价", ge=1, le=5)] | None = None
    solved: Annotated[bool, Field(title="解决了没有")] | None = None  # the answer to 解决了吗


@dataclass(frozen=True, kw_only=True)
class Assign(Details):
    action: Literal[Action.ASSIGN] = Action.ASSIGN
    assignee: Annotated[Line, Field(title="指给谁")]  # username
    text: Words | None = None


@dataclass(frozen=True, kw_only=True)
class Correct(Details):
    """At least one field that differs from the case."""

    action: Literal[Action.CORRECT] = Action.CORRECT
    place: Annotated[Line, Field(title="地点")] | None = None
    kind: Annotated[Line, Field(title="类型")] | None = None
    domain: Annotated[Line, Field(title="领域")] | None = None
    reason: Reason | None = None


@dataclass(frozen=True, kw_only=True)
class Visit(Details):
    action: Literal[Action.VISIT] = Action.VISIT
    at: Annotated[Line, Field(title="什么时候去的")]  # ISO 8601 with a time zone
    place: Annotated[Line, Field(title="去了哪里")]
    text: Annotated[Text, Field(title="看到了什么")]


@dataclass(frozen=True, kw_only=True)
class AddTask(Details):
    action: Literal[Action.ADD_TASK] = Action.ADD_TASK
    unit: Unit
    text: Annotated[Text, Field(title="任务内容")]
    days: Days | None = None  # without it, until the case is due


@dataclass(frozen=True, kw_only=True)
class AcceptTask(Details):
    action: Literal[Action.ACCEPT_TASK] = Action.ACCEPT_TASK
    task: TaskId


@dataclass(frozen=True, kw_only=True)
class FinishTask(Details):
    action: Literal[Action.FINISH_TASK] = Action.FINISH_TASK
    task: TaskId
    text: Annotated[Text, Field(title="完成情况")]


@dataclass(frozen=True, kw_only=True)
class CancelTask(Details):
    action: Literal[Action.CANCEL_TASK] = Action.CANCEL_TASK
    task: TaskId
    reason: Reason


@dataclass(frozen=True, kw_only=True)
class RaiseWhistle(Details):
    action: Literal[Action.RAISE_WHISTLE] = Action.RAISE_WHISTLE
    units: Annotated[tuple[Line, ...], Field(title="要哪些单位来", min_length=1, max_length=50)]
    reason: Reason


@dataclass(frozen=True, kw_only=True)
class Merge(Details):
    action: Literal[Action.MERGE] = Action.MERGE
    lead: Annotated[Line, Field(title="并到哪一件的编号")]
    reason: Reason | None = None


@dataclass(frozen=True, kw_only=True)
class ProposeExclusion(Details):
    action: Literal[Action.PROPOSE_EXCLUSION] = Action.PROPOSE_EXCLUSION
    reason: Annotated[Line, Field(title="剔除原因")]
    text: Annotated[Text, Field(title="剔除说明")]


@dataclass(frozen=True)
class Repeated(Details):
    """A step that is logged on another case too; its event has the details of the first."""


TAKES: dict[Action, type[Details]] = {
    action: details
    for details in Details.__subclasses__()
    for action in get_args(get_type_hints(details)["action"])
}


def read_details(action: Action, content: Mapping[str, object]) -> Details:
    """The details of the action in what a person or program sends; other fields are ignored.

    Raises BadInput.
    """
    values = {name: value for name, value in content.items() if not _is_blank(value)}
    try:
        return _reader(action).validate_python(values | {"action": action})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        name = str(first["loc"][0])
        raise BadInput(f"{action.label}：{_problem(action, name, first)}", field=name) from None


def _is_blank(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


@cache
def _reader(action: Action) -> TypeAdapter[Details]:
    return TypeAdapter(TAKES[action])


@cache
def schema_of(action: Action) -> dict[str, Any]:
    """The JSON schema of what the action takes, without references."""
    schema = _reader(action).json_schema()
    del schema["properties"]["action"]
    named = schema.pop("$defs", {})
    whole: dict[str, Any] = _inlined(schema, named)
    return whole


def _inlined(schema: Any, named: Mapping[str, Any]) -> Any:
    if isinstance(schema, list):
        return [_inlined(each, named) for each in schema]
    if not isinstance(schema, dict):
        return schema
    target = named[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else {}
    merged = {**target, **schema}
    return {name: _inlined(each, named) for name, each in merged.items() if name != "$ref"}


def label_of(action: Action, name: str) -> str:
    """The title of a field, by which people know it; the name of one without a title."""
    field = schema_of(action)["properties"].get(name, {})
    return str(field.get("anyOf", [field])[0].get("title", name))


def _problem(action: Action, name: str, first: ErrorDetails) -> str:
    """The problem of the field in words."""
    label, limits = label_of(action, name), first.get("ctx", {})
    match first["type"]:
        case "missing":
            return f"请填写{label}"
        case "enum" | "literal_error":
            codes = re.findall(r"'(\w+)'", limits["expected"])
            return f"{label}只能是：{'、'.join(codes)}"
        case "string_too_long":
            length = len(str(first["input"]).strip())
            return f"{label}最多写 {limits['max_length']} 字，现在有 {length} 字"
        case "int_parsing":
            return f"{label}请填数字"
    return f"{label}不对"
