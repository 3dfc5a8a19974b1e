"""Clauses that say nothing about who must act are blanked, all others stay."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.language.text import normalise
from nlu.matters.background import blank_background
from tests.eval import routes

pytestmark = pytest.mark.model

# Written after the training clauses, in other words.
STORIES = (
    "热线都快被我打爆了，",
    "那个接线的姑娘记了一大篇，",
    "主任拍胸脯讲过下礼拜弄好，",
    "街道办的人上门看过一眼，",
    "纸质材料也递到区里去了，",
    "老伴陪我去眼科换药回来，",
    "昨晚陪客户吃完饭走回家，",
    "去车站接我大姐，",
    "财政局后墙那一溜，",
    "儿童医院北门口，",
    "农商行自助取款那边，",
    "我这人退休前是小学校长，",
    "我儿子在法院上班，",
    "本人今年七十三，",
)
TROUBLES = [
    line for line in routes.lines() if line["kinds"] not in ("inquiry", "praise", "suggestion")
]


def test_stories_change_hardly_any_unit_type() -> None:
    checked = [line for line in TROUBLES[::3] if _first_type(line["text"]) in _right(line)]
    wrong = [
        (story, line["text"])
        for story in STORIES
        for line in checked
        if _first_type(story + line["text"]) not in _right(line)
    ]
    assert len(checked) > 35
    assert len(wrong) <= len(checked) * len(STORIES) * 0.03, wrong


def _right(line: dict[str, str]) -> list[str]:
    return line["unit_types"].split("|")


def _first_type(text: str) -> str:
    return routes.matter(text).unit_types[0][0]


@pytest.mark.parametrize(
    "text",
    [
        "医院多收了两百",
        "物业不修水泵，墙上全是水",
        "谢谢学校老师，孩子打架她处理得公道",
        "法院不执行，判决书成了废纸",
        "你好",
    ],
)
def test_the_matter_stays(text: str) -> None:
    assert blank_background(normalise(text)) == text


@given(st.text(st.sampled_from("打了3次12345去医院回来，路灯坏了。我是教师 "), max_size=80))
def test_background_is_replaced_by_blanks_alone(text: str) -> None:
    blanked = blank_background(text)
    assert len(blanked) == len(text)
    assert all(new in (old, " ") for new, old in zip(blanked, text, strict=True))


def test_something_always_stays() -> None:
    assert blank_background("你好，我姓王，我是退休教师，打过电话").strip() != ""


@pytest.mark.parametrize("piece", ["你好，", "打电话", "，", "路"])
def test_a_long_text_takes_linear_time(piece: str) -> None:
    blank_background("你好，路灯坏了")  # loads the model
    start = time.process_time()
    blank_background((piece * 10_000)[:10_000])
    assert time.process_time() - start < 0.3
