"""Prints `docs/lifecycle.md` from the table: `python -m backend.doc_pages.lifecycle`."""

import sys
from collections.abc import Iterator

from backend.cases.pushes import ASKS_FOR_RATING, NOTIFIED
from backend.staff.permissions import MAY
from backend.vocabulary.case_lifecycle import FACTS, TRANSITIONS, Action, Status
from backend.vocabulary.step_details import schema_of
from backend.vocabulary.tracks import ONLY_ON, Track

HEAD = """# Life of a case

Printed from `TRANSITIONS` in `backend/vocabulary/case_lifecycle.py` by `make docs`; do not edit.
A step that is not in the table is refused (409) and changes nothing. Each step writes one event
with actor, action, statuses and time; replaying the events yields the status of the case.

The track of a case is set when it is registered or its kind is corrected: `suggestion` and
`praise` by its kind, `legal` by `data/legal.yml`, all others are `usual`. A step of another track
is refused (409) too.
Four-eyes review: the case of an elder, of a resident who asked for care, or of a second or later
round is not ended by one person. There `resolve` and `decline` only `propose`, and somebody else
takes `confirm` or `send_back`.
"""


def page() -> str:
    return "\n".join([HEAD, *_statuses(), "", *_steps(), "", *_facts(), "", *_fields(), ""])


def _statuses() -> Iterator[str]:
    yield "## Statuses\n"
    yield "| status | 状态 | open |\n|---|---|---|"
    for status in Status:
        yield f"| `{status}` | {status.label} | {'yes' if status.is_open else 'no'} |"


def _steps() -> Iterator[str]:
    yield "## Steps\n"
    yield "| from | action | 动作 | to | track | actor | resident is notified |"
    yield "|---|---|---|---|---|---|---|"
    for (before, action), after in TRANSITIONS.items():
        cells = [f"`{before}`", f"`{action}`", action.label, f"`{after}`"]
        cells += [_tracks(action), _actors(action), _notification(action)]
        yield f"| {' | '.join(cells)} |"


def _actors(action: Action) -> str:
    if action is Action.WITHDRAW:
        return "resident"
    roles = ", ".join(sorted(MAY.get(action, ())))
    system = {
        Action.DISPATCH: "router",
        Action.ANSWER: "bot",
        Action.CLOSE: "resident, sweep",
        Action.REOPEN: "resident",
        Action.BRING_BACK: "sweep",
    }
    return ", ".join(filter(None, (roles, system.get(action))))


def _notification(action: Action) -> str:
    if action in ASKS_FOR_RATING:
        return "yes, and asked to rate"
    return "yes" if action in NOTIFIED else "no"


def _tracks(action: Action) -> str:
    only = ONLY_ON.get(action)
    return ", ".join(f"`{track}`" for track in Track if track in only) if only else "all"


def _facts() -> Iterator[str]:
    yield "## Facts\n"
    yield "Logged with a time, without changing the status.\n"
    for action in sorted(FACTS):
        yield f"- `{action}` {action.label}"


def _fields() -> Iterator[str]:
    yield "## What a step takes\n"
    yield "The JSON fields of each step of staff; other fields are ignored.\n"
    yield "| action | needed | may be left out |\n|---|---|---|"
    for action in Action:
        if action in MAY:
            schema = schema_of(action)
            needed = [name for name in schema["properties"] if name in schema.get("required", ())]
            others = [name for name in schema["properties"] if name not in needed]
            yield f"| `{action}` | {_names(needed)} | {_names(others)} |"


def _names(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


if __name__ == "__main__":
    sys.stdout.write(page())
