"""True if two appeals tell of the same: by place, matter, days and words."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.collective.likeness import (
    LONGEST_APART,
    SAME_APPEAL,
    SAME_INCIDENT,
    Comparable,
    Likeness,
    Matter,
    Place,
    compare,
)
from nlu.language.overlap import overlap, pairs
from tests.support.builders import NOON

DRILL = Comparable(
    pairs("工地半夜打桩吵得睡不着"),
    NOON,
    item="HJ-1",
    domain="环境保护",
    names=frozenset({"文三路"}),
    district="330106",
    street="330106001",
)


def score(other: Comparable) -> float:
    likeness = compare(DRILL, other)
    return likeness.score if likeness else 0.0


def test_neighbours_in_other_words_are_the_same_incident() -> None:
    other = replace(DRILL, pairs=pairs("隔壁夜里施工，噪音太大"), at=NOON + timedelta(days=2))
    assert score(other) >= SAME_INCIDENT
    likeness = compare(DRILL, other)
    assert likeness is not None
    assert likeness.reasons == ["同一个地方", "同一个事项", "相隔 2 天"]


@pytest.mark.parametrize(
    "other",
    [
        replace(DRILL, names=frozenset({"文一路"}), pairs=pairs("夜里施工太吵")),  # another road
        replace(DRILL, district="330102", street="330102001"),
        replace(DRILL, item="JT-9", domain="交通运输"),
        replace(DRILL, at=NOON + LONGEST_APART + timedelta(days=1)),
        replace(DRILL, item="HJ-2", pairs=pairs("河水发黑发臭没人管")),  # only the place
        replace(DRILL, item=None, domain=None),
    ],
)
def test_what_is_elsewhere_or_else_is_not(other: Comparable) -> None:
    assert score(other) < SAME_INCIDENT


def test_near_pins_match_and_far_pins_do_not() -> None:
    here = replace(DRILL, names=frozenset(), pin=(30.2800, 120.1300))
    near, far = replace(here, pin=(30.2815, 120.1310)), replace(here, pin=(30.3200, 120.1300))
    for pin, place in ((near, Place.HERE), (far, Place.DISTRICT)):
        likeness = compare(here, pin)
        assert likeness is not None
        assert likeness.place is place


def test_description_without_place_still_matches() -> None:
    likeness = compare(DRILL, replace(DRILL, district=None, street=None, names=frozenset()))
    assert likeness is not None
    assert likeness.place is Place.UNKNOWN
    assert likeness.score >= SAME_APPEAL


@given(
    st.builds(
        Likeness,
        st.sampled_from(Place),
        st.sampled_from(Matter),
        st.integers(0, 30),
        st.floats(0, 1),
    )
)
def test_more_in_common_never_counts_for_less(one: Likeness) -> None:
    assert replace(one, matter=Matter.ITEM).score >= one.score
    assert replace(one, days=0).score >= one.score
    assert replace(one, words=1.0).score >= one.score
    assert replace(one, place=Place.HERE).score >= one.score
    assert 1 <= len(one.reasons) <= 4


@settings(max_examples=40)
@given(st.text(max_size=60), st.text(max_size=60))
def test_overlap_is_a_symmetric_share(one: str, other: str) -> None:
    share = overlap(pairs(one), pairs(other))
    assert 0.0 <= share <= 1.0
    assert share == overlap(pairs(other), pairs(one))


@pytest.mark.parametrize("nothing", ["", "。。。", "吵", "😀"])
def test_too_little_text_is_like_nothing(nothing: str) -> None:
    assert overlap(pairs(nothing), pairs("夜里施工太吵")) == 0.0
