import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.language.pinyin import sounds, syllable


@pytest.mark.parametrize(
    ("mistake", "word"),
    [
        ("蓬布", "彭埠"),
        ("着货了", "着火了"),  # huo, whatever its tone
        ("公鸡金", "公积金"),
        ("设保卡", "社保卡"),
        ("四区", "市区"),  # si and shi
        ("早到", "找到"),  # zao and zhao
        ("层里", "城里"),  # ceng and cheng
        ("蓝星桥", "南星桥"),  # lan and nan
        ("良家", "娘家"),  # liang and niang
        ("人家", "冷家"),  # ren and leng: r, l and n are one
        ("拼房", "平房"),  # pin and ping
        ("湖台", "府台"),  # hu and fu
        ("胡言", "福言"),
    ],
)
def test_what_sounds_alike(mistake: str, word: str) -> None:
    assert sounds(mistake) == sounds(word)


@pytest.mark.parametrize(
    ("one", "other"),
    [("彭埠", "笕桥"), ("路灯", "漏灯"), ("会议", "非议"), ("王家", "黄家"), ("花园", "发园")],
)
def test_what_does_not(one: str, other: str) -> None:
    assert sounds(one) != sounds(other)


@pytest.mark.parametrize(
    ("character", "expected"),
    [
        ("彭", "pen"),
        ("站", "zan"),
        ("女", "lv"),
        ("昏", "fun"),
        ("花", "hua"),
        ("A", ""),
        ("，", ""),
    ],
)
def test_syllable(character: str, expected: str) -> None:
    assert syllable(character) == expected


def test_positions_and_all_else_are_kept() -> None:
    sentence, place = sounds("我在蓬布B口，3号"), sounds("彭埠")
    assert sentence.index(place) == 2
    assert (sentence[4], sentence[5:7], sentence[7]) == ("B", sounds("口") + "，", "3")
    assert sounds("AB 12，。😀かな") == "AB 12，。😀かな"
    assert not set(place) & set("彭埠")


@given(st.text())
def test_one_mark_for_one_character(text: str) -> None:
    marks = sounds(text)
    assert len(marks) == len(text)
    others = [(a, b) for a, b in zip(text, marks, strict=True) if not "\u4e00" <= a <= "\u9fff"]
    assert all(a == b for a, b in others)
