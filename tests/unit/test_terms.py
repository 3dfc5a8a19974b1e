from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.language.pinyin import sounds
from nlu.language.terms import FIRST_WORDS, LONGEST, position_weight, terms_of
from nlu.language.words import common


def counts(text: str) -> tuple[Counter[str], ...]:
    return terms_of(text, common().lcut)


def test_the_four_ways_of_looking() -> None:
    words, first, characters, syllables = counts("路灯坏了，路灯！")
    assert words == Counter({"路灯": 2, "坏": 1, "了": 1})
    assert first == words
    assert characters["路"] == characters["路灯"] == 2
    assert characters["^路灯"] == 2  # both clauses begin so
    assert (characters["坏了$"], characters["灯$"]) == (1, 1)
    assert "了路" not in characters  # nothing runs over a mark
    assert syllables[sounds("路灯")] == 2
    assert sounds("路") not in syllables


def test_a_misheard_word_shares_only_its_sound() -> None:
    _, _, characters, syllables = counts("蓬布")
    _, _, meant_characters, meant_syllables = counts("彭埠")
    assert syllables == meant_syllables
    assert not {"蓬", "布", "蓬布"} & set(meant_characters)
    assert not {"彭", "埠", "彭埠"} & set(characters)


def test_only_the_first_words_are_first() -> None:
    words, first, _, _ = counts("路灯" * FIRST_WORDS + "，" + "井盖不见了" * 2)
    assert sum(first.values()) <= FIRST_WORDS
    assert "井盖" in words


@pytest.mark.parametrize("text", ["", " ", "，。！？", "😀😀", "\u200b\x00"])
def test_nothing_said_has_no_terms(text: str) -> None:
    assert counts(text) == (Counter(), Counter(), Counter(), Counter())


@pytest.mark.parametrize(
    ("raw", "plain"),
    [("路燈壞了", "路灯坏了"), ("ＫＴＶ太吵", "ktv太吵"), ("嗯，路灯坏了", "，路灯坏了")],
)
def test_one_thing_written_two_ways(raw: str, plain: str) -> None:
    assert counts(raw) == counts(plain)


def test_a_long_letter_is_read_so_far() -> None:
    letter = "我反映小区物业的问题，" * LONGEST
    assert counts(letter + "着火了") == counts(letter)


def test_lead_falls_from_the_start() -> None:
    assert position_weight(0, 40, 3) == 4
    assert 1 < position_weight(200, 40, 3) < position_weight(40, 40, 3) < 4
    assert position_weight(10**6, 40, 3) == 1


@given(st.text())
def test_any_text_has_countable_terms(text: str) -> None:
    for terms in counts(text):
        assert all(term and count > 0 for term, count in terms.items())
