import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.city.loaded import cutter, gazetteer
from nlu.messages.marks import OUTSIDE, Mark, features_of, labels_of, marks_in

NAMES = ("location", "time")


@st.composite
def marked_texts(draw: st.DrawFn) -> tuple[int, list[Mark]]:
    """A length, and marks in order that do not lie over one another."""
    marks, end = [], 0
    for _ in range(draw(st.integers(0, 5))):
        start = end + draw(st.integers(0, 3))
        end = start + draw(st.integers(1, 4))
        marks.append(Mark(draw(st.sampled_from(NAMES)), start, end))
    return end + draw(st.integers(0, 3)), marks


@given(marked_texts())
def test_marks_become_labels_and_marks_again(marked: tuple[int, list[Mark]]) -> None:
    length, marks = marked
    labels = labels_of(length, marks)
    assert len(labels) == length
    assert list(marks_in(labels)) == marks
    assert labels_of(length, marks_in(labels)) == labels


LABELS = [OUTSIDE, *(f"{place}-{name}" for place in "BIES" for name in NAMES)]


@given(st.lists(st.sampled_from(LABELS)))
def test_labelled_spans_stay_inside_and_apart(labels: list[str]) -> None:
    marks = list(marks_in(labels))
    edges = [edge for mark in marks for edge in (mark.start, mark.end)]
    assert edges == sorted(edges)
    assert all(0 <= mark.start < mark.end <= len(labels) for mark in marks)
    for mark in marks:
        inside = labels[mark.start : mark.end]
        assert {label.partition("-")[2] for label in inside} == {mark.label}
    covered = {i for mark in marks for i in range(mark.start, mark.end)}
    assert covered == {i for i, label in enumerate(labels) if label != OUTSIDE}


@pytest.mark.parametrize(
    ("labels", "marks"),
    [
        ("B-time I-time E-time O", [Mark("time", 0, 3)]),
        ("S-time S-time", [Mark("time", 0, 1), Mark("time", 1, 2)]),
        ("B-time E-time B-time E-time", [Mark("time", 0, 2), Mark("time", 2, 4)]),
        ("B-time I-time O", [Mark("time", 0, 2)]),  # it breaks off
        ("O I-time E-time", [Mark("time", 1, 3)]),  # it has no beginning
        ("B-time I-location", [Mark("time", 0, 1), Mark("location", 1, 2)]),
        ("B-time B-time", [Mark("time", 0, 1), Mark("time", 1, 2)]),
        ("B-time", [Mark("time", 0, 1)]),
        ("", []),
    ],
)
def test_marked_in(labels: str, marks: list[Mark]) -> None:
    assert list(marks_in(labels.split())) == marks


def features(text: str) -> list[set[str]]:
    return [set(row) for row in features_of(text, cutter(), gazetteer())]


def test_each_character_knows_what_it_is_part_of() -> None:
    rows = features("西湖区文三路昨天晚上")
    assert "district first" in rows[0]
    assert "district last" in rows[2]
    assert "road first" in rows[3]
    assert "clock first" in rows[6]
    assert "after clock first" in rows[5]
    assert "before district last" in rows[3]
    assert not {"district inside", "road inside"} & rows[6]


def test_one_thing_written_two_ways_looks_the_same() -> None:
    assert features("西湖區文三路１２號") == features("西湖区文三路12号")


@given(st.text(st.characters(exclude_categories=())))
def test_any_text_has_a_row_for_each_character(text: str) -> None:
    rows = features_of(text, cutter(), gazetteer())
    assert len(rows) == len(text)
    assert all(rows)
