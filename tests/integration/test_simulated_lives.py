"""The pure parts of the simulated city: who is there, and what happens next."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from backend.deadlines.rules import Calendar
from backend.settings import DATA_FOLDER
from backend.simulation.city import SCRIPT
from backend.simulation.habits import HABITS, HabitName
from backend.simulation.moves import CaseView, MoveContext, next_move
from backend.simulation.town import Script, SimulatedAppeal, Town, appeals, town_of
from backend.vocabulary.case_lifecycle import FACTS, TRANSITIONS, Action, Status
from backend.vocabulary.grades import Grade
from nlu.matters import past_cases

SCRIPT_READ = Script.load(SCRIPT)
NAMES = {f"{d}-{t}": t for d in SCRIPT_READ.population for t in SCRIPT_READ.unit_types}
UNTIL = datetime(2026, 11, 23, 4, tzinfo=UTC)
DAYS = 20
PLACES = {district: [district] for district in SCRIPT_READ.population}


def a_town(seed: int = 1) -> Town:
    return town_of(SCRIPT_READ, NAMES, seed)


def simulate(seed: int, cases: int = 400) -> list[SimulatedAppeal]:
    past = past_cases.load(DATA_FOLDER / "appeals")
    begin = UNTIL - timedelta(days=DAYS)
    town = a_town(seed)
    return list(appeals(SCRIPT_READ, town, past, PLACES, cases=cases, begin=begin, days=DAYS))


def test_sixty_units_have_the_habits_that_were_written() -> None:
    units = a_town().units.values()
    assert len(units) == 60
    habits = Counter(unit.habit for unit in units)
    large = [unit for unit in units if unit.is_large]
    assert {unit.habit for unit in large} == {HabitName.SLOW}
    assert habits[HabitName.RETURNING] == SCRIPT_READ.habits["returning"]
    assert habits[HabitName.SLOW] == SCRIPT_READ.habits["slow"] + len(large)
    assert habits[HabitName.SILENT] == SCRIPT_READ.habits["silent"]


def test_seed_determines_the_city() -> None:
    assert simulate(1) == simulate(1)
    assert simulate(1) != simulate(2)
    assert a_town(1).units != a_town(2).units


def test_appeals_are_ordered_and_follow_population() -> None:
    simulated = simulate(3, cases=2000)
    moments = [one.at for one in simulated]
    assert moments == sorted(moments)
    assert all(UNTIL - timedelta(days=DAYS + 1) < at < UNTIL for at in moments)
    people = Counter(a_town(3).units[one.unit].district for one in simulated)
    by_size = sorted(SCRIPT_READ.population, key=lambda code: SCRIPT_READ.population[code])
    assert people[by_size[-1]] > 2 * people[by_size[0]]
    assert {one.channel for one in simulated} == set(SCRIPT_READ.channels)
    assert not any(word in one.text for one in simulated for word in SCRIPT_READ.leave_out)


@st.composite
def sights(draw: st.DrawFn) -> CaseView:
    unit = st.sampled_from(["own", "elsewhere", "third"])
    status = draw(st.sampled_from(Status))
    nobody = status in {Status.REGISTERED, Status.CLOSED} and draw(st.booleans())
    return CaseView(
        status=status,
        last=draw(st.sampled_from(Action)),
        kind=draw(st.sampled_from(["inquiry", "complaint"])),
        round=draw(st.integers(1, 3)),
        unit=None if nobody else draw(unit),
        own="own",
        elsewhere="elsewhere",
        habit=HABITS[draw(st.sampled_from(HabitName))],
        resolve_by=UNTIL + timedelta(hours=draw(st.integers(-200, 400))),
        was_refused=draw(st.booleans()),
        is_bound=draw(st.booleans()),
        is_disputed=draw(st.booleans()),
        is_extended=draw(st.booleans()),
        is_extension_asked=draw(st.booleans()),
        is_chased=draw(st.booleans()),
        is_solved=draw(st.booleans()),
        is_spoken_to=draw(st.booleans()),
        grade=draw(st.sampled_from([None, *Grade])),
    )


@given(sights(), st.integers())
def test_every_simulated_move_is_in_the_table(view: CaseView, seed: int) -> None:
    turn = MoveContext(view, Random(seed), Calendar(), SCRIPT_READ.words, UNTIL)
    move = next_move(turn)
    if move is None:
        assert view.status in {Status.RESOLVED, Status.CLOSED}
        return
    assert move.at >= UNTIL
    assert move.action in FACTS or (view.status, move.action) in TRANSITIONS
    assert (move.action is Action.RATE) == (move.grade is not None)
    if move.action is Action.RETURN:
        assert not view.is_bound
    if view.is_disputed and view.status is Status.RETURNED:
        assert move.action is Action.ARBITRATE
    assert next_move(replace(turn, chance=Random(seed))) == move


def test_some_residents_stay_silent_and_some_are_unhappy() -> None:
    rated = [_answer_of_a_resident(seed) for seed in range(400)]
    answers = [grade for grade in rated if grade]
    assert 0.4 < len(answers) / len(rated) < 0.7
    assert 0.05 < sum(grade.is_low for grade in answers) / len(answers) < 0.3


def _answer_of_a_resident(seed: int) -> Grade | None:
    view = CaseView(
        Status.RESOLVED, Action.RESOLVE, "help", 1, "own", "own", "elsewhere",
        HABITS[HabitName.PROMPT], UNTIL, was_refused=False, is_bound=False, is_disputed=False,
        is_extended=False, is_extension_asked=False, is_chased=False, is_solved=True,
        is_spoken_to=True, grade=None,
    )  # fmt: skip
    move = next_move(MoveContext(view, Random(seed), Calendar(), SCRIPT_READ.words, UNTIL))
    return move.grade if move else None
