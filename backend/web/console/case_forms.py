"""The form of each step, and reading its fields."""

import re
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from backend.cases.at_once import INQUIRY
from backend.cases.extensions import MOST_EXTRA_DAYS
from backend.cases.pushes import NOTIFIED
from backend.clock import now
from backend.desk.case_file import CaseFile
from backend.desk.exclusions import exclusion_reasons
from backend.models.cases import Case
from backend.models.staff import StaffAccount
from backend.vocabulary.case_lifecycle import Action
from backend.vocabulary.contact_results import ContactResult
from backend.vocabulary.grades import GRADES
from backend.vocabulary.outcomes import STAFF_OUTCOMES
from backend.vocabulary.return_reasons import ReturnReason
from backend.vocabulary.task_lifecycle import TASK_STEPS, TASK_TRANSITIONS, TaskStatus
from backend.web.console.candidates import only_match
from backend.web.console.correction_form import CORRECTION, with_domains
from backend.web.console.form_fields import Field, StepForm
from backend.web.console.track_forms import OFFLINE, TRACK_FORMS, UNTIL, moment_typed, offline_typed
from backend.web.forms import Form

_SEPARATORS = re.compile(r"[、，,；;\s]+")


_OUTCOMES = tuple((outcome.value, outcome.label) for outcome in STAFF_OUTCOMES)
_RETURNS = tuple((reason.value, reason.label) for reason in ReturnReason)
_CONTACTS = tuple((result.value, result.label) for result in ContactResult)
_GRADES = tuple((str(int(grade)), grade.label) for grade in GRADES)
_ANSWER = Field("text", "给市民的答复", "lines", "原文发给市民。写清办了什么、结果怎样。")
_ANSWER_OR_ARTICLE = replace(_ANSWER, required=False)
_ARTICLE = Field(
    "article", "用知识库文章答复", "article", "写文章编号；答复空着就发文章原文", required=False
)
_ARBITRATED_UNIT = Field("unit_asked", "由谁办到底", "unit_name", "写单位名称或编号")
_ARBITRATION_REASON = Field("reason", "裁定理由", "line")

