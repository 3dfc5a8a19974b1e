"""Chooses and fills in the notification to the resident of a step on their case."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from backend.clock import SHANGHAI
from backend.models.cases import Case
from backend.texts import cases as texts
from backend.texts import tracks
from backend.vocabulary.case_lifecycle import Action, Status
from backend.vocabulary.grades import GRADES
from backend.vocabulary.messages import Button
from backend.vocabulary.outcomes import ForwardedTo
from backend.vocabulary.texts import Text, joined
from backend.vocabulary.tracks import Track

# Actions that residents are notified of.
NOTIFIED = frozenset(texts.STEPS) | {action for _, action in tracks.STEPS}
# At most one of these happens in a round, so nobody is asked twice. Praise is not rated.
ASKS_FOR_RATING = frozenset(
    {Action.RESOLVE, Action.ANSWER, Action.ADOPT, Action.REPLY, Action.FORWARD}
)


def text_for(case: Case, action: Action, details: Mapping[str, Any]) -> Text | None:
    """The notification for this step; None when the resident is not notified."""
    text = _step_text(case, action, details)
    if text is None or case.case_no in text.plain:
        return text
    return texts.CASE_MARK.format(case_no=case.case_no) + text


def registered_and_dispatched(case: Case) -> Text | None:
    """One text for a case that was dispatched as it was registered; else None."""
    if case.status != Status.DISPATCHED or case.track != Track.USUAL:
        return None
    return texts.REGISTERED_AND_DISPATCHED.format(**_fields(case, {}))


def _step_text(case: Case, action: Action, details: Mapping[str, Any]) -> Text | None:
    if _needs_no_message(action, details):
        return None
    fields = _fields(case, details)
    key = Track(case.track), action
    if key in tracks.STEPS:
        text = tracks.STEPS[key]
        return text.format(**fields | _track_fields(case, details)) if text else None
    if action not in texts.STEPS or _is_unchanged(case, action, details):
        return None
    if action is Action.ANSWER and details.get("as_read"):
        return texts.ANSWER_NOTED
    if action is Action.DISPATCH and details.get("recalled_from"):
        return texts.DISPATCHED_ANEW.format(**fields)
    if action is Action.SUPERVISE and details.get("clock"):  # the sweep has supervised it
        return texts.SUPERVISED_AS_LATE.format(**fields)
    text = texts.STEPS[action].format(**fields)
    to_come = still_to_come(case).rstrip()
    is_followed = action is Action.DECLINE and to_come
    return joined([text, Text(to_come)], "\n") if is_followed else text


def _needs_no_message(action: Action, details: Mapping[str, Any]) -> bool:
    """True for a recall with a new dispatch, and for a correction that moves no deadline."""
    if action is Action.RECALL:
        return bool(details.get("unit"))
    return action is Action.CORRECT and "resolve_by" not in (details.get("moved") or {})


def _is_unchanged(case: Case, action: Action, details: Mapping[str, Any]) -> bool:
    """True if the facts of the last message to the resident have not changed.

    A returned case that is taken over moves only the first-contact duty; its dispatch is notified
    later.
    """
    if action is Action.TAKE_OVER:
        return case.status == Status.RETURNED
    return action is Action.RECOMPUTE and "resolve_by" not in details["moved"]


def _fields(case: Case, details: Mapping[str, Any]) -> dict[str, object]:
    """The placeholders of `backend.texts.cases`."""
    return {
        "case_no": case.case_no,
        "unit": texts.unit_text(_unit_name(case)),
        "day": _due_day(case),
        "reason": details.get("reason"),
        "outcome": case.outcome_text,
        "to_come": still_to_come(case),
        "next_step": texts.UNITS_DISAGREE if details.get("disputed") else texts.CENTRE_CHECKS,
    }


def _track_fields(case: Case, details: Mapping[str, Any]) -> dict[str, object]:
    """The other placeholders of `backend.texts.tracks`, which name the centre in full."""
    return {
        "unit": _unit_name(case),
        "to": ForwardedTo(details["to"]).label if details.get("to") in list(ForwardedTo) else "",
        "path": case.routing.get("legal", {}).get("path", ""),
    }


def still_to_come(case: Case) -> str:
    """Lines on the visit the resident must make and on the follow-up date, each with a newline."""
    visit = texts.VISIT.format(**case.offline).plain if case.offline else ""
    day = case.follow_up_at
    return visit + (texts.FOLLOW_UP.format(day=_full_day(day)).plain if day else "")


def _full_day(moment: datetime) -> str:
    local = moment.astimezone(SHANGHAI)
    return f"{local.year}年{local.month}月{local.day}日"


def _due_day(case: Case) -> str:
    local = case.resolve_by.astimezone(SHANGHAI)
    return f"{local.month}月{local.day}日"


def _unit_name(case: Case) -> str:
    return case.unit.name if case.unit else texts.CENTRE.plain


def rating_buttons(case: Case) -> list[Button]:
    return [
        Button(
            title=grade.label,
            say="/rate_case",
            data={"case_no": case.case_no, "round": case.round, "score": int(grade)},
        )
        for grade in GRADES
    ]
