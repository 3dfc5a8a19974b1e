import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.language.figures import arabic_digits, spelled_numbers


@pytest.mark.parametrize(
    ("spoken", "read"),
    [
        ("我的电话是幺三八一二三四五六七八", ["电话 1 3 8 1 2 3 4 5 6 7 8"]),
        ("打13812345678", ["电话 1 3 8 1 2 3 4 5 6 7 8"]),
        ("三幢二单元五零一室", ["3 幢", "2 单元", "5 0 1 室"]),
        ("文三路12号", ["1 2 号"]),
        ("欠我三千五百块钱", ["3 5 0 0 块钱"]),
        ("HZ20261123000042办得怎么样", ["编号 H Z 2 0 2 6 1 1 2 3 0 0 0 0 4 2"]),
        ("尾号零零四二", ["尾号 0 0 4 2"]),
        ("扣了我两万三千元", ["2 3 0 0 0 元"]),
        ("车牌是 88888", ["8 8 8 8 8"]),
        ("一块地砖坏了", []),
        ("修了3天还没好", []),
        ("文三路的路灯坏了", []),
        ("", []),
    ],
)  # fmt: skip
def test_numbers_are_spelled(spoken: str, read: list[str]) -> None:
    assert spelled_numbers(spoken) == read


@pytest.mark.parametrize(
    ("spoken", "figures"),
    [
        ("十", "10"), ("十二", "12"), ("二十", "20"), ("一百零五", "105"), ("三千五", "3500"),
        ("一百二", "120"), ("三万五", "35000"), ("十万", "100000"), ("两千零八", "2008"),
        ("五零一", "501"), ("501", "501"), ("万", "10000"), ("3.5", "3.5"),
    ],
)  # fmt: skip
def test_spoken_numbers_in_figures(spoken: str, figures: str) -> None:
    assert arabic_digits(spoken) == figures


@given(st.text(alphabet="零一二两三十百千万0123456789号楼元块室. 电话", max_size=20))
def test_whatever_is_said_is_spelled_or_left(text: str) -> None:
    for words in spelled_numbers(text):
        assert any(character.isdigit() for character in words)
