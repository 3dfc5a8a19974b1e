"""Sentences for the router's evidence and for the events of a case."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from backend.clock import for_people
from backend.desk.case_file import CaseFile
from backend.models.cases import Case, CaseEvent
from backend.vocabulary.actors import RESIDENT
from backend.vocabulary.case_lifecycle import Action
from backend.vocabulary.contact_results import CONTACT_LABELS, ContactResult
from backend.vocabulary.grades import Grade
from backend.vocabulary.labels import KIND_LABELS, TIER_LABELS, UNIT_TYPE_LABELS
from backend.vocabulary.outcomes import OUTCOME_LABELS, Outcome
from backend.vocabulary.return_reasons import RETURN_LABELS, ReturnReason
from backend.web.console.track_lines import track_lines
from nlu.matters.kinds import declared_kind

_TIER_CHOICES = {
    "own tier": "这类事归{tier}办，这个地方正好有一家",
    "tier above": "该办的那一级没有对口单位，交给上一级（{tier}）",
    "stands in": "没有对口单位，由{tier}代办",
    "city": "没说地点，或是全市的事，交给{tier}",
}
SIZE_LABELS = {"micro": "微事，就近办", "small": "小事，一家办", "hard": "难事，要几家一起办"}
_NOT_DISPATCHED = {
    "unsure": "没有自动派单：把握还不够大",
    "area_unknown": "没有自动派单：不知道在哪里",
    "area_ambiguous": "没有自动派单：地名有重名，不知道是哪一处",
    "no_such_unit": "没有自动派单：那个地方没有对口的单位",
    "legal_path": "没有自动派单：法院等正在依法处理，请告诉市民法律途径",
}


def kind_in_words(case: Case) -> str:
    """The kind of a case; 像是投诉 where neither the resident nor staff have said it."""
    label = KIND_LABELS.get(case.kind, case.kind)
    is_confirmed = declared_kind(case.wording or case.text) or any(map(_says_kind, case.events))
    return label if is_confirmed else f"像是{label}"


def _says_kind(event: CaseEvent) -> bool:
    """True if somebody other than the resident registered the case, or corrected its kind."""
    if event.action == Action.REGISTER:
        return event.actor != RESIDENT.key
    return event.action == Action.CORRECT and bool(event.details.get("kind"))


def routing_in_words(case: Case) -> list[str]:
    routing = case.routing
    lines = [line for row in routing.get("evidence") or () if (line := _evidence_line(row))]
    lines.extend(_confidence_lines(routing))
    reason = routing.get("reason")
    return [_NOT_DISPATCHED.get(reason, f"没有自动派单：{reason}"), *lines] if reason else lines


def _evidence_line(evidence: dict[str, Any]) -> str | None:
    words = "、".join(evidence.get("words") or ())
    match evidence.get("what"):
        case "power_item":
            return f"像“{evidence.get('title')}”：提到“{words}”"
        case "duty":
            return _duty_line(evidence)
        case "legal":
            return f"涉法涉诉，结果由法律定：提到“{words}”"
        case "kind":
            label = KIND_LABELS.get(evidence.get("code", ""), "")
            return f"算{label}：提到“{words}”" if words else None
        case "area":
            several = len(evidence.get("candidates") or ())
            return f"地点：{words}" + (f"（有 {several} 处可能）" if several > 1 else "")
        case "size":
            mention = f"：提到“{words}”" if words else ""
            return f"{SIZE_LABELS.get(evidence.get('code', ''), '')}{mention}"
        case "past_cases":
            return f"以往相似的多归{unit_type(evidence.get('unit_type') or '')}"
        case "time":
            return f"时间：{words}（{_from(evidence['from'])}起）"
        case "unit":
            tier = TIER_LABELS.get(evidence.get("tier", ""), "")
            how = _TIER_CHOICES.get(evidence.get("how", ""))
            return f"单位：{how.format(tier=tier)}" if how else None
    return None


_ACT_LABELS = {"builds": "建", "repairs": "修", "serves": "办", "supervises": "管", "fines": "罚"}


def _duty_line(evidence: dict[str, Any]) -> str | None:
    """Who does what about the object: 职责表“路灯”：修 综合行政执法、供电；管 市级部门…."""
    acts = evidence.get("acts") or {}
    parts = [
        f"{label} {'、'.join(map(_actor, acts[act]))}"
        for act, label in _ACT_LABELS.items()
        if act in acts
    ]
    return f"职责表“{evidence.get('object')}”：{'；'.join(parts)}" if parts else None


def _actor(actor: dict[str, str]) -> str:
    return f"{TIER_LABELS.get(actor['tier'], '')}{unit_type(actor['unit_type'])}"


def _from(iso: str) -> str:
    return for_people(datetime.fromisoformat(iso))


def _confidence_lines(routing: dict[str, Any]) -> Iterator[str]:
    confidence, next_best = routing.get("confidence"), routing.get("runner_up")
    if not confidence:
        return
    other = ""
    if next_best:
        other = f"；其次是{unit_type(next_best['code'])}（{next_best['score']:.0%}）"
    yield f"把握 {confidence:.0%}{other}"


def unit_type(code: str) -> str:
    return UNIT_TYPE_LABELS.get(code, code)


def outcome(code: str | None) -> str:
    return _label(Outcome, OUTCOME_LABELS, code or "")


def grade(score: int) -> str:
    return Grade(score).label


def event_lines(event: CaseEvent, file: CaseFile, unit_names: dict[str, str]) -> list[str]:
    """The details of an event, one line each; texts are masked for the file's reader."""
    details = event.details
    lines = []
    if unit := details.get("unit"):
        label = _UNIT_LABELS.get(Action(event.action), "派给")
        lines.append(f"{label}：{unit_names.get(unit, unit)}")
    if deputised := details.get("stands_in_for"):
        lines.append(f"代{unit_names.get(deputised, deputised)}办")
    if summoned := details.get("units"):
        lines.append(f"请来：{'、'.join(unit_names.get(code, code) for code in summoned)}")
    if recalled := details.get("recalled_from"):
        lines.append(f"撤回自：{unit_names.get(recalled, recalled)}")
    lines.extend(_merge_lines(details))
    lines.extend(_return_lines(details))
    if superior := details.get("told"):
        lines.append(f"报给：{unit_names.get(superior, superior)}")
    if days := details.get("days"):
        lines.append(f"{_DAYS_LABELS.get(Action(event.action), '延期')} {days} 个工作日")
    lines.extend(_deadline_lines(details.get("moved") or {}))
    if result := details.get("outcome"):
        lines.append(f"结果：{outcome(result)}")
    if reason := details.get("reason"):
        is_code = event.action == Action.RETURN
        label = _label(ReturnReason, RETURN_LABELS, reason) if is_code else file.redact(reason)
        lines.append(f"原因：{label}")
    if result := details.get("result"):
        lines.append(f"联系结果：{_label(ContactResult, CONTACT_LABELS, result)}")
    if delivery := file.deliveries.get(event.id):
        lines.append(delivery)
    lines.extend(track_lines(details, file.redact))
    if text := details.get("text"):
        lines.append(file.redact(text))
    return lines


