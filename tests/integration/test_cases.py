from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
from sqlalchemy import select

from backend.cases import queries, registration
from backend.cases.appeals import Appeal
from backend.cases.effects import EFFECTS
from backend.cases.step import StepContext
from backend.cases.stepping import note_once
from backend.clock import SHANGHAI
from backend.database import Database
from backend.deadlines.city import calendar
from backend.errors import BadInput, Conflict, NotFound
from backend.models.cases import Case
from backend.models.messages import OutboxMessage
from backend.vocabulary.actors import SYSTEM
from backend.vocabulary.case_lifecycle import TRANSITIONS, Action, Status
from backend.vocabulary.step_details import TAKES, Dispatch, MaybeText, read_details
from backend.vocabulary.tracks import ONLY_ON
from tests.support.builders import (
    ENOUGH,
    NOISE,
    NOON,
    PLACE,
    UNIT,
    a_conversation,
    a_dispatched_case,
    a_registered_case,
    a_resolved_case,
    an_accepted_case,
    take,
)  # fmt: skip

DAY = timedelta(days=1)
COLUMNS = [column.name for column in Case.__table__.columns]
# How a case comes to each status, from a registered one.
WAY_TO: dict[Status, list[Action]] = {
    Status.REGISTERED: [],
    Status.DISPATCHED: [Action.DISPATCH],
    Status.ACCEPTED: [Action.DISPATCH, Action.ACCEPT],
    Status.RETURNED: [Action.DISPATCH, Action.RETURN],
    Status.ON_HOLD: [Action.DISPATCH, Action.ACCEPT, Action.HOLD],
    Status.RESOLVED: [Action.DISPATCH, Action.ACCEPT, Action.RESOLVE],
    Status.CLOSED: [Action.DISPATCH, Action.ACCEPT, Action.RESOLVE, Action.CLOSE],
}


def outbox_texts(database: Database) -> list[str]:
    with database.begin() as session:
        return [row.text for row in session.scalars(select(OutboxMessage).order_by("id"))]


def due(case: Case) -> date:
    return case.resolve_by.astimezone(SHANGHAI).date()


def test_registering_the_same_key_returns_the_same_case(database: Database) -> None:
    for _ in range(3):
        with database.begin() as session:
            chat = a_conversation(session)
            registration.register(session, chat, Appeal(NOISE, PLACE), key="inbox:7", now=NOON)
    with database.begin() as session:
        assert len(session.scalars(select(Case)).all()) == 1
    assert len(outbox_texts(database)) == 2


def test_eight_threads_register_one_appeal_once(database: Database) -> None:
    def register(_: int) -> str:
        with database.begin() as session:
            chat = a_conversation(session)
            appeal = Appeal(NOISE, PLACE)
            return registration.register(session, chat, appeal, key="inbox:7", now=NOON).case_no

    with database.begin() as session:
        a_conversation(session)
    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(register, range(8))) == {"HZ20261123000001"}


def test_eight_threads_get_eight_numbers_without_a_gap(database: Database) -> None:
    def register(number: int) -> str:
        with database.begin() as session:
            chat = a_conversation(session, of=f"resident-{number}")
            return a_registered_case(session, chat).case_no

    with ThreadPoolExecutor(8) as threads:
        numbers = sorted(threads.map(register, range(8)))
    assert numbers == [f"HZ20261123{n:06d}" for n in range(1, 9)]


def test_numbers_begin_anew_at_midnight_in_shanghai(database: Database) -> None:
    with database.begin() as session:
        eve = a_registered_case(session, now=datetime(2026, 11, 23, 15, 59, tzinfo=UTC))
        morning = a_registered_case(session, now=datetime(2026, 11, 23, 16, 0, tzinfo=UTC))
    assert (eve.case_no, morning.case_no) == ("HZ20261123000001", "HZ20261124000001")


def test_a_sure_route_dispatches_at_once(database: Database) -> None:
    with database.begin() as session:
        case = a_dispatched_case(session)
        assert (case.status, case.unit_code, case.first_contact_owner) == ("dispatched", UNIT, UNIT)
        assert [(event.action, event.actor, event.to_status) for event in case.events] == [
            ("register", "resident", "registered"),
            ("dispatch", "router", "dispatched"),
        ]
        assert case.routing["evidence"]


def test_uncertain_route_waits_for_dispatcher_with_reason(database: Database) -> None:
    with database.begin() as session:
        case = a_registered_case(session)
        assert (case.status, case.unit_code) == ("registered", None)
        assert case.routing["reason"] == "unsure"
        assert [event.action for event in case.events] == ["register"]


