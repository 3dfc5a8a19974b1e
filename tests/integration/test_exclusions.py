"""A grade is left out only when two people say so, and that is counted in the open."""

from collections.abc import Callable

from backend.models.staff import Role
from tests.support.desk import Desk
from tests.support.staff_app import UNIT, Town
from tests.support.stages import resolved

WHY = {"reason": "beyond_law", "text": "要求超出政策，已当面说明依据"}


def rated(town: Town, score: int = 1) -> str:
    case_no = resolved(town)
    town.rates(case_no, score)
    return case_no


def satisfaction(town: Town) -> tuple[int, int, int]:
    figure = town.get("admin", "/measures", unit=UNIT).json()["whole"]["satisfaction"]
    return figure["numerator"], figure["denominator"], figure["excluded"]


def test_two_people_and_then_it_is_counted_apart(town: Town) -> None:
    case_no, _ = rated(town), rated(town, 5)
    assert satisfaction(town) == (1, 2, 0)
    town.do("handler", case_no, "propose_exclusion", **WHY)
    assert satisfaction(town) == (1, 2, 0)
    town.do("supervisor", case_no, "agree_exclusion", text="查过录音，属实")
    assert satisfaction(town) == (1, 1, 1)
    events = town.get("admin", f"/cases/{case_no}").json()["events"]
    by_action = {event["action"]: event for event in events}
    assert by_action["propose_exclusion"]["details"]["reason"] == "beyond_law"
    assert by_action["agree_exclusion"]["details"]["exclusion"] == "beyond_law"
    listed = town.get("admin", "/measures/cases", number="excluded").json()
    assert [case["case_no"] for case in listed["cases"]] == [case_no]
    again = town.post("handler", f"/cases/{case_no}/propose_exclusion", WHY)
    assert again.status_code == 409


def test_nobody_agrees_with_self_or_own_unit(town: Town) -> None:
    case_no = rated(town)
    town.hire("own_leader", Role.LEADER, UNIT)
    town.do("supervisor", case_no, "propose_exclusion", **WHY)
    agree, body = f"/cases/{case_no}/agree_exclusion", {"text": "属实"}
    assert town.post("supervisor", agree, body).status_code == 403
    assert town.post("own_leader", agree, body).status_code == 403
    assert town.post("handler", agree, body).status_code == 403
    assert town.post("leader", agree).status_code == 400
    assert town.post("leader", agree, body).status_code == 200


def test_what_was_refused_may_be_proposed_again(town: Town) -> None:
    case_no = rated(town)
    town.do("handler", case_no, "propose_exclusion", **WHY)
    town.do("leader", case_no, "refuse_exclusion", text="市民说得有道理")
    assert satisfaction(town) == (0, 1, 0)
    town.do("handler", case_no, "propose_exclusion", **WHY)
    town.do("leader", case_no, "agree_exclusion", text="补充了材料")
    assert satisfaction(town) == (0, 0, 1)


def test_a_proposal_needs_a_coded_reason_and_words(town: Town) -> None:
    address = f"/cases/{rated(town)}/propose_exclusion"
    for body in ({}, WHY | {"text": ""}, WHY | {"reason": "annoying"}, {"text": "烦"}):
        assert town.post("handler", address, body).status_code == 400


def test_without_a_grade_nothing_is_excluded(town: Town) -> None:
    case_no = resolved(town)
    assert town.post("handler", f"/cases/{case_no}/propose_exclusion", WHY).status_code == 409
    town.rates(case_no, 1)
    town.do("handler", case_no, "propose_exclusion", **WHY)
    town.do("dispatcher", case_no, "reopen", reason="市民又来电")  # another round, no grade yet
    assert town.post("leader", f"/cases/{case_no}/agree_exclusion", WHY).status_code == 409


def test_at_the_console(town: Town, desk: Callable[[str], Desk]) -> None:
    case_no = rated(town)
    handler, leader = desk("handler"), desk("leader")
    page = handler.step(case_no, "propose_exclusion", **WHY).text
    assert "申请剔除评价" in page
    assert "同意剔除评价</summary>" not in page
    assert "同意剔除评价</summary>" in leader.get(f"/cases/{case_no}").text
    assert "同意剔除评价" in leader.step(case_no, "agree_exclusion", text="属实").text
    assert satisfaction(town) == (0, 0, 1)