ALL_FORMS = (
    StepForm(Action.DISPATCH, "单位和市民都会收到消息", (Field("unit", "承办单位", "unit"),)),
    StepForm(
        Action.RECALL,
        "单位签收前可以；原单位不再负责，也不算它超时",
        (Field("unit", "改派给哪个单位", "redirect", required=False),),
    ),
    StepForm(
        Action.ARBITRATE, "这一轮就定了，单位不能再退", (_ARBITRATED_UNIT, _ARBITRATION_REASON)
    ),
    StepForm(
        Action.EXTEND,
        "照单位申请的天数延期；市民会看到原因和新期限",
        (Field("days", "准延几个工作日", "number", "不改就照申请的", required=False),),
    ),
    StepForm(
        Action.REFUSE_EXTENSION,
        "期限不变，单位看得到原因",
        (Field("reason", "不准延期的原因", "line"),),
    ),
    StepForm(
        Action.REFUSE_RETURN,
        "退回原单位接着办，期限不变；单位再退就要裁定",
        (Field("reason", "不准退单的原因", "line"),),
    ),
    StepForm(
        Action.ACCEPT,
        "签收后由本单位办理，市民会收到消息",
        (
            Field(
                "text",
                "已经联系过市民？写一句说了什么",
                "line",
                "可以不填；填了就算联系过",
                required=False,
            ),
        ),
    ),
    StepForm(Action.RESUME, "重新计时，办结期限顺延挂起的天数"),
    StepForm(
        Action.RESOLVE,
        "市民会收到答复，并被请来评价",
        (Field("outcome", "办理结果", "choice", choices=_OUTCOMES), _ANSWER, UNTIL),
        OFFLINE,
    ),
    StepForm(Action.ANSWER, "不派单，直接答复市民并结案", (_ANSWER_OR_ARTICLE, _ARTICLE), OFFLINE),
    StepForm(
        Action.DECLINE,
        "告诉市民为什么不能受理、可以去哪里办",
        (
            Field("reason", "不受理的原因", "line", "例如：法院正在审理"),
            Field("text", "可以到哪里去办", "lines"),
        ),
    ),
    StepForm(Action.SEE_NEWS, "从“有新消息”里去掉"),
    StepForm(
        Action.ACKNOWLEDGE_URGING,
        "从“被催被督”里去掉；写了的话记入办理记录",
        (Field("text", "准备怎么办", "line", "可以不填", required=False),),
    ),
    StepForm(
        Action.MESSAGE,
        "发到市民的聊天里，署您的单位和姓名；市民的回话记到这件工单上",
        (Field("text", "对市民说", "lines"),),
    ),
    StepForm(
        Action.CONTACT,
        "打过电话、见过面都记在这里；说上话了，联系市民的时限才算到",
        (
            Field("result", "结果", "choice", choices=_CONTACTS),
            Field("text", "和市民说了什么", "lines", "没说上话可以不填", required=False),
        ),
    ),
    StepForm(
        Action.ASSIGN,
        "到对方的“我的”里，记入办理记录",
        (
            Field("assignee", "指给谁", "choice"),
            Field("text", "交代一句", "line", "可以不填", required=False),
        ),
    ),
    StepForm(
        Action.ADD_DETAIL,
        "市民在电话里、窗口或会话里补充的话；承办单位会看到有新消息",
        (Field("text", "市民补充了什么", "lines"),),
    ),
    StepForm(
        Action.ASK_RELAY,
        "这位市民收不到消息，也没有能看到的电话；请民呼中心的派单员去问",
        (Field("text", "要问市民什么", "lines"),),
    ),
    StepForm(
        Action.ASK_EXTENSION,
        "只能延一次，过了期限不能申请；由派单员或督办员批",
        (
            Field("days", "延几个工作日", "number", f"1 到 {MOST_EXTRA_DAYS}"),
            Field("reason", "延期原因", "line"),
        ),
    ),
    StepForm(
        Action.HOLD,
        "挂起期间不计时，例如等市民回话、等施工许可",
        (Field("reason", "挂起原因", "line"),),
    ),
    StepForm(
        Action.RETURN,
        "退回派单员，办结期限不变",
        (
            Field("reason", "退单原因", "choice", choices=_RETURNS),
            Field("text", "退单说明", "lines", "为什么不归您单位，依据是什么，写给派单员看"),
            Field(
                "unit_asked", "该归谁办", "unit_name", "写名称或编号；不知道就空着", required=False
            ),
        ),
    ),
    StepForm(
        Action.ADD_TASK,
        "交给别的单位办一部分；全部办完或取消，工单才能办结",
        (
            Field("unit_asked", "协办单位", "unit_name", "写名称或编号"),
            Field("text", "任务内容", "lines"),
            Field("days", "几个工作日", "number", "不写就到工单的办结期限", required=False),
        ),
    ),
    StepForm(Action.ACCEPT_TASK, "签收后由本单位办这个任务"),
    StepForm(Action.FINISH_TASK, "牵头单位会看到", (Field("text", "完成情况", "lines"),)),
    StepForm(Action.CANCEL_TASK, "记下原因，不再办", (Field("reason", "取消原因", "line"),)),
    StepForm(
        Action.RAISE_WHISTLE,
        "请部门到场一起办，各单位要按时报到",
        (
            Field("units_asked", "要哪些单位来", "unit_name", "写名称或编号，用顿号隔开"),
            Field("reason", "吹哨原因", "line"),
        ),
    ),
    StepForm(
        Action.RESPOND,
        "镇街吹了哨，在这里报到；时间会记下来",
        (Field("text", "谁来、什么时候到", "line"),),
    ),
    *TRACK_FORMS,
    CORRECTION,
    StepForm(Action.CLOSE, "归档，不再等市民评价"),
    StepForm(
        Action.REOPEN,
        "交回原单位再办一轮，市民会收到消息",
        (Field("reason", "重办原因", "line"),),
    ),
    StepForm(
        Action.PROPOSE_EXCLUSION,
        "要另一个人同意才作数；剔除了多少件会公开",
        (Field("text", "剔除说明", "lines", "依据是什么，写给来审的人看"),),
    ),
    StepForm(
        Action.AGREE_EXCLUSION,
        "这条评价不再计入满意率；提的人和您的名字都记下来",
        (Field("text", "同意的理由", "lines"),),
    ),
    StepForm(Action.REFUSE_EXCLUSION, "评价照常计入", (Field("text", "不同意的理由", "lines"),)),
    StepForm(
        Action.FOLLOW_UP,
        "把结果念给市民听，再问满意不满意；评价照市民的原话记，会标明是电话里记下的",
        (
            Field("result", "打电话的结果", "choice", choices=_CONTACTS),
            Field("text", "市民怎么说（照原话）", "lines", "评了价就要写", required=False),
            Field("score", "市民的评价", "select", required=False, choices=_GRADES, empty="没评"),
            Field(
                "solved",
                "市民说解决了吗",
                "select",
                required=False,
                choices=(("yes", "解决了"), ("no", "没解决")),
                empty="没问",
            ),
        ),
    ),
    StepForm(Action.NOTE, "同事看得到，市民看不到", (Field("text", "备注", "lines"),)),
    StepForm(
        Action.INTERVIEW,
        "记入办理记录，单位要确认；市民看不到",
        (Field("text", "约谈了谁、说了什么、怎么定的", "lines"),),
    ),
    StepForm(Action.REMIND, "记入办理记录，承办单位看得到", (Field("reason", "催办原因", "line"),)),
    StepForm(
        Action.SPLIT,
        "照现在的进度单独办下去，市民会收到消息",
        (Field("reason", "为什么要单独办", "line"),),
    ),
    StepForm(
        Action.UNMASK,
        "记入办理记录；一个小时里看得到",
        (Field("reason", "为什么要看是谁反映的", "line"),),
    ),
    StepForm(Action.SUPERVISE, "记入办理记录，并告诉市民", (Field("reason", "督办原因", "line"),)),
)
# Steps that the case waits for: their form is shown open, with a coloured button.
MAIN = frozenset(
    {
        Action.DISPATCH,
        Action.ARBITRATE,
        Action.EXTEND,
        Action.ACCEPT,
        Action.RESUME,
        Action.RESOLVE,
        Action.ADOPT,
        Action.PASS_ON,
        Action.CONFIRM,
        Action.ACKNOWLEDGE,
        Action.SEE_NEWS,
        Action.ACKNOWLEDGE_URGING,
        Action.FOLLOW_UP,
    }
)


