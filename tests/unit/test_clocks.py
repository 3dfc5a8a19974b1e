"""The clocks as a function of events and nothing else."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.clock import SHANGHAI
from backend.deadlines.clocks import Clock, ClockEvent, Clocks, FirstRound, read_clocks
from backend.deadlines.hours import Hours
from backend.deadlines.ladder import JUST_AFTER, EscalationStep, outstanding_steps
from backend.deadlines.rules import Calendar
from backend.vocabulary.case_lifecycle import Action

CHINA = Calendar()
LIMITS = {"limits": {"respond_days": 1, "resolve_days": 5, "reopened_days": 3}}
HOUR = timedelta(hours=1)


def at(day: int, hour: int = 9, minute: int = 0) -> datetime:
    """In the weeks of Monday 23 November 2026 and of 30 November, which is day 30."""
    first = datetime(2026, 11, 1, hour, minute, tzinfo=SHANGHAI)
    return first + timedelta(days=day - 1)


def log(*events: tuple[Action, datetime, dict[str, Any]]) -> list[ClockEvent]:
    registration = ClockEvent(Action.REGISTER, at(23), LIMITS)
    return [registration, *(ClockEvent(action, when, details) for action, when, details in events)]


def clocks(*events: tuple[Action, datetime, dict[str, Any]], calendar: Calendar = CHINA) -> Clocks:
    return read_clocks(log(*events), calendar)


SENT = (Action.DISPATCH, at(23, 9), {"unit": "A", "sign_hours": 4})
ACCEPTED = (Action.ACCEPT, at(23, 10), {})


def test_a_registration_starts_all_but_signing() -> None:
    start = clocks()
    assert start.respond_by == at(24, 17, 30)
    assert start.resolve_by == start.total_resolve_by == at(30, 17, 30)
    assert (start.sign_by, start.responded_at) == (None, None)


def test_signing_has_its_hours_over_lunch() -> None:
    assert clocks(SENT).sign_by == at(23, 14, 30)


def test_signing_goes_by_the_units_own_hours() -> None:
    details = {"sign_hours": 4, "hours": "06:00-22:00"}
    assert clocks((Action.DISPATCH, at(23, 19), details)).sign_by == at(24, 7)


def test_a_return_stops_signing_and_moves_nothing_else() -> None:
    returned = clocks(SENT, (Action.RETURN, at(24), {}))
    assert returned.sign_by is None
    assert (returned.respond_by, returned.resolve_by) == (at(24, 17, 30), at(30, 17, 30))


def test_next_unit_gets_only_its_own_signing_time() -> None:
    again = (Action.DISPATCH, at(25, 9), {"unit": "B", "sign_hours": 7})
    moved = clocks(SENT, (Action.RETURN, at(24), {}), again)
    assert moved.sign_by == at(25, 17, 30)
    assert moved.resolve_by == at(30, 17, 30)


@pytest.mark.parametrize("action", [Action.REFUSE_RETURN, Action.ARBITRATE])
def test_a_decided_return_starts_signing_anew(action: Action) -> None:
    decided = clocks(SENT, (Action.RETURN, at(24), {}), (action, at(25), {"sign_hours": 4}))
    assert decided.sign_by == at(25, 14, 30)


def test_only_real_contact_responds() -> None:
    assert clocks(SENT, ACCEPTED).responded_at is None
    assert clocks(SENT, ACCEPTED, (Action.REMIND, at(24), {})).responded_at is None
    called = (Action.CONTACT, at(24), {"text": "电话里说好周三上门"})
    assert clocks(SENT, ACCEPTED, called).responded_at == at(24)
    contact = (Action.ACCEPT, at(23, 10), {"text": "已经打过电话"})
    assert clocks(SENT, contact).responded_at == at(23, 10)


@pytest.mark.parametrize("action", [Action.RESOLVE, Action.ANSWER, Action.DECLINE])
def test_words_that_end_it_are_contact_too(action: Action) -> None:
    assert clocks((action, at(24), {"text": "好了"})).responded_at == at(24)


def test_a_hold_stops_the_clock_to_the_minute() -> None:
    hold, resumed = (Action.HOLD, at(24, 9), {}), (Action.RESUME, at(24, 14, 30), {})
    assert clocks(SENT, ACCEPTED, hold, resumed).resolve_by == at(31, 12, 30) + HOUR * 1.5
    assert clocks(SENT, ACCEPTED, hold).held_at == at(24, 9)


def test_a_hold_over_a_weekend_costs_nobody_anything() -> None:
    hold, resumed = (Action.HOLD, at(28), {}), (Action.RESUME, at(29), {})
    assert clocks(SENT, ACCEPTED, hold, resumed).resolve_by == at(30, 17, 30)


def test_hold_does_not_stop_the_contact_clock() -> None:
    hold, resumed = (Action.HOLD, at(23, 11), {}), (Action.RESUME, at(27), {})
    assert clocks(SENT, ACCEPTED, hold, resumed).respond_by == at(24, 17, 30)


def test_an_extension_moves_the_round_and_the_total() -> None:
    longer = clocks(SENT, ACCEPTED, (Action.EXTEND, at(26), {"days": 2}))
    assert longer.resolve_by == longer.total_resolve_by == at(32, 17, 30)


def test_new_round_has_own_clock_while_total_continues() -> None:
    resolved = (Action.RESOLVE, at(25), {"text": "修好了"})
    again = (Action.REOPEN, at(26), {"sign_hours": 4})
    second = clocks(SENT, ACCEPTED, resolved, again)
    assert second.resolve_by == at(31, 17, 30)
    assert second.total_resolve_by == at(30, 17, 30)
    assert (second.first_resolved_at, second.settled_at) == (at(25), None)
    assert (second.responded_at, second.respond_by) == (None, at(27, 17, 30))
    assert second.sign_by == at(26, 14, 30)


def test_a_wrong_clock_gives_no_negative_time() -> None:
    early = (Action.HOLD, at(23, 8), {})  # before the event before it
    resumed = (Action.RESUME, at(22), {})
    assert clocks(SENT, ACCEPTED, early).held_at == at(23, 10)
    assert clocks(SENT, ACCEPTED, early, resumed).resolve_by == at(30, 17, 30)


def test_a_corrected_calendar_moves_what_it_should() -> None:
    typhoon = Calendar({at(25).date(): False}, Hours.parse("08:30-12:00 13:30-17:30"))
    assert clocks(SENT, calendar=typhoon).resolve_by == at(31, 17, 30)
    assert clocks(SENT, calendar=typhoon).sign_by == clocks(SENT).sign_by


def rungs(events: Iterable[ClockEvent], until: datetime) -> list[EscalationStep]:
    rows = list(events)
    return [
        rung
        for rung in outstanding_steps(read_clocks(rows, CHINA), rows, CHINA)
        if rung.at <= until
    ]


def test_the_ladder_of_a_case_that_nobody_touches() -> None:
    rungs_of_case = [(r.action, r.clock, r.level) for r in rungs(log(SENT), at(60))]
    assert rungs_of_case == [
        (Action.REMIND, Clock.SIGN, 0),
        (Action.OVERDUE, Clock.SIGN, 0),
        (Action.REMIND, Clock.RESPOND, 0),
        (Action.OVERDUE, Clock.RESPOND, 0),
        (Action.REMIND, Clock.RESOLVE, 0),
        (Action.OVERDUE, Clock.RESOLVE, 0),
        (Action.SUPERVISE, Clock.RESOLVE, 0),
        (Action.ESCALATE, Clock.RESOLVE, 1),
        (Action.ESCALATE, Clock.RESOLVE, 2),
    ]


def test_a_rung_is_taken_once_for_each_deadline() -> None:
    events = log(SENT)
    clock_events = [ClockEvent(r.action, at(60), r.details()) for r in rungs(events, at(60))]
    assert rungs([*events, *clock_events], at(90)) == []
    longer = ClockEvent(Action.EXTEND, at(60), {"days": 2})
    again = {(r.action, r.clock) for r in rungs([*events, *clock_events, longer], at(90))}
    assert again == {
        (action, Clock.RESOLVE)
        for action in (Action.REMIND, Action.OVERDUE, Action.SUPERVISE, Action.ESCALATE)
    }


def test_settled_and_held_cases_get_no_clock_events() -> None:
    done = log(SENT, ACCEPTED, (Action.RESOLVE, at(24), {"text": "好了"}))
    assert rungs(done, at(90)) == []
    events = log(SENT, ACCEPTED, (Action.HOLD, at(24), {}))
    assert {rung.clock for rung in rungs(events, at(90))} == {Clock.RESPOND}


STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            [Action.DISPATCH, Action.ACCEPT, Action.RETURN, Action.HOLD, Action.RESUME,
             Action.EXTEND, Action.RESOLVE, Action.REOPEN, Action.CONTACT, Action.CHASE]
        ),
        st.integers(-50, 300),
    ),
    max_size=25,
)  # fmt: skip


@given(STEPS)
def test_within_a_round_no_clock_ever_goes_back(steps: list[tuple[Action, int]]) -> None:
    """Whatever happens, in whatever order, and whatever the clocks of the machines say."""
    events, now = log(), at(23)
    before = read_clocks(events, CHINA)
    for action, hours in steps:
        now += hours * HOUR
        details = {Action.DISPATCH: {"sign_hours": 4}, Action.EXTEND: {"days": 2}}.get(action, {})
        events.append(ClockEvent(action, now, details))
        after = read_clocks(events, CHINA)
        assert after.total_resolve_by >= before.total_resolve_by
        if action is not Action.REOPEN:
            assert after.resolve_by >= before.resolve_by
            assert after.respond_by == before.respond_by
        before = after


HELD, RESOLVED = (Action.HOLD, at(24, 9), {}), (Action.RESOLVE, at(25), {})
REOPENED = (Action.REOPEN, at(26), {})


def test_what_was_first_stays_first() -> None:
    called = [(Action.CONTACT, at(day), {}) for day in (24, 25)]
    assert clocks(*called).responded_at == at(24)
    twice = clocks(RESOLVED, REOPENED, (Action.RESOLVE, at(27), {}))
    assert (twice.first_resolved_at, twice.settled_at) == (at(25), at(27))
    assert twice.in_first_round == FirstRound(at(24, 17, 30), at(25), at(30, 17, 30))


@pytest.mark.parametrize("ends", [Action.RESUME, Action.RELEASE])
def test_hold_time_is_credited_to_round_and_total(ends: Action) -> None:
    runs = clocks(ACCEPTED, HELD, (ends, at(24, 11), {}))
    assert runs.held_at is None
    assert runs.resolve_by == runs.total_resolve_by == at(31, 10, 30)


@pytest.mark.parametrize("after", [[(Action.WITHDRAW, at(25), {})], [RESOLVED, REOPENED]])
def test_no_hold_outlives_the_end(after: list[tuple[Action, datetime, dict[str, Any]]]) -> None:
    assert clocks(HELD).held_at == at(24, 9)
    assert clocks(HELD, *after).held_at is None


def test_what_was_accepted_elsewhere_is_contact() -> None:
    times = {"accepted_at": at(20).isoformat(), "settled_at": at(21).isoformat()}
    read = read_clocks([ClockEvent(Action.REGISTER, at(23), LIMITS | {"brought": times})], CHINA)
    assert (read.responded_at, read.first_resolved_at) == (at(20), at(21))


def test_lead_is_due_with_its_earliest_member() -> None:
    for due, resolve_by in ((at(25, 17, 30), at(25, 17, 30)), (at(31), at(30, 17, 30))):
        assert clocks((Action.MERGE, at(24), {"due": due.isoformat()})).resolve_by == resolve_by


def test_a_member_stands_still_with_its_lead() -> None:
    assert clocks((Action.MERGE, at(24), {"lead": "L", "held": True})).held_at == at(24)
    assert clocks((Action.MERGE, at(24), {"lead": "L"})).held_at is None


def test_unit_is_reminded_halfway_to_signing() -> None:
    events = log(SENT)
    signing = [
        it
        for it in outstanding_steps(read_clocks(events, CHINA), events, CHINA)
        if it.clock is Clock.SIGN
    ]
    assert [(it.action, it.at) for it in signing] == [
        (Action.REMIND, at(23, 11)),
        (Action.OVERDUE, at(23, 14, 30) + JUST_AFTER),
    ]


def test_suggestion_escalates_once_and_never_on_hold() -> None:
    limits = LIMITS["limits"] | {"owes": "reply"}
    events = [ClockEvent(Action.REGISTER, at(23), {"limits": limits})]
    rungs = outstanding_steps(read_clocks(events, CHINA), events, CHINA)
    assert [(it.action, it.level, it.at) for it in rungs if it.clock is Clock.REPLY] == [
        (Action.REMIND, 0, at(27, 0)),
        (Action.OVERDUE, 0, at(30, 17, 30) + JUST_AFTER),
        (Action.ESCALATE, 1, at(33, 17, 30) + JUST_AFTER),
    ]
    held_events = [*events, ClockEvent(*HELD)]
    assert {
        it.clock for it in outstanding_steps(read_clocks(held_events, CHINA), held_events, CHINA)
    } == {Clock.RESPOND}
