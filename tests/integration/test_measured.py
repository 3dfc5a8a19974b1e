"""What is counted, from real events in the real database."""

from dataclasses import astuple, fields
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.cases.step import StepContext
from backend.cases.stepping import act, note
from backend.clock import SHANGHAI
from backend.database import Database
from backend.jobs.unit_succession import hand_over
from backend.measures.case_counts import CaseCounts
from backend.measures.city_units import City
from backend.measures.drill_down import NUMBERS, condition_of
from backend.measures.formula import Formula
from backend.measures.periods import parse
from backend.measures.query import DIMENSIONS, MeasureQuery
from backend.measures.report import Report, measure
from backend.measures.report_lines import Line
from backend.measures.versions import formulas
from backend.models.cases import Case
from backend.models.units import Unit
from backend.ratings.service import rate
from backend.simulation.filled_month import MONTH, fill
from backend.vocabulary.actors import RESIDENT, ROUTER, Actor
from backend.vocabulary.case_lifecycle import Action
from backend.vocabulary.grades import Grade
from backend.vocabulary.step_details import (
    Contact,
    Dispatch,
    MaybeReason,
    ReasonOrText,
    UnitAndReason,
)
from bot.bench.measures import NOW
from tests.support.builders import (
    NOON,
    UNIT,
    a_conversation,
    a_dispatched_case,
    a_registered_case,
    an_accepted_case,
    take,
)

FORMULA = formulas().of(NOON.date())
PERIOD = parse("2026-11..2027-01")
LATER = datetime(2027, 1, 20, 12, tzinfo=SHANGHAI)
OTHER = "330102-urban_management"
ARBITER = Actor("staff:liu", "刘督办")
DAY = timedelta(days=1)


def measured(session: Session, *group: str, at: datetime = LATER, **only: str) -> Report:
    return measure(session, MeasureQuery(PERIOD, group, only), FORMULA, at)


def tally(session: Session, *, at: datetime = LATER) -> CaseCounts:
    return measured(session, at=at).whole.counts


def of_unit(session: Session, code: str, *, at: datetime = LATER) -> Line:
    report = measured(session, "unit", at=at)
    return next(line for line in report.lines if line.key == (code,))


def resolved(session: Session, case: Case, at: datetime) -> None:
    take(session, case, Action.RESOLVE, now=at)


def rated(session: Session, case: Case, grade: Grade, message_id: int, at: datetime) -> None:
    rate(session, case, grade, round=case.round, message_id=message_id, now=at)


def test_on_time_rate_counts_each_due_case_once(database: Database) -> None:
    with database.begin() as session:
        in_time, late, reopened, withdrawn, held, taken_back, not_due = (
            an_accepted_case(session) for _ in range(7)
        )
        resolved(session, in_time, NOON + DAY)
        resolved(session, late, late.resolve_by + DAY)
        resolved(session, reopened, NOON + DAY)
        take(session, reopened, Action.REOPEN, now=NOON + 30 * DAY)  # never done again
        take(session, held, Action.HOLD, now=NOON + DAY)
        act(StepContext(session, taken_back, RESIDENT, NOON + DAY, MaybeReason(Action.WITHDRAW)))
        assert withdrawn.status == not_due.status == "accepted"
        result = tally(session)
        assert (result.due, result.on_time) == (5, 2)  # one more is open and overdue: not_due, too
        assert result.withdrawn == 1
        early = tally(session, at=NOON + 2 * DAY)
        assert (early.due, early.on_time) == (0, 0)  # what is to come is no hit and no miss


def test_one_more_open_overdue_case_lowers_the_rate(database: Database) -> None:
    with database.begin() as session:
        resolved(session, an_accepted_case(session), NOON + DAY)
        before = tally(session).on_time_rate
        a_dispatched_case(session)
        after = tally(session).on_time_rate
        assert (before.share, after.share) == (1, 0.5)


def test_only_a_persons_contact_is_a_response(database: Database) -> None:
    with database.begin() as session:
        spoken, silent, slow = (a_dispatched_case(session) for _ in range(3))
        a_registered_case(session)  # never dispatched: the units have not been asked
        contact = Contact(text="打电话说明天来")
        soon = NOON + timedelta(hours=2)
        note(StepContext(session, spoken, ARBITER, soon, contact))
        remind = ReasonOrText(Action.REMIND, "快办")
        note(StepContext(session, silent, ARBITER, soon, remind))
        note(StepContext(session, slow, ARBITER, slow.respond_by + DAY, contact))
        result = tally(session)
        assert (result.respond_due, result.responded) == (3, 1)


