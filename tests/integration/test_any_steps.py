"""Any series of steps by anybody, over HTTP: what is refused changes nothing, and the log that the
API gives says the same as the rest of it."""

from collections import Counter
from typing import Any, ClassVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from backend.vocabulary.case_lifecycle import Action, Status, allowed_actions
from tests.support.staff_app import OTHER_UNIT, UNIT, Town

WHO = ("dispatcher", "handler", "other_handler", "supervisor", "leader", "admin")
DETAILS: dict[Action, dict[str, Any]] = {
    Action.DISPATCH: {"unit": OTHER_UNIT},
    Action.RECALL: {"unit": UNIT},
    Action.CORRECT: {"kind": "report", "place": "上城区凯旋路"},
    Action.RETURN: {"reason": "not_ours", "text": "是别家的"},
    Action.ARBITRATE: {"unit": UNIT, "reason": "您的路段"},
    Action.RESOLVE: {"outcome": "solved", "text": "修好了"},
    Action.ANSWER: {"text": "可以到窗口办"},
    Action.DECLINE: {"reason": "法院在审", "text": "请到法院"},
    Action.EXTEND: {"reason": "要开挖", "days": 2},
    Action.ADD_TASK: {"unit": "330106-ecology", "text": "来看一下"},
}
LIKELY = (
    Action.DISPATCH,
    Action.RECALL,
    Action.ACCEPT,
    Action.RETURN,
    Action.REFUSE_RETURN,
    Action.RESOLVE,
)
# One that is told too little, too, and one that is no action at all.
STEPS = st.sampled_from([*LIKELY, *LIKELY, *Action, "no_such_step"])


class StepsOverHttp(RuleBasedStateMachine):
    town: ClassVar[Town]
    bearers: ClassVar[dict[str, dict[str, str]]]

    @initialize(unit=st.sampled_from([None, UNIT]))
    def register(self, unit: str | None) -> None:
        self.case_no = self.town.case(unit=unit)
        self.before, self.step_counts = self.case_json(), Counter[str]()

    def case_json(self) -> dict[str, Any]:
        path = f"/api/v1/cases/{self.case_no}"
        return dict(self.town.client.get(path, headers=self.bearers["leader"]).json())

    @rule(pick=st.integers(0, 11))
    def go_on(self, pick: int) -> None:
        """What the table allows now, by who may do everything: else few series would get far."""
        allowed = allowed_actions(Status(self.before["status"]))
        self.step("admin", allowed[pick % len(allowed)], 1)

    @rule(who=st.sampled_from(WHO), action=STEPS, is_told=st.integers(0, 4))
    def step(self, who: str, action: str, is_told: int) -> None:
        body = (
            DETAILS.get(Action(action), {"reason": "有原因", "text": "说一句"})
            if (action in list(Action) and is_told)
            else {}
        )
        path = f"/api/v1/cases/{self.case_no}/{action}"
        answer = self.town.client.post(path, json=body, headers=self.bearers[who])
        after = self.case_json()
        new = after["events"][len(self.before["events"]) :]
        if answer.status_code == 200:
            assert new
            assert {one["actor_name"].split()[-1] for one in new} == {self.shown_name(who)}
            self.step_counts.update(one["action"] for one in new)
        else:
            assert answer.status_code in {400, 403, 404, 409}, answer.text
            assert answer.json()["error"]
            assert after == self.before, (who, action)
        self.before = after

    def shown_name(self, who: str) -> str:
        labels = {
            "dispatcher": "派单员",
            "supervisor": "督办员",
            "leader": "领导",
            "admin": "管理员",
        }
        return f"示例{labels.get(who, '承办人')}"

    @invariant()
    def the_log_says_the_same_as_the_rest(self) -> None:
        status = None
        for event in self.before["events"]:
            if event["to"] is not None:
                assert event["from"] == status
                status = event["to"]
        assert status == self.before["status"]
        counted = Counter(event["action"] for event in self.before["events"])
        assert self.before["returns"] == counted["return"]
        assert self.before["round"] == 1 + counted["reopen"]
        decided = sum("return" in event["details"] for event in self.before["events"])
        assert counted["return"] == decided + (status == "returned")

    @invariant()
    def somebody_answers_for_it(self) -> None:
        """The unit that has it, or the dispatcher, who finds it among what waits for one."""
        case = self.before
        if not Status(case["status"]).is_open:
            return
        if case["status"] in {"dispatched", "accepted", "on_hold"}:
            assert case["unit"]
            assert case["first_contact_owner"]
            return
        assert case["status"] in {"registered", "returned"}
        parameters = {"status": case["status"], "q": self.case_no}
        waiting = self.town.client.get(
            "/api/v1/cases", params=parameters, headers=self.bearers["dispatcher"]
        )
        assert [one["case_no"] for one in waiting.json()["cases"]] == [self.case_no]


def test_any_series_of_steps_over_http(town: Town) -> None:
    bearers = {who: town.bearer(who) for who in WHO}
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        type("StepsInATown", (StepsOverHttp,), {"town": town, "bearers": bearers}),
        settings=settings(
            max_examples=5, stateful_step_count=12, deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