def test_the_table_and_nothing_but_the_table(database: Database) -> None:
    """Each status with each action: as the table says, or Conflict and not a thing changed."""
    for status, action in product(Status, EFFECTS):
        with database.begin() as session:
            case = a_registered_case(session)
            for step in WAY_TO[status]:
                take(session, case, step)
            session.flush()
            before = {name: getattr(case, name) for name in COLUMNS}
            events = len(case.events)
            if action is Action.ARBITRATE:
                case.disputed_at = NOON
                session.flush()
                before["disputed_at"] = NOON
            if action in ONLY_ON:
                case.track = min(ONLY_ON[action])
            if action is Action.BRING_BACK:
                case.follow_up_at = NOON
            session.flush()
            before |= {"track": case.track, "follow_up_at": case.follow_up_at}
            if (status, action) in TRANSITIONS:
                take(session, case, action)
                assert case.status == TRANSITIONS[status, action]
            else:
                with pytest.raises(Conflict, match="不能"):
                    take(session, case, action)
                assert {name: getattr(case, name) for name in COLUMNS} == before
            session.refresh(case)
            assert len(case.events) - events == ((status, action) in TRANSITIONS)


LACKING = [
    ([], Action.DISPATCH, {}),
    ([], Action.DISPATCH, {"unit": "nobody"}),
    ([], Action.ANSWER, {"text": "  "}),
    ([], Action.DECLINE, {"reason": "不归政府管"}),
    ([Action.DISPATCH], Action.RETURN, {"reason": "lazy", "text": "不想办"}),
    ([Action.DISPATCH], Action.RETURN, {"reason": "not_ours"}),
    (WAY_TO[Status.RETURNED], Action.REFUSE_RETURN, {}),
    (WAY_TO[Status.RETURNED], Action.ARBITRATE, {"unit": UNIT}),
    (WAY_TO[Status.ACCEPTED], Action.HOLD, {}),
    (WAY_TO[Status.ACCEPTED], Action.EXTEND, {"reason": "忙", "days": 0}),
    (WAY_TO[Status.ACCEPTED], Action.EXTEND, {"reason": "忙", "days": 31}),
    (WAY_TO[Status.ACCEPTED], Action.RESOLVE, {"outcome": "solved"}),
    (WAY_TO[Status.ACCEPTED], Action.RESOLVE, {"outcome": "gone", "text": "好了"}),
    (WAY_TO[Status.RESOLVED], Action.REOPEN, {"reason": " "}),
]


def test_a_step_told_too_little_changes_nothing(database: Database) -> None:
    for way, action, details in LACKING:
        with database.begin() as session:
            case = a_registered_case(session)
            for step in way:
                take(session, case, step)
            session.flush()
            with pytest.raises(BadInput):
                take(session, case, read_details(action, details))
            assert not session.is_modified(case), (action, details)


def test_return_keeps_clock_and_first_owner(database: Database) -> None:
    with database.begin() as session:
        case = a_dispatched_case(session)
        clock = (case.respond_by, case.resolve_by)
        take(session, case, Action.RETURN, now=NOON + 3 * DAY)
        elsewhere = Dispatch(unit="330102-urban_management")
        take(session, case, elsewhere, now=NOON + 4 * DAY)
        assert (case.respond_by, case.resolve_by) == clock
        assert (case.first_contact_owner, case.unit_code) == (UNIT, "330102-urban_management")


def test_one_extension_and_not_after_the_deadline(database: Database) -> None:
    with database.begin() as session:
        case = an_accepted_case(session)
        deadline = due(case)
        with pytest.raises(Conflict, match="期限"):
            take(session, case, Action.EXTEND, now=case.resolve_by + timedelta(seconds=1))
        take(session, case, Action.EXTEND, now=case.resolve_by)
        assert due(case) == calendar().add(deadline, 5)
        with pytest.raises(Conflict, match="一次"):
            take(session, case, Action.EXTEND)


def test_time_on_hold_does_not_count(database: Database) -> None:
    with database.begin() as session:
        case = an_accepted_case(session)
        deadline = due(case)
        take(session, case, Action.HOLD)
        take(session, case, Action.RESUME, now=NOON + 7 * DAY)  # Monday to Monday
        assert due(case) == calendar().add(deadline, 5)
        assert case.held_at is None