def test_last_answer_counts_and_silence_is_no_praise(database: Database) -> None:
    with database.begin() as session:
        happy, unhappy, silent, twice = (an_accepted_case(session) for _ in range(4))
        for case in (happy, unhappy, silent, twice):
            resolved(session, case, NOON + DAY)
        rated(session, happy, Grade.FAIRLY_SATISFIED, 1, NOON + 2 * DAY)
        rated(session, unhappy, Grade.DISSATISFIED, 2, NOON + 2 * DAY)
        rated(session, twice, Grade.VERY_DISSATISFIED, 3, NOON + 2 * DAY)
        counts_found = tally(session)
        assert (counts_found.answered, counts_found.satisfied, counts_found.unanswered) == (3, 1, 1)
        take(session, twice, Action.REOPEN, now=NOON + 3 * DAY)
        assert tally(session).answered == 3  # a re-opening does not wipe the low grade out
        take(session, twice, Action.ACCEPT, now=NOON + 3 * DAY)
        resolved(session, twice, NOON + 4 * DAY)
        rated(session, twice, Grade.SATISFIED, 4, NOON + 5 * DAY)
        counts_found = tally(session)
        assert (counts_found.answered, counts_found.satisfied, counts_found.solved) == (3, 2, 2)
        assert (counts_found.settled, counts_found.reopened) == (4, 1)


def test_few_answers_are_drawn_to_the_citys_mean(database: Database) -> None:
    with database.begin() as session:
        case = an_accepted_case(session)
        resolved(session, case, NOON + DAY)
        rated(session, case, Grade.VERY_SATISFIED, 1, NOON + DAY)
        bad = an_accepted_case(session)
        take(session, bad, Action.RETURN, now=NOON)
        take(session, bad, Dispatch(unit=OTHER), now=NOON)
        take(session, bad, Action.ACCEPT, now=NOON)
        resolved(session, bad, NOON + DAY)
        rated(session, bad, Grade.DISSATISFIED, 2, NOON + DAY)
        mine, m = of_unit(session, UNIT), FORMULA.satisfaction.shrink_answers
        assert mine.counts.satisfaction_rate.share == 1
        assert mine.shrunk_satisfaction == pytest.approx((1 + m * 0.5) / (1 + m))
        assert not mine.is_ranked
        assert of_unit(session, OTHER).shrunk_satisfaction == pytest.approx(m * 0.5 / (1 + m))


# Passing the buck


def returned(session: Session, case: Case, hours: int = 1) -> None:
    take(session, case, Action.RETURN, now=NOON + timedelta(hours=hours))


def test_refused_returns_charge_units_and_accepted_ones_routers(database: Database) -> None:
    with database.begin() as session:
        refused, accepted = a_dispatched_case(session), a_dispatched_case(session)
        returned(session, refused)
        take(session, refused, Action.REFUSE_RETURN, now=NOON + timedelta(hours=2))
        returned(session, accepted)
        take(session, accepted, Dispatch(unit=OTHER), now=NOON + DAY)
        mine = of_unit(session, UNIT).buck_passing.counts
        assert (mine.refused_returns, mine.repeat_bounces, mine.router_mistakes) == (1, 0, 1)
        assert mine.dispatched == 2
        assert of_unit(session, OTHER).buck_passing.counts.dispatched == 1
        report = measured(session)
        assert (report.router.numerator, report.router.denominator) == (1, 2)


@pytest.mark.parametrize("unit", [UNIT, OTHER])
def test_a_dispute_counts_as_it_was_arbitrated(database: Database, unit: str) -> None:
    """A unit that is found to be right has passed nothing on; one in the wrong did so twice."""
    with database.begin() as session:
        case = a_dispatched_case(session)
        returned(session, case)
        take(session, case, Action.REFUSE_RETURN, now=NOON + timedelta(hours=2))
        returned(session, case, hours=3)
        verdict = UnitAndReason(action=Action.ARBITRATE, unit=unit, reason="按三定方案")
        act(StepContext(session, case, ARBITER, NOON + DAY, verdict))
        counts = of_unit(session, UNIT).buck_passing.counts
        expected = (2, 1) if unit == UNIT else (0, 0)
        assert (counts.refused_returns, counts.repeat_bounces) == expected
        assert counts.dispatched == 1


