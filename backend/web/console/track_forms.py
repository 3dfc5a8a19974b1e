"""Forms of steps that only some cases have: suggestions, praise, visits, four-eyes reviews."""

from datetime import datetime

from backend.clock import SHANGHAI
from backend.errors import BadInput
from backend.vocabulary.case_lifecycle import Action
from backend.vocabulary.outcomes import FORWARD_LABELS
from backend.web.console.form_fields import Field, StepForm
from backend.web.forms import Form

UNTIL = Field(
    "by",
    "要长期推进的：到哪一天再给市民一个说法",
    "date",
    "只在选“需长期推进”时填；到那天工单会自己回来",
    required=False,
)
_OFFLINE_HINT = "不用市民跑一趟就三格都空着"
OFFLINE = (
    Field("offline_what", "要市民自己去办：办什么", "line", _OFFLINE_HINT, required=False),
    Field("offline_where", "到哪里", "line", "写门牌和窗口", required=False),
    Field("offline_bring", "带什么", "line", "什么都不用带，就写“不用带东西”", required=False),
)
_REPLY = Field("text", "给市民的答复", "lines", "原文发给市民")
_FORWARD_TO = Field(
    "to",
    "转送给谁",
    "choice",
    choices=tuple((to.value, label) for to, label in FORWARD_LABELS.items()),
)

TRACK_FORMS = (
    StepForm(Action.ADOPT, "市民会收到答复，并被请来评价；落实没有期限", (_REPLY,), OFFLINE),
    StepForm(Action.REPLY, "不采纳也要说明白；市民会被请来评价", (_REPLY,), OFFLINE),
    StepForm(Action.FORWARD, "转给代表、委员研究；市民会收到消息", (_FORWARD_TO, _REPLY)),
    StepForm(
        Action.PASS_ON,
        "转达给被表扬的人，并结案",
        (Field("text", "跟市民说一句", "lines", "原文发给市民，例如谁收到了、怎么说"),),
    ),
    StepForm(Action.CONFIRM, "您看过、同意办结；市民会收到答复"),
    StepForm(
        Action.SEND_BACK,
        "退给提请的人接着办，市民不会收到消息",
        (Field("reason", "哪里还没有办好", "line"),),
    ),
    StepForm(
        Action.VISIT,
        "去现场看过就记一笔，作为办理的凭证",
        (
            Field("at", "什么时候去的", "moment"),
            Field("place", "去了哪里", "line"),
            Field("text", "看到了什么", "lines"),
            Field("photos", "现场照片", "photos", "最多九张；可以没有", required=False),
        ),
    ),
    StepForm(
        Action.ACKNOWLEDGE,
        "下级单位被市民打了低分，看过了在这里写一句",
        (Field("text", "看了以后打算怎么办", "lines"),),
    ),
)


def offline_typed(form: Form) -> dict[str, str] | None:
    """The three fields; None when all are empty. The step refuses a missing one."""
    parts = {name: form.get(f"offline_{name}", "") for name in ("what", "where", "bring")}
    return parts if any(parts.values()) else None


def moment_typed(text: str) -> str | None:
    """A browser's local time as Shanghai time in ISO 8601. Raises BadInput."""
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise BadInput("时间没看明白，请重新选") from None
    return (at if at.tzinfo else at.replace(tzinfo=SHANGHAI)).isoformat()
