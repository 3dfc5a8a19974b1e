"""A second pair of eyes before some cases end, other hands for what was reopened, and long work."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from backend.clock import SHANGHAI, now
from backend.jobs.scheduler import sweep
from backend.models.cases import Case
from backend.models.residents import Resident
from backend.models.staff import Role, StaffAccount
from backend.models.units import Unit
from tests.support.staff_app import OTHER_UNIT, UNIT, Town
from tests.support.stages import RESOLVED, accepted, registered, resolved

ABOVE = "330106-government"  # over UNIT in the tree


def of_an_elder(town: Town, begin: Any = accepted, **why: Any) -> str:
    case_no: str = begin(town)
    with town.database.begin() as session:
        case = session.scalars(select(Case).where(Case.case_no == case_no)).one()
        values = why or {"elder_mode": True}
        session.execute(update(Resident).where(Resident.id == case.resident_id).values(**values))
    return case_no


def proposed(town: Town) -> str:
    case_no = of_an_elder(town)
    town.do("handler", case_no, "resolve", **RESOLVED)
    return case_no


def again(town: Town) -> str:
    """In its second round, and accepted."""
    case_no = resolved(town)
    town.do("supervisor", case_no, "reopen", reason="又坏了")
    town.do("handler", case_no, "accept")
    return case_no


@pytest.mark.parametrize(
    ("begin", "why"),
    [
        (of_an_elder, "elder"),
        (lambda town: of_an_elder(town, care=["独居"], care_agreed_at=now()), "care"),
        (again, "repeat"),
    ],
)
def test_the_proposal_waits_and_somebody_else_confirms_it(town: Town, begin: Any, why: str) -> None:
    case_no = begin(town)
    waiting = town.do("handler", case_no, "resolve", **RESOLVED).json()
    assert (waiting["status"], waiting["closing"]["action"]) == ("accepted", "resolve")
    event = waiting["events"][-1]
    assert (event["action"], event["details"]["why_second"]) == ("propose", [why])
    assert event["details"]["outcome"] == "solved"
    listed = town.get("supervisor", "/cases", closing="true").json()
    assert [one["case_no"] for one in listed["cases"]] == [case_no]

    done = town.do("supervisor", case_no, "confirm").json()
    assert (done["status"], done["outcome"], done["closing"]) == ("resolved", "solved", None)
    confirm, resolve = done["events"][-2:]
    assert (confirm["action"], resolve["action"]) == ("confirm", "resolve")
    assert confirm["actor_name"].endswith("示例督办员")
    assert resolve["actor_name"].endswith("示例承办人")
    assert resolve["details"]["proposed_by"] == "staff:handler"
    assert town.get("supervisor", "/cases", closing="true").json()["total"] == 0


def a_group(town: Town, *, private: bool = False) -> tuple[str, str, str]:
    """A lead like most, one of an elder that goes along, and one that was reopened before."""
    lead, elders, repeated = accepted(town), of_an_elder(town), again(town)
    if private:
        with town.database.begin() as session:
            hidden = update(Case).where(Case.case_no == elders).values(anonymous=True)
            session.execute(hidden)
    for member in (elders, repeated):
        town.do("dispatcher", member, "merge", lead=lead)
    return lead, elders, repeated


def test_collective_proposal_waits_for_members_and_names_owner(town: Town, desk: Any) -> None:
    lead, elders, repeated = a_group(town)
    waiting = town.do("handler", lead, "resolve", **RESOLVED).json()
    assert (waiting["status"], waiting["closing"]["action"]) == ("accepted", "resolve")
    details = waiting["events"][-1]["details"]
    assert details["why_second_of"] == {elders: ["elder"], repeated: ["repeat"]}
    assert "why_second" not in details
    page = desk("supervisor").get(f"/cases/{lead}").text
    assert f"要别人复核，因为一起办的 {elders} 是老人" in page
    assert f"要别人复核，因为一起办的 {repeated} 是重办过" in page
    town.do("supervisor", lead, "confirm")
    statuses = {town.get("admin", f"/cases/{no}").json()["status"] for no in (lead, elders)}
    assert statuses == {"resolved"}


def test_anonymous_case_proposal_hides_the_reporter(town: Town, desk: Any) -> None:
    lead, elders, _ = a_group(town, private=True)
    event = town.do("handler", lead, "resolve", **RESOLVED).json()["events"][-1]
    assert event["details"]["why_second_of"][elders] == ["private"]
    page = desk("handler").get(f"/cases/{lead}").text
    assert f"一起办的 {elders} 是匿名的诉求人需要照顾" in page
    assert "是老人" not in page


def test_former_group_member_may_propose_nothing(town: Town) -> None:
    lead, *members = a_group(town)
    for member in members:
        town.do("dispatcher", member, "split", reason="不是同一件")
    assert town.do("handler", lead, "resolve", **RESOLVED).json()["status"] == "resolved"


def test_most_cases_need_none(town: Town) -> None:
    assert town.do("handler", accepted(town), "resolve", **RESOLVED).json()["status"] == "resolved"


def test_what_declines_an_elder_is_looked_at_too(town: Town) -> None:
    town.hire("colleague", Role.DISPATCHER, "HZ-12345")
    case_no = of_an_elder(town, registered)
    waiting = town.do("dispatcher", case_no, "decline", reason="属于法院", text="请到法院").json()
    assert (waiting["status"], waiting["closing"]["action"]) == ("registered", "decline")
    assert town.do("colleague", case_no, "confirm").json()["status"] == "closed"


def test_sent_back_it_goes_on_as_before(town: Town) -> None:
    case_no = proposed(town)
    assert town.post("supervisor", f"/cases/{case_no}/send_back", {}).status_code == 400
    back = town.do("supervisor", case_no, "send_back", reason="照片看着没修").json()
    assert (back["status"], back["closing"]) == ("accepted", None)
    assert town.post("supervisor", f"/cases/{case_no}/confirm").status_code == 409
    assert town.do("handler", case_no, "resolve", **RESOLVED).json()["closing"] is not None


def test_the_proposer_does_not_confirm(town: Town) -> None:
    case_no = of_an_elder(town)
    town.do("admin", case_no, "resolve", **RESOLVED)
    assert town.post("admin", f"/cases/{case_no}/confirm").status_code == 409
    assert town.post("admin", f"/cases/{case_no}/resolve", RESOLVED).status_code == 409
    assert town.get("admin", f"/cases/{case_no}").json()["status"] == "accepted"


def hire_above(town: Town) -> str:
    town.hire("above", Role.HANDLER, ABOVE)
    return "above"


def hire_deputy(town: Town) -> str:
    town.hire("deputy", Role.HANDLER, UNIT)
    return "deputy"


def hire_leader(town: Town) -> str:
    town.hire("own_leader", Role.LEADER, UNIT)
    return "own_leader"


@pytest.mark.parametrize("hire", [hire_above, hire_deputy, hire_leader])
def test_a_superior_a_leader_or_a_deputy_confirms(own_town: Town, hire: Any) -> None:
    town = own_town
    with town.database.begin() as session:
        session.execute(update(Unit).where(Unit.code == UNIT).values(deputies="张三|deputy"))
    who = hire(town)
    assert town.do(who, proposed(town), "confirm").json()["status"] == "resolved"


def test_only_a_deputy_may_confirm_a_proposal(town: Town) -> None:
    town.hire("colleague", Role.HANDLER, UNIT)
    case_no = proposed(town)
    for who, code in (("colleague", 403), ("dispatcher", 403), ("other_handler", 403)):
        assert town.post(who, f"/cases/{case_no}/confirm").status_code == code
    assert town.get("admin", f"/cases/{case_no}").json()["closing"] is not None


def test_impossible_step_cannot_be_proposed(town: Town) -> None:
    case_no = of_an_elder(town)
    for body in (
        {"outcome": "solved"},
        {"outcome": "perfect", "text": "好"},
        {"outcome": "long_term", "text": "好", "by": "2020-01-01"},
    ):
        assert town.post("handler", f"/cases/{case_no}/resolve", body).status_code == 400, body
    assert town.get("admin", f"/cases/{case_no}").json()["closing"] is None


def test_proposal_for_an_earlier_state_is_refused(town: Town) -> None:
    case_no = of_an_elder(town, lambda t: t.case(unit=UNIT))
    assert town.post("handler", f"/cases/{case_no}/resolve", RESOLVED).status_code == 409


@pytest.mark.parametrize(
    ("action", "body"),
    [("hold", {"reason": "等配件"}), ("return", {"reason": "not_ours", "text": "不归我们"})],
)
def test_advancing_step_ends_the_proposal(town: Town, action: str, body: Any) -> None:
    case_no = proposed(town)
    assert town.do("handler", case_no, action, **body).json()["closing"] is None
    assert town.post("supervisor", f"/cases/{case_no}/confirm").status_code == 409


def test_simultaneous_decisions_succeed_once(town: Town) -> None:
    confirm = f"/cases/{proposed(town)}/confirm"
    assert town.at_once(confirm, ("supervisor", None), ("admin", None)) == [200, 409]


def test_the_console_shows_what_waits(town: Town, desk: Any) -> None:
    case_no = of_an_elder(town)
    assert "“办结”已完成" in desk("handler").step(case_no, "resolve", **RESOLVED).text
    supervisor = desk("supervisor")
    listed = supervisor.get("/cases?tab=approvals").text
    assert case_no in listed
    assert "等复核" in listed
    page = supervisor.get(f"/cases/{case_no}").text
    assert "要别人复核，因为是老人" in page
    assert RESOLVED["text"] in page
    assert f"/{case_no}/confirm" not in desk("handler").get(f"/cases/{case_no}").text
    assert "已办结，待评价" in supervisor.step(case_no, "confirm").text


# Other hands


def test_reopened_case_goes_to_another_colleague_if_possible(town: Town) -> None:
    case_no = resolved(town)
    town.do("supervisor", case_no, "reopen", reason="又坏了")
    town.hire("colleague", Role.HANDLER, UNIT)
    assert town.post("handler", f"/cases/{case_no}/accept").status_code == 409
    town.do("colleague", case_no, "accept")
    assert town.post("handler", f"/cases/{case_no}/resolve", RESOLVED).status_code == 409
    assert town.get("admin", f"/cases/{case_no}").json()["unit"]["code"] == UNIT


def test_the_only_one_there_takes_it_again(town: Town) -> None:
    case_no = resolved(town)
    town.do("supervisor", case_no, "reopen", reason="又坏了")
    town.hire("colleague", Role.HANDLER, UNIT)
    town.hire("far", Role.HANDLER, OTHER_UNIT)
    with town.database.begin() as session:
        session.execute(
            update(StaffAccount).where(StaffAccount.username == "colleague").values(active=False)
        )
    town.do("handler", case_no, "accept")
    assert town.get("admin", f"/cases/{case_no}").json()["status"] == "accepted"


# What takes long


def in_days(days: int) -> str:
    return (now().astimezone(SHANGHAI).date() + timedelta(days=days)).isoformat()


def test_what_takes_long_comes_back_on_its_day(town: Town) -> None:
    case_no = accepted(town)
    long = {"outcome": "long_term", "text": "要等规划批下来", "by": in_days(40)}
    case = town.do("handler", case_no, "resolve", **long).json()
    assert case["follow_up_at"][:10] >= in_days(39)
    assert case["events"][-1]["details"]["by"] == in_days(40)
    sweep(town.database, now() + timedelta(days=30))
    assert town.get("admin", f"/cases/{case_no}").json()["status"] == "closed"  # nobody rated
    later = now() + timedelta(days=55)
    sweep(town.database, later)
    sweep(town.database, later)
    back = town.get("admin", f"/cases/{case_no}").json()
    assert (back["status"], back["round"], back["follow_up_at"]) == ("dispatched", 2, None)
    event = next(e for e in back["events"] if e["action"] == "bring_back")
    assert (event["round"], event["details"]["unit"]) == (2, UNIT)
    town.hire("colleague", Role.HANDLER, UNIT)
    town.do("handler", case_no, "accept")  # who knows it goes on with it


def test_resident_is_told_deadline_and_legal_path(town: Town) -> None:
    chat = town.conversation()
    case_no = town.case(unit=UNIT, conversation_id=chat)
    town.do("handler", case_no, "accept")
    offline = {"what": "交房产证原件", "where": "文三路10号2楼5号窗口", "bring": "身份证"}
    body = {"outcome": "long_term", "text": "材料还差一样", "by": in_days(10), "offline": offline}
    case = town.do("handler", case_no, "resolve", **body).json()
    assert case["offline"] == offline
    reply = town.replies(chat)[-1][1]
    for part in (*offline.values(), "还要您跑一趟", "再给您一个说法"):
        assert part in reply
    day = date.fromisoformat(in_days(10))
    assert f"{day.year}年{day.month}月" in reply


INCOMPLETE: list[dict[str, Any]] = [
    {"outcome": "long_term"},
    {"outcome": "long_term", "by": "2026-01-01"},
    {"outcome": "long_term", "by": in_days(0)},
    {"outcome": "long_term", "by": "2999-01-01"},
    {"outcome": "long_term", "by": "明年"},
    {"outcome": "solved", "by": in_days(5)},
    {"outcome": "solved", "offline": {"what": "交材料"}},
    {"outcome": "solved", "offline": {"what": "交", "where": "窗口", "bring": "长" * 201}},
    {"outcome": "solved", "offline": {"what": "交", "where": " ", "bring": "证"}},
    {"outcome": "solved", "offline": "到窗口"},
    {"outcome": "withdrawn"},
    {"outcome": "adopted"},
]


def test_an_ending_that_is_incomplete_is_bad_input(town: Town) -> None:
    case_no = accepted(town)
    for more in INCOMPLETE:
        body = {"text": "给您答复"} | more
        assert town.post("handler", f"/cases/{case_no}/resolve", body).status_code == 400, more
    assert town.get("admin", f"/cases/{case_no}").json()["status"] == "accepted"


def test_console_asks_for_deadline_and_legal_path(town: Town, desk: Any) -> None:
    case_no = accepted(town)
    page = desk("handler").step(
        case_no, "resolve", outcome="long_term", by=in_days(20), text="要等规划",
        offline_what="交材料", offline_where="窗口", offline_bring="身份证",
    )  # fmt: skip
    assert "“办结”已完成" in page.text
    assert "自动回来续办" in page.text
    assert "要市民自己去办：交材料；到窗口；带身份证" in page.text