OPENED = MAIN | {Action.RECALL}  # a redirect is one click


def forms_for(
    actions: list[Action], file: CaseFile, colleagues: Sequence[StaffAccount] = ()
) -> list[StepForm]:
    """The forms of `actions` in the order of the page; `colleagues` can be assigned the case."""
    forms = [form for form in ALL_FORMS if form.action in actions]
    filled = [with_domains(_with_reasons(_with_tasks(form, file))) for form in forms]
    return [_with_article(_with_colleagues(form, colleagues), file.case) for form in filled]


def _with_article(form: StepForm, case: Case) -> StepForm:
    """The form with articles to choose from, where a unit answers a question."""
    if form.action is not Action.RESOLVE or case.kind != INQUIRY:
        return form
    outcome, _, *others = form.fields
    return replace(form, fields=(outcome, _ANSWER_OR_ARTICLE, _ARTICLE, *others))


def _with_colleagues(form: StepForm, colleagues: Sequence[StaffAccount]) -> StepForm:
    """The form with the unit's people to choose from."""
    if form.action is not Action.ASSIGN:
        return form
    people = tuple((person.username, person.display_name) for person in colleagues)
    return replace(form, fields=(replace(form.fields[0], choices=people), *form.fields[1:]))


def _with_reasons(form: StepForm) -> StepForm:
    """The form with today's reasons for excluding a rating to choose from."""
    if form.action is not Action.PROPOSE_EXCLUSION:
        return form
    reasons = tuple(exclusion_reasons(now()).items())
    reason = Field("reason", "剔除原因", "choice", choices=reasons)
    return replace(form, fields=(reason, *form.fields))


def _with_tasks(form: StepForm, file: CaseFile) -> StepForm:
    """The form with the case's tasks to choose from, if the step is about a task."""
    if form.action not in TASK_STEPS:
        return form
    tasks = [
        (str(row.id), f"{row.unit.name}：{file.redact(row.text)}")
        for row in file.joint.tasks
        if (TaskStatus(row.status), form.action) in TASK_TRANSITIONS
    ]
    task = Field("task", "哪个任务", "choice", choices=tuple(tasks))
    return replace(form, fields=(task, *form.fields))


def notice(done: str) -> str:
    """The notice after the step `done`; empty for an unknown step."""
    if done not in list(Action):
        return ""
    notification = "，市民会收到消息" if Action(done) in NOTIFIED else ""
    return f"“{Action(done).label}”已完成{notification}。"


def fields_of(session: Session, form: Form) -> dict[str, object]:
    """The form's fields as its step takes them. Raises BadInput."""
    fields: dict[str, object] = {**form, "offline": offline_typed(form)}
    if words := form.get("unit_asked"):
        fields["unit"] = only_match(session, words)
    if names := form.get("units_asked"):
        fields["units"] = _units(session, names)
    return fields | {"at": moment_typed(form.get("at", ""))}


def _units(session: Session, text: str) -> tuple[str, ...]:
    """Codes of the units named in a list with commas. Raises BadInput."""
    names = [part.strip() for part in _SEPARATORS.split(text) if part.strip()]
    return tuple(only_match(session, name) for name in names)
