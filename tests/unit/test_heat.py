"""Heat of topics: its parts, one voice a person, floods, and the files that rule it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from backend.errors import BadFilter
from backend.settings import DATA_FOLDER
from backend.topics.formula import HeatFormula, HeatFormulas
from backend.topics.heat import Heat, heat_of, voices_of
from nlu.incidents.message import Message

FILE = DATA_FOLDER / "heat" / "2026-11.yml"
FORMULA = HeatFormula.load(FILE)
NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
COPY = "求求你们把七号楼的电梯修好，老人天天爬楼"


def message(
    number: int, *, user: str = "", days: float = 1, text: str = "", up: int = 0, down: int = 0
) -> Message:
    at = NOW - timedelta(days=days)
    words = text or f"第{number}个人说电梯坏了{number}天"
    return Message(f"m{number}", user or f"u{number}", words, at=at, up=up, down=down)


def heat(messages: list[Message]) -> Heat:
    return heat_of(messages, FORMULA, NOW)


def test_more_people_are_hotter() -> None:
    assert heat([message(n) for n in range(20)]).score > heat([message(n) for n in range(5)]).score


@given(st.integers(1, 300))
def test_one_person_is_never_hot(messages: int) -> None:
    result = heat([message(n, user="one", up=1000) for n in range(messages)])
    assert (result.score, result.people) == (0.0, 1)


@given(st.lists(st.tuples(st.integers(0, 6), st.floats(0, 60)), min_size=1, max_size=30))
def test_heat_lies_between_0_and_100(voices: list[tuple[int, float]]) -> None:
    messages = [message(n, user=f"u{u}", days=d) for n, (u, d) in enumerate(voices)]
    result = heat(messages)
    assert 0 <= result.score <= 100
    assert result.people == len({user for user, _ in voices})


def test_what_is_long_ago_cools_down() -> None:
    fresh = heat([message(n, days=1) for n in range(6)])
    old = heat([message(n, days=60) for n in range(6)])
    assert fresh.score > old.score
    assert old.parts.growth == 0


def test_support_warms_and_votes_against_cool() -> None:
    plain = heat([message(n) for n in range(4)])
    supported = heat([message(n, up=20) for n in range(4)])
    disputed = heat([message(n, up=20, down=20) for n in range(4)])
    assert plain.score < disputed.score < supported.score


def test_growth_compares_people_with_the_days_before() -> None:
    grows = heat([message(n, days=1) for n in range(9)])
    shrinks = heat([message(n, days=10 if n else 1) for n in range(9)])
    assert grows.parts.growth > 0.5
    assert shrinks.parts.growth == 0


def flood(accounts: int, *, minutes: float) -> list[Message]:
    step = minutes / 24 / 60 / max(1, accounts - 1)
    return [
        message(n, days=1 - n * step, text=COPY + "！" * (n % 3), up=50) for n in range(accounts)
    ]


def test_twenty_copies_in_a_minute_are_one_voice() -> None:
    result = heat(flood(20, minutes=0.9))
    assert (result.is_flood, result.people, result.score) == (True, 1, 0.0)


def test_copies_over_a_week_are_people() -> None:
    result = heat(flood(20, minutes=7 * 24 * 60))
    assert (result.is_flood, result.people) == (False, 20)
    assert result.score > 0


def test_people_beside_a_flood_still_count() -> None:
    others = [message(100 + n) for n in range(4)]
    result = heat([*flood(20, minutes=0.5), *others])
    assert (result.is_flood, result.people) == (True, 5)
    assert result.score > 0
    assert voices_of([*flood(20, minutes=0.5), *others], FORMULA).messages == 5


def test_a_flood_of_one_person_is_a_person() -> None:
    voices = voices_of([message(n, user="one", text=COPY) for n in range(20)], FORMULA)
    assert (voices.people, voices.messages, voices.is_flood) == (1, 20, False)


def test_times_may_be_missing() -> None:
    messages = [Message(f"m{n}", f"u{n}", "路灯不亮") for n in range(5)]
    result = heat_of(messages, FORMULA, None)
    assert result.score > 0
    assert (result.parts.growth, result.parts.recency) == (0, 0)


def formula_file(folder: Path, name: str, changes: dict[str, Any]) -> Path:
    content = yaml.safe_load(FILE.read_text(encoding="utf-8")) | {"version": name} | changes
    path = folder / f"{name}.yml"
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"colour": 1}, "colour"),
        ({"people_from": 1}, "people_from"),
        ({"down_vote": 2.0}, "down_vote"),
        ({"weights": dict.fromkeys(dict(FORMULA.weights), 0)}, "above 0"),
        ({"half_life_days": 0}, "half_life_days"),
    ],
)
def test_a_bad_file_is_refused_by_name(
    tmp_path: Path, changes: dict[str, Any], problem: str
) -> None:
    path = formula_file(tmp_path, "bad", changes)
    with pytest.raises(ValueError, match=rf"bad\.yml: .*{problem}"):
        HeatFormula.load(path)


def test_board_can_use_an_older_version(tmp_path: Path) -> None:
    formula_file(tmp_path, "a", {})
    later = {"valid_from": NOW.date(), "people_from": 5}
    formula_file(tmp_path, "b", later)
    versions = HeatFormulas.load(tmp_path)
    assert versions.of(NOW.date()).version == "b"
    assert versions.of(NOW.date(), "a").people_from == 3
    four = [message(n) for n in range(4)]
    assert heat_of(four, versions.of(NOW.date()), NOW).score == 0
    assert heat_of(four, versions.of(NOW.date(), "a"), NOW).score > 0
    with pytest.raises(BadFilter, match="热度办法"):
        versions.of(NOW.date(), "c")


def test_weight_of_the_domain_moves_the_heat() -> None:
    formulas = HeatFormulas.load(FILE.parent)
    weighted = formulas.versions["2026-12"]
    few = [message(n) for n in range(6)]
    plain = heat_of(few, weighted, NOW).score
    assert heat_of(few, weighted, NOW, "民政").score == pytest.approx(plain * 1.2, abs=0.02)
    assert heat_of(few, FORMULA, NOW, "民政").score == plain
    many = [message(n, up=1000) for n in range(400)]
    assert heat_of(many, weighted, NOW, "民政").score <= 100
