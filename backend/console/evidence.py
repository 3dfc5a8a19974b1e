"""Why a case went where it went, and what happened to it, in sentences."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from backend.api.case_file import CaseFile
from backend.api.labels import KIND_LABELS, TIER_LABELS, UNIT_TYPE_LABELS
from backend.cases.lifecycle import Action
from backend.cases.models import Case, CaseEvent
from backend.cases.steps import OUTCOME_LABELS, RETURN_LABELS, Outcome, ReturnReason
from backend.clock import for_people
from backend.ratings.scale import Grade

_HOW = {
    "own tier": "这类事归{tier}办，这个地方正好有一家",
    "tier above": "该办的那一级没有对口单位，交给上一级（{tier}）",
    "stands in": "没有对口单位，由{tier}代办",
    "city": "没说地点，或是全市的事，交给{tier}",
}
SIZE_LABELS = {"micro": "微事，就近办", "small": "小事，一家办", "hard": "难事，要几家一起办"}
_WHY_NOBODY = {
    "unsure": "没有自动派单：拿不准归哪类单位",
    "area_unknown": "没有自动派单：不知道在哪里",
    "area_ambiguous": "没有自动派单：地名有重名，不知道是哪一处",
    "no_such_unit": "没有自动派单：那个地方没有对口的单位",
}


def routing_in_words(case: Case) -> list[str]:
    routing = case.routing
    lines = [line for one in routing.get("evidence") or () if (line := _one(one))]
    lines.extend(_how_sure(routing))
    reason = routing.get("reason")
    return [_WHY_NOBODY.get(reason, f"没有自动派单：{reason}"), *lines] if reason else lines


def _one(evidence: dict[str, Any]) -> str | None:
    words = "、".join(evidence.get("words") or ())
    match evidence.get("what"):
        case "power_item":
            return f"像“{evidence.get('title')}”：提到“{words}”"
        case "kind":
            label = KIND_LABELS.get(evidence.get("code", ""), "")
            return f"算{label}：提到“{words}”" if words else None
        case "area":
            several = len(evidence.get("candidates") or ())
            return f"地点：{words}" + (f"（有 {several} 处可能）" if several > 1 else "")
        case "size":
            said = f"：提到“{words}”" if words else ""
            return f"{SIZE_LABELS.get(evidence.get('code', ''), '')}{said}"
        case "past_cases":
            return f"以往相似的多归{unit_type(evidence.get('unit_type') or '')}"
        case "time":
            return f"时间：{words}（{_from(evidence['from'])}起）"
        case "unit":
            tier = TIER_LABELS.get(evidence.get("tier", ""), "")
            how = _HOW.get(evidence.get("how", ""))
            return f"单位：{how.format(tier=tier)}" if how else None
    return None


def _from(iso: str) -> str:
    return for_people(datetime.fromisoformat(iso))


def _how_sure(routing: dict[str, Any]) -> Iterator[str]:
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
    """What an event's details say, one line each."""
    details = event.details
    lines = []
    if unit := details.get("unit"):
        lines.append(f"派给：{unit_names.get(unit, unit)}")
    if days := details.get("days"):
        lines.append(f"延期 {days} 个工作日")
    if result := details.get("outcome"):
        lines.append(f"结果：{outcome(result)}")
    if reason := details.get("reason"):
        coded = event.action == Action.RETURN
        shown = _label(ReturnReason, RETURN_LABELS, reason) if coded else file.shown(reason)
        lines.append(f"原因：{shown}")
    if text := details.get("text"):
        lines.append(file.shown(text))
    return lines


def _label(codes: Any, labels: dict[Any, str], code: str) -> str:
    return labels[codes(code)] if code in list(codes) else code


def units_named(case: Case) -> set[str]:
    """Codes of the units that the case's events name."""
    return {event.details["unit"] for event in case.events if event.details.get("unit")}