def test_lunch_hold_moves_nothing_and_hour_moves_hour(
    database: Database,
) -> None:
    with database.begin() as session:
        case = an_accepted_case(session)
        deadline = case.resolve_by
        for held_for in (timedelta(hours=1.5), timedelta(hours=1)):
            take(session, case, Action.HOLD)
            take(session, case, Action.RESUME, now=NOON + held_for)
            assert case.resolve_by == deadline  # until 13:30 in Shanghai nobody works
        take(session, case, Action.HOLD, now=NOON + timedelta(hours=2))
        take(session, case, Action.RESUME, now=NOON + timedelta(hours=3))
        assert due(case) == calendar().add(deadline.astimezone(SHANGHAI).date(), 1)
        assert case.resolve_by.astimezone(SHANGHAI).hour == 9


def test_a_reopened_case_begins_another_round(database: Database) -> None:
    with database.begin() as session:
        case = a_resolved_case(session)
        take(session, case, Action.REOPEN, now=NOON + DAY)
        assert (case.round, case.status, case.unit_code) == (2, "dispatched", UNIT)
        assert (case.outcome, case.resolved_at, case.extended_at) == (None, None, None)
        assert due(case) == date(2026, 12, 1)


def test_reopened_unassigned_case_goes_to_the_centre(database: Database) -> None:
    with database.begin() as session:
        case = a_registered_case(session)
        take(session, case, Action.ANSWER)
        take(session, case, Action.REOPEN)
        assert (case.status, case.unit_code) == ("dispatched", "HZ-12345")


def test_withdrawing_on_hold_and_reopening_forgets_the_hold(database: Database) -> None:
    with database.begin() as session:
        case = an_accepted_case(session)
        for action in (Action.HOLD, Action.WITHDRAW, Action.REOPEN):
            take(session, case, action)
        assert case.held_at is None


def test_the_resident_is_told_of_each_step(database: Database) -> None:
    with database.begin() as session:
        case = an_accepted_case(session)
        for action in (Action.EXTEND, Action.RETURN, Action.DISPATCH, Action.ACCEPT):
            take(session, case, action)
        take(session, case, Action.RESOLVE)
    texts = outbox_texts(database)
    assert all(text.count(case.case_no) == 1 for text in texts)
    for text, words in zip(
        texts, ["登记", "交给", "签收", "新的期限", "不归他们管", "交给", "签收", "评"], strict=True
    ):
        assert words in text


def test_only_the_resolved_message_asks_for_a_rating(database: Database) -> None:
    with database.begin() as session:
        case = a_resolved_case(session)
        *others, last = session.scalars(select(OutboxMessage).order_by(OutboxMessage.id))
        assert [row.buttons for row in others] == [[]] * 3
        assert [button["title"] for button in last.buttons] == [
            "非常满意", "满意", "基本满意", "不满意", "非常不满意",
        ]  # fmt: skip
        assert last.buttons[4]["data"] == {"case_no": case.case_no, "round": 1, "score": 1}


def test_the_same_message_is_noted_once(database: Database) -> None:
    with database.begin() as session:
        case = a_dispatched_case(session)
        details = MaybeText(Action.CHASE, "还没来人")
        entries = [
            note_once(StepContext(session, case, SYSTEM, NOON, details), number)
            for number in (7, 7, 8)
        ]
        assert entries == [True, False, True]
        assert case.status == "dispatched"


def test_a_resident_finds_only_their_own_cases(database: Database) -> None:
    with database.begin() as session:
        mine = a_dispatched_case(session, a_conversation(session, of="lin"))
        theirs = a_dispatched_case(session, a_conversation(session, of="wu"))
        result = queries.resident_cases(session, mine.resident_id)
        assert [case.case_no for case in result] == [mine.case_no]
        assert queries.resident_cases(session, mine.resident_id, number=theirs.case_no) == []
        assert queries.resident_cases(session, mine.resident_id, number="%") == []
        with pytest.raises(NotFound):
            queries.by_number(session, "HZ20261123999999")


def test_every_action_with_details_has_its_type() -> None:
    needing_nothing = {
        Action.ACCEPT, Action.RESUME, Action.CLOSE, Action.WITHDRAW, Action.RECALL,
    }  # fmt: skip
    assert set(EFFECTS) == set(ENOUGH) | needing_nothing
    assert set(TAKES) == set(Action)
    assert all(TAKES[action] is type(details) for action, details in ENOUGH.items())
