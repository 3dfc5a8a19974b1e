"""The calibrated likelihood of a unit type, and the bar that a wanted precision sets."""

import math

import pytest

from backend.routing.service import matter_of
from nlu.matters.confidence import (
    NEVER,
    Calibration,
    Point,
    calibration,
    features,
    tells_matter,
)
from nlu.matters.matter import Matter
from nlu.matters.opinion import opinion

CURVE = (Point(0.3, 0.83, 0.8, 0.7), Point(0.6, 0.92, 0.9, 0.5), Point(0.9, 0.98, 0.97, 0.2))
CLEAR = "文三路路灯坏了三天，晚上黑得看不见"
VAGUE = "你们管不管，天天这样"


@pytest.mark.parametrize(
    ("precision", "bar"), [(0.5, 0.3), (0.8, 0.3), (0.85, 0.6), (0.97, 0.9), (0.99, NEVER)]
)
def test_the_bar_is_the_lowest_with_that_precision(precision: float, bar: float) -> None:
    assert Calibration({}, {}, 0.0, CURVE).bar_for(precision) == bar


def test_the_curve_of_the_file_rises() -> None:
    points = calibration().curve
    assert len(points) > 50
    assert [it.bar for it in points] == sorted(it.bar for it in points)
    assert [it.precision for it in points] == sorted(it.precision for it in points)
    assert [it.share for it in points] == sorted((it.share for it in points), reverse=True)


def test_the_curve_reaches_the_precision_of_the_setting() -> None:
    bar = calibration().bar_for(0.95)
    share = next(it.share for it in calibration().curve if it.bar == bar)
    assert share > 0.2


@pytest.mark.model
def test_each_evidence_value_lies_between_0_and_1() -> None:
    for text in (CLEAR, VAGUE, "小区" * 500, "12345"):
        matter = matter_of(text)
        evidence = features(matter, {}) if matter.unit_types else {}
        del evidence["opinion"]  # the logarithm of odds
        assert all(0 <= value <= 1 for value in evidence.values()), text
        assert {*evidence, "opinion"} == calibration().weights.keys()


@pytest.mark.model
def test_the_second_opinion_is_a_distribution() -> None:
    for text in (CLEAR, VAGUE, "小区" * 500, "12345"):
        likelihoods = opinion(matter_of(text), calibration().opinion)
        assert sum(likelihoods.values()) == pytest.approx(1, abs=1e-4), text


def test_nothing_has_no_second_opinion() -> None:
    assert opinion(Matter("help", None, None, 0.0, ()), calibration().opinion) == {}


@pytest.mark.model
def test_clear_matters_score_above_vague_ones() -> None:
    clear, vague = (calibration().likelihood(matter_of(text)) for text in (CLEAR, VAGUE))
    assert clear > 0.9
    assert vague < 0.5


def test_nothing_is_not_likely() -> None:
    assert calibration().likelihood(Matter("help", None, None, 0.0, ())) == 0.0


@pytest.mark.model
def test_the_likelihood_is_a_logistic_sum() -> None:
    matter = matter_of(CLEAR)
    one = Calibration(calibration().opinion, {"share": 2.0}, -1.0, ())
    expected = 1 / (1 + math.exp(1.0 - 2.0 * matter.unit_types[0][1]))
    assert one.likelihood(matter) == pytest.approx(expected, abs=1e-4)


@pytest.mark.model
@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        (CLEAR, True),
        ("我家门口的路塌了", True),  # whoever repairs it
        ("隔壁在搞装修", True),
        ("那边那个东西又那样了", False),
        ("你好", False),
    ],
)
def test_whether_a_text_tells_of_a_matter(text: str, is_one: bool) -> None:
    assert tells_matter(matter_of(text)) == is_one


def test_no_evidence_is_no_matter() -> None:
    assert not tells_matter(Matter("help", None, None, 0.0, ()))
