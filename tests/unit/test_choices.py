import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.language.choices import choice_index


@pytest.mark.parametrize(
    ("reply", "number"),
    [
        ("1", 1),
        ("１", 1),
        ("①", 1),
        ("1️⃣", 1),
        (" 1。", 1),
        ("1、", 1),
        ("1.", 1),
        ("1号", 1),
        ("一", 1),
        ("幺", 1),
        ("第一个", 1),
        ("第 1 个", 1),
        ("选1", 1),
        ("我选一", 1),
        ("选择1", 1),
        ("回1", 1),
        ("二", 2),
        ("两", 2),
        ("第二", 2),
        ("二号。", 2),
        ("是第二个", 2),
        ("应该是2吧", 2),
        ("2呀", 2),
        ("就第二个嘛", 2),
        ("第三个吧", 3),
        ("三", 3),
    ],
)
def test_a_number_of_three(reply: str, number: int) -> None:
    assert choice_index(reply, 3) == number - 1


@pytest.mark.parametrize(
    "reply",
    ["4", "0", "九", "-1", "好的", "对", "12345", "12", "第一次", "一楼", "不是2", "1或2", "两个",
     "两个都有", "第一个和第二个", "西湖区", "都不是", "我想反映一件事", "", " ", "。", "第", "个"],
)  # fmt: skip
def test_no_number_of_three(reply: str) -> None:
    assert choice_index(reply, 3) is None


@given(st.integers(1, 9), st.integers(0, 9))
def test_every_number_up_to_the_count(number: int, count: int) -> None:
    assert choice_index(str(number), count) == (number - 1 if number <= count else None)


@given(st.text(), st.integers(0, 9))
def test_any_reply_is_read(reply: str, count: int) -> None:
    choice = choice_index(reply, count)
    assert choice is None or 0 <= choice < count
