"""What Rasa answers is believed only where it has the shape and the intents of our model."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rasa.client import RasaUnavailable
from bot.turns.understanding import intents, read_parse
from dialogue.utterance import Parse
from tests.fakes.rasa import GARBAGE, meaning

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["intent", "name", "confidence", "entities", "entity", "start", "end"]),
            inner,
        )
    ),
    max_leaves=20,
)


def test_an_answer_of_our_model_is_read() -> None:
    answer = meaning("lodge_appeal", 0.9, places=((0, 6),))
    assert read_parse(answer) == Parse("lodge_appeal", 0.9, ((0, 6),))


def test_other_entities_are_passed_over() -> None:
    answer = meaning("chase_case") | {"entities": [{"entity": "case_no", "value": "HZ1"}]}
    assert read_parse(answer).places == ()


@pytest.mark.parametrize(
    "answer",
    [
        *GARBAGE,
        None,
        "affirm",
        meaning("of another model"),
        json.loads('{"intent": {"name": "affirm", "confidence": 1},'
                   ' "entities": [{"entity": "location", "start": 1e400, "end": 2}]}'),
        meaning("affirm") | {"entities": 5},
        meaning("affirm") | {"entities": [5]},
        {"intent": {"name": "affirm", "confidence": None}},
    ],
)  # fmt: skip
def test_any_other_is_of_no_use(answer: Any) -> None:
    with pytest.raises(RasaUnavailable):
        read_parse(answer)


@given(ANYTHING)
def test_whatever_comes_is_read_or_of_no_use(answer: Any) -> None:
    try:
        parse = read_parse(answer)
    except RasaUnavailable:
        return
    assert parse.intent in intents()
