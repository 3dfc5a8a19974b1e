"""One incident, many residents: handled once, told to each, rated by each, and taken apart."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text, update

from backend.cases import queries
from backend.cases.step import StepContext
from backend.cases.stepping import act
from backend.clock import now
from backend.collective.likes import find_duplicates
from backend.jobs.scheduler import sweep
from backend.jobs.unit_succession import hand_over
from backend.models.cases import Case, CaseEvent
from backend.models.joint_work import Task
from backend.models.messages import OutboxMessage
from backend.vocabulary.actors import RESIDENT
from backend.vocabulary.case_lifecycle import Action, Status
from backend.vocabulary.step_details import MaybeReason
from tests.support.staff_app import OTHER_UNIT, UNIT, Town
from tests.support.stages import RESOLVED

DRILL = "文三路工地半夜打桩吵得睡不着"


def a_case(town: Town, name: str, words: str = DRILL) -> str:
    return town.case(words, conversation_id=town.conversation(name))


def registered(town: Town, name: str) -> str:
    """One that nobody has yet."""
    return town.case(conversation_id=town.conversation(name))


def merge(town: Town, member: str, lead: str, *, who: str = "dispatcher") -> Any:
    return town.post(who, f"/cases/{member}/merge", {"lead": lead})


def a_group(town: Town) -> tuple[str, str, str]:
    """A lead that a unit works on, and two that go along."""
    lead = town.case(unit=UNIT, conversation_id=town.conversation("ann"))
    town.do("handler", lead, "accept")
    others = [town.case(unit=UNIT, conversation_id=town.conversation(n)) for n in ("bo", "cai")]
    for member in others:
        town.do("dispatcher", member, "merge", lead=lead, reason="同一个工地")
    return lead, others[0], others[1]


def case_of(town: Town, case_no: str) -> dict[str, Any]:
    return dict(town.get("admin", f"/cases/{case_no}").json())


def steps(town: Town, case_no: str) -> list[tuple[str, str | None, str | None]]:
    return [(e["action"], e["from"], e["to"]) for e in case_of(town, case_no)["events"]]


def pushes(town: Town, case_no: str) -> list[OutboxMessage]:
    with town.database.begin() as session:
        rows = select(OutboxMessage).where(OutboxMessage.case_no == case_no)
        return list(session.scalars(rows.order_by(OutboxMessage.id)))


def test_similar_cases_have_reasons_and_merge_by_button(town: Town, desk: Any) -> None:
    first, second = a_case(town, "ann"), a_case(town, "bo", "隔壁夜里施工噪音太大，在文三路")
    a_case(town, "cai", "文三路路灯坏了三天没人修")
    likes = town.get("dispatcher", f"/cases/{second}/likes").json()["likes"]
    assert [one["case_no"] for one in likes] == [first]
    assert likes[0]["why"]["place"] == "here"
    assert likes[0]["why"]["matter"] == "item"
    page = desk("dispatcher").get(f"/cases/{second}").text
    assert "可能说的是同一件事" in page
    assert "同一个地方，同一个事项，同一天" in page
    assert f"/cases/{second}/merge" not in page  # not before both were seen side by side
    beside = f"/cases/{second}/beside?other={first}"
    assert beside in page
    both = desk("dispatcher").get(beside).text
    for words in (DRILL, "隔壁夜里施工噪音太大", "像的地方：同一个地方", f"由 {first} 牵头"):
        assert words in both
    path = f"/cases/{second}/merge"
    done = desk("dispatcher").submit(beside, path)
    assert f'和 <a href="/console/cases/{first}">{first}</a> 一起办' in done.text
    assert case_of(town, second)["lead"] == first
    assert [m["case_no"] for m in case_of(town, first)["members"]] == [second]
    assert town.get("dispatcher", f"/cases/{first}/likes").json()["likes"] == []
    assert town.get("handler", f"/cases/{first}/likes").status_code == 403


def test_cases_without_a_place_are_compared(town: Town) -> None:
    words = "半夜工地打桩，吵得睡不着"
    numbers = [
        town.case(words, location=None, conversation_id=town.conversation(name))
        for name in ("ann", "bo", "cai", "dan")
    ]
    likes = town.get("dispatcher", f"/cases/{numbers[0]}/likes").json()["likes"]
    assert {one["case_no"] for one in likes} == set(numbers[1:])


@pytest.mark.parametrize("other", ["", "HZ1", "<script>alert(1)</script>", "x" * 10_000])
def test_nothing_to_set_beside_is_explained(town: Town, desk: Any, other: str) -> None:
    case_no = a_case(town, "ann")
    for number in (other, case_no):
        page = desk("dispatcher").get(f"/cases/{case_no}/beside", params={"other": number})
        assert page.status_code in {400, 404}
        assert "<script>alert" not in page.text
    assert desk("handler").get(f"/cases/{case_no}/beside?other=x").status_code == 403


def test_one_action_reaches_all_and_each_rates_alone(town: Town) -> None:
    lead, member, other = a_group(town)
    town.do("handler", lead, "hold", reason="等检测")
    town.do("handler", lead, "resume")
    town.do("handler", lead, "resolve", **RESOLVED)
    for case_no in (lead, member, other):
        case = case_of(town, case_no)
        assert (case["status"], case["outcome_text"]) == ("resolved", RESOLVED["text"])
        last = pushes(town, case_no)[-1]
        assert RESOLVED["text"] in last.text
        assert {button["data"]["case_no"] for button in last.buttons} == {case_no}
    assert "单独请您评价" in next(
        row.text for row in pushes(town, member) if "放在一起办" in row.text
    )
    town.rates(member, 5)
    town.rates(other, 1, reason="还在打桩")
    statuses = {no: case_of(town, no)["status"] for no in (lead, member, other)}
    assert statuses == {lead: "resolved", member: "closed", other: "resolved"}
    town.do("supervisor", other, "reopen", reason="还在打桩")
    again = case_of(town, other)
    assert (again["lead"], again["status"], again["round"]) == (None, "dispatched", 2)
    assert case_of(town, lead)["status"] == "resolved"


def test_log_gives_member_status_and_counts_handling_once(town: Town) -> None:
    lead, member, _ = a_group(town)
    town.do("handler", lead, "resolve", **RESOLVED)
    status = None
    for action, before, after in steps(town, member):
        if after is not None:
            assert before == status, action
            status = after
    assert status == "resolved"
    with town.database.begin() as session:
        handled = select(func.count()).where(
            CaseEvent.action == Action.RESOLVE, ~CaseEvent.details.has_key("lead")
        )
        assert session.scalar(handled) == 1
        assert session.scalar(select(func.count(Case.id))) == 3
        shadow = session.scalars(
            select(CaseEvent).where(
                CaseEvent.action == Action.RESOLVE, CaseEvent.details.has_key("lead")
            )
        ).first()
        assert shadow is not None
        assert shadow.details["lead"] == lead


def test_split_member_continues_from_the_leads_status(town: Town) -> None:
    lead, member, other = a_group(town)
    assert town.post("dispatcher", f"/cases/{member}/split", {}).status_code == 400
    town.do("dispatcher", member, "split", reason="他说的是对面的工地")
    assert "单独办了" in pushes(town, member)[-1].text
    town.do("handler", member, "hold", reason="等检测")
    assert case_of(town, lead)["status"] == "accepted"
    town.do("handler", lead, "resolve", **RESOLVED)
    assert case_of(town, member)["status"] == "on_hold"
    assert case_of(town, other)["status"] == "resolved"
    assert [a for a, *_ in steps(town, lead)].count("split") == 1
    with town.database.begin() as session:
        row = queries.by_number(session, member)
        assert row.next_due_at is not None or row.status == Status.ON_HOLD


@pytest.mark.parametrize(
    ("action", "body"),
    [
        ("resolve", RESOLVED),
        ("return", {"reason": "not_ours", "text": "x"}),
        ("hold", {"reason": "x"}),
        ("add_task", {"unit": OTHER_UNIT, "text": "x"}),
    ],
)
def test_only_the_lead_takes_steps_for_all(town: Town, action: str, body: dict[str, Any]) -> None:
    lead, member, _ = a_group(town)
    refused = town.post("handler", f"/cases/{member}/{action}", body)
    assert refused.status_code == 409
    assert lead in refused.json()["error"]
    assert town.post("handler", f"/cases/{member}/contact", {"text": "电话说了"}).status_code == 200


def test_merging_what_cannot_be_merged(town: Town) -> None:
    lead, member, other = a_group(town)
    single, waiting = town.case(unit=UNIT), registered(town, "dong")
    refusals = [
        (single, single, 400),  # into itself
        (single, member, 409),  # into a member
        (lead, single, 409),  # a lead under another
        (lead, member, 409),  # a cycle
        (member, other, 409),  # a member again
        (member, lead, 409),
        (single, waiting, 409),  # nobody has the lead yet
        (single, "HZ20200101000001", 404),
        (single, "", 400),
    ]
    for one, into, status in refusals:
        answer = merge(town, one, into)
        assert answer.status_code == status, (one, into, answer.text)
    assert merge(town, single, lead, who="handler").status_code == 403
    settled = town.case(unit=UNIT)
    town.do("handler", settled, "accept")
    town.do("handler", settled, "resolve", **RESOLVED)
    assert merge(town, settled, lead).status_code == 409
    assert merge(town, single, settled).status_code == 409
    assert town.post("dispatcher", f"/cases/{single}/split", {"reason": "x"}).status_code == 409
    assert town.post("dispatcher", f"/cases/{lead}/split", {"reason": "x"}).status_code == 409
    assert case_of(town, single)["lead"] is None


def test_a_case_with_running_tasks_must_lead(town: Town) -> None:
    lead, tasked = town.case(unit=UNIT), town.case(unit=UNIT)
    town.do("handler", tasked, "accept")
    town.do("handler", tasked, "add_task", unit=OTHER_UNIT, text="量一下")
    assert merge(town, tasked, lead).status_code == 409
    assert merge(town, lead, tasked).status_code == 200
    assert case_of(town, lead)["status"] == "accepted"


def test_simultaneous_merges_succeed_once(town: Town) -> None:
    member, one, other = (town.case(unit=UNIT) for _ in range(3))
    start, answers = threading.Barrier(2), []

    def go(lead: str) -> None:
        start.wait()
        answers.append(merge(town, member, lead).status_code)

    both = [threading.Thread(target=go, args=(lead,)) for lead in (one, other)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert sorted(answers) == [200, 409]
    assert case_of(town, member)["lead"] in {one, other}


def test_mutual_merges_make_no_cycle_and_no_deadlock(town: Town) -> None:
    one, other = town.case(unit=UNIT), town.case(unit=UNIT)
    start, answers = threading.Barrier(2), []

    def go(member: str, lead: str) -> None:
        start.wait()
        answers.append(merge(town, member, lead).status_code)

    both = [threading.Thread(target=go, args=pair) for pair in ((one, other), (other, one))]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert 409 in answers
    assert set(answers) <= {200, 409}
    leads = {case_of(town, one)["lead"], case_of(town, other)["lead"]}
    assert leads in ({None}, {None, one}, {None, other})


def test_a_member_withdraws_and_the_lead_goes_on(town: Town) -> None:
    lead, member, other = a_group(town)
    withdraw(town, member)
    assert case_of(town, member)["status"] == "closed"
    town.do("handler", lead, "resolve", **RESOLVED)
    statuses = [case_of(town, no)["status"] for no in (lead, member, other)]
    assert statuses == ["resolved", "closed", "resolved"]
    assert case_of(town, member)["outcome"] == "withdrawn"


def test_withdrawn_lead_passes_lead_and_tasks_on(town: Town) -> None:
    lead, member, other = a_group(town)
    town.do("handler", lead, "add_task", unit=OTHER_UNIT, text="量一下")
    withdraw(town, lead)
    assert case_of(town, lead)["status"] == "closed"
    heir = case_of(town, member)
    assert (heir["lead"], heir["status"]) == (None, "accepted")
    assert [one["case_no"] for one in heir["members"]] == [other]
    assert [task["text"] for task in heir["tasks"]] == ["量一下"]
    with town.database.begin() as session:
        assert session.scalars(select(Task)).one().ended_at is None
    task = heir["tasks"][0]["id"]
    town.do("dispatcher", member, "cancel_task", task=task, reason="不用量了")
    town.do("handler", member, "resolve", **RESOLVED)
    assert case_of(town, other)["status"] == "resolved"


def withdraw(town: Town, case_no: str) -> None:
    with town.database.begin() as session:
        case = queries.by_number(session, case_no)
        act(StepContext(session, case, RESIDENT, now(), MaybeReason(Action.WITHDRAW)))


def test_lead_is_due_earliest_and_reminded_alone(town: Town) -> None:
    old, new = town.case(unit=UNIT), town.case(unit=UNIT)
    with town.database.begin() as session:
        early = now() - timedelta(days=20)
        registered_first = select(Case.id).where(Case.case_no == old).scalar_subquery()
        session.execute(
            update(CaseEvent)
            .where(CaseEvent.case_id == registered_first, CaseEvent.action == Action.REGISTER)
            .values(at=early)
        )
        case = queries.by_number(session, old)
        case.registered_at = early
    town.do("handler", old, "accept")  # its clocks are read anew
    before = case_of(town, old)["resolve_by"]
    assert before < case_of(town, new)["resolve_by"]
    town.do("dispatcher", old, "merge", lead=new)
    assert case_of(town, new)["resolve_by"] == before
    sweep(town.database, now())
    assert "overdue" in [action for action, *_ in steps(town, new)]
    assert "overdue" not in [action for action, *_ in steps(town, old)]
    assert any("过了期限" in row.text for row in pushes(town, old))  # but each is told


def test_ending_unit_hands_over_the_collective_once(town: Town) -> None:
    lead, member, _ = a_group(town)
    with town.database.begin() as session:
        session.execute(text("UPDATE units SET active = false WHERE code = :c"), {"c": UNIT})
        hand_over(session, UNIT, OTHER_UNIT, now=now())
    try:
        for case_no in (lead, member):
            case = case_of(town, case_no)
            assert case["unit"]["code"] == OTHER_UNIT
            assert case["first_contact_owner"] == OTHER_UNIT
            assert [action for action, *_ in steps(town, case_no)].count("take_over") == 1
    finally:
        with town.database.begin() as session:
            session.execute(text("UPDATE units SET active = true WHERE code = :c"), {"c": UNIT})


def test_lists_of_work_show_the_lead_alone(town: Town, desk: Any) -> None:
    lead, member, _ = a_group(town)
    page = desk("handler").get("/cases?tab=in-hand").text
    assert lead in page
    assert member not in page
    assert '办理中 <span class="count">1</span>' in page
    assert member in desk("handler").get(f"/cases?tab=all&q={member}").text
    assert town.get("handler", "/cases").json()["total"] == 3


def test_candidates_come_from_an_index(town: Town) -> None:
    case_no = a_case(town, "ann")
    with town.database.begin() as session:
        session.execute(text("SET LOCAL enable_seqscan = off"))
        case = queries.by_number(session, case_no)
        assert find_duplicates(session, select(Case), case) == []
        plan = session.execute(
            text(
                # Without the time, which a tiny table's planner may look up in any index.
                "EXPLAIN SELECT id FROM cases WHERE power_item_code = :item AND "
                "district_code = :district"
            ),
            {"item": case.power_item_code, "district": case.district_code},
        )
        assert "ix_cases_same_item" in "\n".join(row[0] for row in plan)
