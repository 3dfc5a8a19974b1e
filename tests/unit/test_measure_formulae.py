"""The formulae alone: shares, intervals, the indices, periods, and the files that rule them."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from backend.errors import BadFilter
from backend.measures.buck_passing import Workload, indices
from backend.measures.case_counts import CaseCounts
from backend.measures.efficiency import efficiency, not_passed_on
from backend.measures.formula import Formula, Formulas
from backend.measures.periods import Period, parse
from backend.measures.query import MeasureQuery
from backend.measures.rates import Rate, shrunk, total, wilson
from backend.reviews.sampling import digest, draw
from backend.settings import DATA_FOLDER

FILE = DATA_FOLDER / "measures" / "2026-11.yml"
FORMULA = Formula.load(FILE)
RULES = FORMULA.buck_passing
KIN = "district", "urban_management"

counts = st.integers(0, 10_000)
rates = st.tuples(counts, counts).map(lambda two: Rate(min(two), max(two)))


@given(rates, st.floats(0.5, 5))
def test_interval_surrounds_the_share_within_0_and_1(rate: Rate, z: float) -> None:
    interval = wilson(rate, z)
    if rate.share is None:
        assert interval is None
    else:
        assert interval is not None
        assert 0 <= interval[0] <= rate.share <= interval[1] <= 1


def test_wilsons_interval_as_it_is_printed_elsewhere() -> None:
    low, high = wilson(Rate(8, 10), 1.96) or (0, 0)  # 0.490 to 0.943 in the usual tables
    assert (round(low, 3), round(high, 3)) == (0.490, 0.943)


@given(rates, st.floats(0, 1), st.floats(0, 1000))
def test_shrunk_share_lies_between_own_and_citys(rate: Rate, mean: float, answers: float) -> None:
    share = shrunk(rate, mean, answers)
    if rate.share is None:
        assert share is None
    else:
        assert share is not None
        assert min(rate.share, mean) - 1e-9 <= share <= max(rate.share, mean) + 1e-9


@given(st.lists(rates))
def test_shares_add_up(parts: list[Rate]) -> None:
    whole = total(parts)
    assert whole.numerator == sum(part.numerator for part in parts)
    assert whole.denominator == sum(part.denominator for part in parts)


@pytest.mark.parametrize(("good", "of"), [(2, 1), (-1, 3), (1, 0)])
def test_no_share_is_more_than_its_whole(good: int, of: int) -> None:
    with pytest.raises(ValueError, match="no share"):
        Rate(good, of)


@given(counts, counts, st.integers(1, 50))
def test_an_open_overdue_case_never_raises_the_rate(on_time: int, late: int, more: int) -> None:
    before = CaseCounts(due=on_time + late, on_time=on_time)
    after = before + CaseCounts(due=more)
    assert after.on_time_rate.share is not None
    assert (before.on_time_rate.share or 0) >= after.on_time_rate.share


@given(counts, counts, counts)
def test_silence_never_changes_satisfaction(answered: int, good: int, silent: int) -> None:
    good = min(answered, good)
    tally = CaseCounts(settled=answered, answered=answered, satisfied=good, solved=good)
    with_silent = tally + CaseCounts(settled=silent)
    assert with_silent.satisfaction_rate == tally.satisfaction_rate
    assert with_silent.resolution_rate == tally.resolution_rate
    assert with_silent.unanswered == silent


def test_efficiency_omits_parts_without_data() -> None:
    result = efficiency({"on_time": 1.0, "response": 0.0, "panel": None}, FORMULA.efficiency)
    assert result.value == pytest.approx(20 / 35)
    assert "panel" in result.missing
    assert efficiency({}, FORMULA.efficiency).value is None
    assert efficiency({"not_passed_on": 1.0}, FORMULA.efficiency).value is None  # 0 of 0 cases
    assert not_passed_on(0.0, RULES) == 1
    assert not_passed_on(1000.0, RULES) == 0
    assert not_passed_on(None, RULES) is None


# The buck-passing index


def a_unit(code: str, people: int | None, dispatched: int, **did: int) -> Workload:
    return Workload(code, KIN, people, dispatched=dispatched, **did)


def test_units_returning_own_cases_rank_worst_anywhere() -> None:
    units = [
        a_unit("passer-small", 50_000, 100, refused_returns=20, repeat_bounces=5),
        a_unit("passer-large", 900_000, 1800, refused_returns=360, repeat_bounces=90),
        a_unit("prompt-large", 900_000, 1800, refused_returns=18),
        a_unit("prompt-small", 50_000, 100, refused_returns=1),
        a_unit("silent", 300_000, 600, unsigned_minutes=600 * 60 * 2),
    ]
    values = {code: one.value or 0 for code, one in indices(units, RULES).items()}
    assert values["passer-large"] == pytest.approx(values["passer-small"], rel=0.1)
    assert values["prompt-large"] == pytest.approx(values["prompt-small"], rel=0.1)
    assert min(values["passer-large"], values["passer-small"]) > RULES.alert_over
    assert max(values["prompt-large"], values["prompt-small"]) < 3
    assert values["silent"] > RULES.alert_over


@given(st.integers(1, 30_000_000), st.integers(20, 5000), st.integers(0, 100))
def test_population_moves_an_index_only_within_its_leverage(
    people: int, dispatched: int, refused: int
) -> None:
    """Whatever the census says, what was really sent bounds it."""
    refused = min(refused, dispatched)
    others = [a_unit("other", 100_000, 1000, refused_returns=10)]
    mine = indices([a_unit("mine", people, dispatched, refused_returns=refused), *others], RULES)[
        "mine"
    ]
    plain = 100 * refused / dispatched
    assert mine.value is not None
    assert plain / RULES.population_leverage - 1e-9 <= mine.value
    assert mine.value <= plain * RULES.population_leverage + 1e-9


def test_equal_workload_per_person_changes_nothing() -> None:
    small = [a_unit("a", 100_000, 200, refused_returns=4), a_unit("b", 100_000, 200)]
    large = [a_unit("a", 900_000, 1800, refused_returns=36), a_unit("b", 100_000, 200)]
    assert indices(small, RULES)["a"].value == pytest.approx(indices(large, RULES)["a"].value)


def test_without_a_census_expected_equals_sent() -> None:
    result = indices([a_unit("a", None, 50, refused_returns=5), a_unit("b", 1000, 10)], RULES)
    assert result["a"].value == 10
    assert indices([a_unit("idle", 1000, 0)], RULES)["idle"].value is None


# Periods


@pytest.mark.parametrize(
    ("text", "first", "after", "before"),
    [
        ("2026-11", "2026-11-01", "2026-12-01", "2026-10"),
        ("2026-01", "2026-01-01", "2026-02-01", "2025-12"),
        ("2026", "2026-01-01", "2027-01-01", "2025-01-01..2025-12-31"),
        ("2026-02-28", "2026-02-28", "2026-03-01", "2026-02-27"),
        ("2026-11-01..2026-11-15", "2026-11-01", "2026-11-16", "2026-10-17..2026-10-31"),
    ],
)
def test_periods(text: str, first: str, after: str, before: str) -> None:
    period = parse(text)
    assert (str(period.first), str(period.after)) == (first, after)
    assert str(period.before) == before
    assert parse(str(period)) == period
    assert period.since.utcoffset() == period.until.utcoffset()


def test_period_months_cover_the_whole_period() -> None:
    months = parse("2026-10-15..2026-12-02").months
    assert [str(it) for it in months] == [
        "2026-10-15..2026-10-31", "2026-11", "2026-12-01..2026-12-02",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    ["", "11月", "2026-13", "2026-02-30", "2026-11-02..2026-11-01", "2020..2026", "0000", "9999",
     "2026-11..", "２０２６-1", "2026-11-01..2026-11-02..2026-11-03"],
)  # fmt: skip
def test_what_is_no_period_is_refused_with_words(text: str) -> None:
    with pytest.raises(BadFilter, match="统计期"):
        parse(text)


@pytest.mark.parametrize("group", [("colour",), ("unit", "unit"), ("unit", "kind", "channel")])
def test_what_cannot_be_split_by(group: tuple[str, ...]) -> None:
    with pytest.raises(BadFilter, match="按"):
        MeasureQuery(Period(date(2026, 11, 1), date(2026, 12, 1)), group)


# Files


def a_file(folder: Path, name: str = "2026-11", **changed: Any) -> Path:
    content = yaml.safe_load(FILE.read_text(encoding="utf-8")) | {"version": name} | changed
    path = folder / f"{name}.yml"
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"weights": {}}, "weights: Extra inputs"),
        ({"note": None}, "note: Input should be a valid string"),
        ({"approved": []}, "approved: List should have at least 1"),
        ({"valid_from": "soon"}, "valid_from: Input should be a valid date"),
        ({"efficiency": dict.fromkeys(FORMULA.efficiency.parts, 0)}, "at least one weight"),
        ({"efficiency": dict.fromkeys(FORMULA.efficiency.parts, -1)}, "efficiency.on_time"),
        ({"efficiency": dict.fromkeys(FORMULA.efficiency.parts, float("nan"))}, "efficiency"),
        ({"buck_passing": {}}, "buck_passing.refused_return: Field required"),
        ({"boards": {"most": True, "red_from": 2}}, "boards.red_from"),
        ({"version": "2026-12"}, "it says that it is version '2026-12'"),
    ],
)
def test_bad_file_is_refused_with_reasons(
    tmp_path: Path, changed: dict[str, Any], complaint: str
) -> None:
    content = yaml.safe_load(FILE.read_text(encoding="utf-8")) | changed
    path = tmp_path / "2026-11.yml"
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    with pytest.raises(ValueError, match=r"2026-11\.yml") as problem:
        Formula.load(path)
    assert complaint in str(problem.value)


@pytest.mark.parametrize("content", [b"", b"[1]", b"{", b"\xff\xfe", b"version: 2026-11"])
def test_what_is_no_such_file_at_all(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "2026-11.yml"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"2026-11\.yml"):
        Formula.load(path)


def test_version_valid_at_period_start_applies(tmp_path: Path) -> None:
    a_file(tmp_path, "a", valid_from=date(2026, 1, 1))
    a_file(tmp_path, "b", valid_from=date(2026, 6, 1))
    formulas = Formulas.load(tmp_path)
    assert formulas.of(date(2026, 5, 31)).version == "a"
    assert formulas.of(date(2026, 6, 1)).version == "b"
    assert formulas.of(date(2025, 1, 1)).version == "a"
    assert formulas.of(date(2026, 6, 1), "a").version == "a"
    with pytest.raises(BadFilter, match="有的是：a、b"):
        formulas.of(date(2026, 6, 1), "c")
    a_file(tmp_path, "c", valid_from=date(2026, 6, 1))
    with pytest.raises(ValueError, match="the same day"):
        Formulas.load(tmp_path)


def test_a_folder_without_versions(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no version"):
        Formulas.load(tmp_path)


# The draw


@given(st.dictionaries(st.text(), st.sets(st.text(max_size=8), max_size=20)), st.integers(1, 5))
def test_anybody_draws_the_same_sample(cases: dict[str, set[str]], each: int) -> None:
    drawn = draw(cases, seed="双色球2026135", each=each)
    shuffled = {unit: sorted(numbers, reverse=True) for unit, numbers in cases.items()}
    assert draw(shuffled, seed="双色球2026135", each=each) == drawn
    for unit, numbers in drawn.items():
        assert len(numbers) == min(each, len(cases[unit]))
        assert set(numbers) <= cases[unit]


def test_another_seed_or_list_changes_the_draw() -> None:
    numbers = [f"HZ2026110100{n:04}" for n in range(500)]
    first, other = (draw({"u": numbers}, seed=seed, each=20)["u"] for seed in ("one", "two"))
    assert first != other
    assert digest(numbers) == digest(reversed(numbers)) != digest(numbers[1:])
