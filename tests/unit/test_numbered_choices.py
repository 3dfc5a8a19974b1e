import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.messaging.numbered_choices import tells_numbers, with_numbers


def test_each_choice_has_its_number() -> None:
    assert with_numbers("对吗？", ["对", "不对"]) == "对吗？\n回 1 对\n回 2 不对"


@pytest.mark.parametrize(
    "text",
    ["对的话回 1，重说回 2，找人工回 3", "是哪一处？\n1. 上城区\n2. 西湖区\n3. 拱墅区\n回数字"],
)
def test_what_tells_its_numbers_is_left(text: str) -> None:
    assert with_numbers(text, ["一", "二", "三"]) == text


def test_number_inside_another_number_is_no_choice() -> None:
    assert not tells_numbers("请回 12345", 1)
    assert not tells_numbers("回 1", 2)


@given(st.text(max_size=30), st.lists(st.text(alphabet="对错好", min_size=1), max_size=9))
def test_numbers_are_told_once(text: str, titles: list[str]) -> None:
    once = with_numbers(text, titles)
    assert with_numbers(once, titles) == once
