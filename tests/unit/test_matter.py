from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.matter import classify, kind_of
from nlu.power_list import PowerList

REAL = PowerList.load(Path(__file__).parents[2] / "data" / "power_list.csv")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("路灯坏了", "help"),
        ("我家停水三天了", "help"),
        ("楼上装修太吵了", "complaint"),
        ("物业不退装修押金", "complaint"),
        ("公交司机态度恶劣", "complaint"),
        ("我要投诉", "complaint"),
        ("举报无证餐馆", "report"),
        ("有工厂半夜偷排污水", "report"),
        ("建议增加公交班次", "suggestion"),
        ("能不能在公园多装几个座椅", "suggestion"),
        ("公积金怎么提取", "inquiry"),
        ("请问社保卡丢了怎么补办", "inquiry"),
        ("表扬派出所民警帮我找到孩子", "praise"),
        ("感谢社区工作人员上门送药", "praise"),
        ("", "help"),
    ],
)
def test_kind(text: str, kind: str) -> None:
    assert kind_of(text)[0] == kind


def test_what_was_done_before_is_no_cue() -> None:
    assert "投诉" not in kind_of("已多次投诉，路灯还是坏了")[1]


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("老板拖欠工资", "劳动和社会保障"),
        ("学校乱收费", "教育文体"),
        ("工厂排放废水", "环境保护"),
        ("村干部贪污", "纪检监察"),
        ("低保怎么申请", "民政"),
        ("你好", None),
    ],
)
def test_domain(text: str, domain: str | None) -> None:
    assert classify(text, REAL).domain == domain


def test_an_unmatched_text_has_no_item() -> None:
    matter = classify("你好", REAL)
    assert (matter.power_item, matter.confidence, matter.unit_types) == (None, 0.0, ())


def test_unit_types_are_shares_best_first() -> None:
    scores = [score for _, score in classify("小区物业费乱涨价", REAL).unit_types]
    assert scores == sorted(scores, reverse=True)
    assert sum(scores) == pytest.approx(1, abs=0.01)


@given(st.text())
def test_any_text_has_a_kind(text: str) -> None:
    matter = classify(text, REAL)
    assert 0 <= matter.confidence <= 1