def test_late_signing_counts_whether_signed_or_not(
    database: Database,
) -> None:
    with database.begin() as session:
        signed, withdrawn, _ = (a_dispatched_case(session) for _ in range(3))
        assert signed.sign_by is not None
        at, by = signed.sign_by + DAY, RESIDENT
        take(session, signed, Action.ACCEPT, now=at)
        act(StepContext(session, withdrawn, by, at, MaybeReason(Action.WITHDRAW)))
        running = of_unit(
            session, UNIT, at=at + timedelta(minutes=1)
        ).buck_passing.counts.unsigned_minutes
        over = 8 * 60 - 30  # a working day, lunch left out
        assert running == pytest.approx(3 * over, abs=60)
        # When the period is over, what still lies there is counted once it is signed.
        closed = of_unit(session, UNIT, at=LATER + 30 * DAY).buck_passing.counts.unsigned_minutes
        assert closed == pytest.approx(2 * over, abs=60)


def test_case_moved_to_successor_counts_there_once(
    own_database: Database,
) -> None:
    with own_database.begin() as session:
        done, running = an_accepted_case(session), an_accepted_case(session)
        resolved(session, done, NOON + DAY)
        unit = session.get_one(Unit, UNIT)
        unit.active, unit.successor_code = False, OTHER
        session.flush()
        hand_over(session, UNIT, OTHER, now=NOON + 2 * DAY)
        assert (done.unit_code, running.unit_code) == (UNIT, OTHER)
        report = measured(session, "unit")
        assert [line.key for line in report.lines] == [(OTHER,)]
        line = report.lines[0]
        assert (line.counts.due, line.counts.on_time) == (2, 1)
        assert line.buck_passing.counts.dispatched == 2


# Splitting, recomputing, lists


def test_every_split_sums_to_total_and_list_lengths(
    own_database: Database,
) -> None:
    with own_database.begin() as session:
        fill(session, 2000)
        whole = measure(session, MeasureQuery(MONTH), FORMULA, NOW).whole
        assert whole.counts.due > 1500
        assert min(astuple(whole.counts)[:9]) > 0
        for name in DIMENSIONS:
            lines = measure(session, MeasureQuery(MONTH, (name,)), FORMULA, NOW).lines
            assert sum((line.counts for line in lines), CaseCounts()) == whole.counts, name
            dispatched_count = sum(line.buck_passing.counts.dispatched for line in lines)
            assert dispatched_count == whole.buck_passing.counts.dispatched, name
        two = measure(session, MeasureQuery(MONTH, ("unit_type", "kind")), FORMULA, NOW).lines
        assert sum((line.counts for line in two), CaseCounts()) == whole.counts
        only = measure(session, MeasureQuery(MONTH, (), {"kind": "help"}), FORMULA, NOW).whole
        assert 0 < only.counts.due < whole.counts.due
        city = City.read(session)
        for name in NUMBERS.keys() & {field.name for field in fields(CaseCounts)}:
            which = condition_of(name, MeasureQuery(MONTH), city, FORMULA, NOW)
            count = session.scalar(select(func.count(Case.id)).where(which))
            assert count == getattr(whole.counts, name), name


def test_old_period_keeps_its_version(own_database: Database) -> None:
    with own_database.begin() as session:
        fill(session, 500)
        old = measure(session, MeasureQuery(MONTH, ("unit_type",)), FORMULA, NOW)
        stricter = changed(FORMULA, satisfied_from=5)
        new = measure(session, MeasureQuery(MONTH, ("unit_type",)), stricter, NOW)
        assert new.whole.counts.satisfied < old.whole.counts.satisfied
        assert new.whole.efficiency.value != old.whole.efficiency.value
        assert measure(session, MeasureQuery(MONTH, ("unit_type",)), FORMULA, NOW) == old


def changed(formula: Formula, **satisfaction: int) -> Formula:
    rules = formula.satisfaction.model_copy(update=satisfaction)
    return formula.model_copy(update={"version": "new", "satisfaction": rules})


def test_nothing_at_all_is_measured_without_a_fault(database: Database) -> None:
    with database.begin() as session:
        a_conversation(session)
        report = measured(session, "unit", "month")
        assert report.lines == ()
        assert report.whole.efficiency.value is None
        assert report.city_mean is None


def test_the_router_is_the_one_that_routed(database: Database) -> None:
    """Staff who dispatch by hand answer for their own mistakes."""
    with database.begin() as session:
        by_hand = a_registered_case(session)
        take(session, by_hand, Action.DISPATCH, now=NOON)
        returned(session, by_hand)
        take(session, by_hand, Dispatch(unit=OTHER), now=NOON + DAY)
        result = measured(session)
        assert (result.router.numerator, result.router.denominator) == (0, 0)
        assert result.whole.buck_passing.counts.dispatcher_mistakes == 1
        assert ROUTER.key == "router"
