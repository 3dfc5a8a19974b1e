"""One ledger: who may move a case, several at once, and one of two who try."""

import ast
from pathlib import Path
from typing import Any

from sqlalchemy import event

from backend.models.staff import Role
from backend.staff.permissions import MAY
from backend.vocabulary.case_lifecycle import Action
from tests.support.staff_app import OTHER_UNIT, UNIT, Town
from tests.support.stages import accepted, disputed, registered, returned

BACKEND = Path(__file__).parents[2] / "backend"
MOVES_A_CASE = {
    Action.DISPATCH, Action.RECALL, Action.REFUSE_RETURN, Action.ARBITRATE, Action.TAKE_OVER,
}  # fmt: skip
MOST_QUERIES = 15


def assigned_to_cases(attribute: str) -> set[tuple[str, str]]:
    """File and target of every assignment to `attribute` of a case in `backend`."""
    targets = set()
    for path in BACKEND.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            for target in node.targets if isinstance(node, ast.Assign) else []:
                for name in target.elts if isinstance(target, ast.Tuple) else [target]:
                    if isinstance(name, ast.Attribute) and name.attr == attribute:
                        targets.add((path.name, ast.unparse(name)))
    return {target for target in targets if "case" in target[1]}


def test_one_function_gives_a_case_to_a_unit() -> None:
    """S30. A member's unit is copied from its lead in `members.py`."""
    assert assigned_to_cases("unit_code") == {("effects.py", "case.unit_code")}


def test_one_function_writes_the_status_of_a_case() -> None:
    assert assigned_to_cases("status") == {("stepping.py", "step.case.status")}


def test_no_unit_hands_a_case_to_another() -> None:
    for action in MOVES_A_CASE:
        assert Role.HANDLER not in MAY.get(action, frozenset()), action


def test_whatever_a_handler_does_the_case_stays(town: Town) -> None:
    body = {"unit": OTHER_UNIT, "reason": "not_ours", "text": "x", "outcome": "solved", "days": 1}
    for action in Action:
        case_no = accepted(town)
        town.post("handler", f"/cases/{case_no}/{action}", body)
        assert town.get("admin", f"/cases/{case_no}").json()["unit"]["code"] == UNIT, action


def test_each_batch_row_has_its_own_result(town: Town) -> None:
    good, again, dispute, done = registered(town), returned(town), disputed(town), accepted(town)
    rows = [
        {"case_no": good, "unit": OTHER_UNIT},
        {"case_no": again},
        {"case_no": dispute},
        {"case_no": done},
        {"case_no": "HZ20261123999999"},
        {"case_no": good},
        {"case_no": registered(town), "unit": "nowhere"},
    ]
    answer = town.post("dispatcher", "/cases/dispatch-batch", {"cases": rows, "unit": UNIT})
    assert answer.status_code == 200
    results = answer.json()["results"]
    assert [one["done"] for one in results] == [True, True, False, False, False, False, False]
    assert all(one["error"] for one in results[2:])
    assert town.get("admin", f"/cases/{good}").json()["unit"]["code"] == OTHER_UNIT


def test_a_batch_is_for_dispatchers(town: Town) -> None:
    rows = {"cases": [{"case_no": registered(town), "unit": UNIT}]}
    assert town.post("supervisor", "/cases/dispatch-batch", rows).json()["results"][0]["error"]
    for bad in ({}, {"cases": []}, {"cases": [{"unit": UNIT}]}, {"cases": "all"}):
        assert town.post("dispatcher", "/cases/dispatch-batch", bad).status_code == 400


def test_only_dispatchers_can_tick(town: Town, desk: Any) -> None:
    registered(town)
    assert "dispatch-batch" not in desk("supervisor").get("/cases?tab=to-dispatch").text
    assert "dispatch-batch" not in desk("dispatcher").get("/cases?tab=in-hand").text


def test_simultaneous_dispatches_succeed_once(town: Town) -> None:
    dispatch, first, second = (
        f"/cases/{registered(town)}/dispatch",
        {"unit": UNIT},
        {"unit": OTHER_UNIT},
    )
    assert town.at_once(dispatch, ("dispatcher", first), ("admin", second)) == [200, 409]


def test_a_case_page_asks_little_whatever_its_history(town: Town, desk: Any) -> None:
    case_no, browser = accepted(town), desk("handler")
    for number in range(30):
        town.do("supervisor", case_no, "supervise", reason=f"第 {number} 次")
        body = {"unit": OTHER_UNIT, "text": f"第 {number} 件"}
        town.do("handler", case_no, "add_task", **body)
    for who in (browser, desk("dispatcher"), desk("other_handler")):
        statements: list[str] = []
        listen = lambda *event: statements.append(event[2])  # noqa: B023, E731
        event.listen(town.database.engine, "before_cursor_execute", listen)
        try:
            assert who.get(f"/cases/{case_no}").status_code == 200
        finally:
            event.remove(town.database.engine, "before_cursor_execute", listen)
        assert len(statements) <= MOST_QUERIES, "\n".join(statements)
