"""What a resident is told at each step of a case."""

from collections.abc import Callable

from backend.cases.lifecycle import Action
from backend.cases.models import Case
from backend.clock import SHANGHAI
from backend.messaging.messages import Button
from backend.ratings.scale import GRADES


def _until(case: Case) -> str:
    local = case.resolve_by.astimezone(SHANGHAI)
    return f"{local.month}月{local.day}日"


def _unit(case: Case) -> str:
    return case.unit.name if case.unit else "12345民呼中心"


def _registered(case: Case, _: dict[str, object]) -> str:
    return f"已经登记好了，工单编号 {case.case_no}。最迟{_until(case)}前办结，有进展我会告诉您。"


def _dispatched(case: Case, _: dict[str, object]) -> str:
    return f"您的事已交给{_unit(case)}办理，{_until(case)}前办结。"


def _accepted(case: Case, _: dict[str, object]) -> str:
    return f"{_unit(case)}已经签收，开始办理了。"


def _extended(case: Case, details: dict[str, object]) -> str:
    return f"{_unit(case)}需要多一些时间（{details['reason']}），新的期限是{_until(case)}。"


def _held(case: Case, details: dict[str, object]) -> str:
    return f"{_unit(case)}暂时办不了（{details['reason']}），能办了会接着办，到时我告诉您。"


def _resumed(case: Case, _: dict[str, object]) -> str:
    return f"{_unit(case)}接着办理了，{_until(case)}前办结。"


def _returned(case: Case, _: dict[str, object]) -> str:
    return f"{_unit(case)}说这件事不归他们管，我们正在另找单位，办结期限不变，您不用重新说。"


def _resolved(case: Case, _: dict[str, object]) -> str:
    return (
        f"{_unit(case)}答复：{case.outcome_text}\n"
        "事情办得怎么样？请您评一评。不满意可以要求重新办理。"
    )


def _answered(case: Case, _: dict[str, object]) -> str:
    return f"答复：{case.outcome_text}\n这样答复您满意吗？"


def _declined(case: Case, details: dict[str, object]) -> str:
    return f"这件事我们不能受理：{details['reason']}。{case.outcome_text}"


def _reopened(case: Case, _: dict[str, object]) -> str:
    return f"您的事已重新办理，由{_unit(case)}负责，{_until(case)}前办结。"


def _supervised(case: Case, _: dict[str, object]) -> str:
    return f"您催的事已经在督办，责任单位是{_unit(case)}。"


def _withdrawn(case: Case, _: dict[str, object]) -> str:
    return "已经按您的意思撤掉了。以后想起来，随时再告诉我。"


TEXTS: dict[Action, Callable[[Case, dict[str, object]], str]] = {
    Action.REGISTER: _registered,
    Action.DISPATCH: _dispatched,
    Action.ACCEPT: _accepted,
    Action.EXTEND: _extended,
    Action.HOLD: _held,
    Action.RESUME: _resumed,
    Action.RETURN: _returned,
    Action.RESOLVE: _resolved,
    Action.ANSWER: _answered,
    Action.DECLINE: _declined,
    Action.REOPEN: _reopened,
    Action.SUPERVISE: _supervised,
    Action.WITHDRAW: _withdrawn,
}
ASKS_FOR_RATING = frozenset({Action.RESOLVE, Action.ANSWER})


def text_for(case: Case, action: Action, details: dict[str, object]) -> str | None:
    """The message for this step, or None when the resident is not told of it."""
    write = TEXTS.get(action)
    if write is None:
        return None
    text = write(case, details)
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