def _label(codes: Any, labels: dict[Any, str], code: str) -> str:
    return labels[codes(code)] if code in list(codes) else code


_UNIT_LABELS = {
    Action.RECALL: "改派给",
    Action.RETURN: "建议改派给",
    Action.ADD_TASK: "协办单位",
    Action.RESPOND: "报到的单位",
    Action.MERGE: "承办单位",
    Action.ACKNOWLEDGE: "阅知的单位",
    Action.OVERDUE: "没有做到的单位",
}
_DAYS_LABELS = {Action.ADD_TASK: "任务的期限"}
_DECISIONS = {"accepted": "退单成立", "refused": "退单不成立"}
_CHARGED = {"router": "算自动派单", "dispatcher": "算派单员", "unit": "算退单的单位"}
_DUE = {
    "sign_by": "签收期限",
    "respond_by": "联系市民的期限",
    "resolve_by": "办结期限",
    "total_resolve_by": "全程期限",
}


_MERGES = {
    "lead": "和 {} 一起办",
    "member": "{} 和这件一起办",
    "was_in": "不再和 {} 一起办",
    "led_by": "改由 {} 牵头",
}


def _merge_lines(details: dict[str, Any]) -> Iterator[str]:
    for name, sentence in _MERGES.items():
        if number := details.get(name):
            yield sentence.format(number)


def _return_lines(details: dict[str, Any]) -> Iterator[str]:
    if number := details.get("number"):
        yield f"第 {number} 次退单" + ("，有争议，等裁定" if details.get("disputed") else "")
    if decision := details.get("return"):
        yield f"{_DECISIONS[decision]}，{_CHARGED[details['charged']]}的"
    elif charged := details.get("charged"):
        yield f"派错了，{_CHARGED[charged]}的"
    if over := details.get("unsigned_over_minutes"):
        yield f"签收超时 {over / 60:.1f} 个工作小时"


def _deadline_lines(moved: dict[str, list[str]]) -> Iterator[str]:
    """Each deadline that a corrected calendar moved, with its old and new time."""
    for name, (old, new) in moved.items():
        yield f"{_DUE[name]}：{_from(old)} 改为 {_from(new)}"


def units_named(case: Case) -> set[str]:
    """Codes of the units that the case's events name."""
    all_details = [event.details for event in case.events]
    keys = ("unit", "told", "stands_in_for", "recalled_from")
    codes = {details.get(key) for details in all_details for key in keys}
    summoned = {code for details in all_details for code in details.get("units") or ()}
    return {code for code in codes if code} | summoned
