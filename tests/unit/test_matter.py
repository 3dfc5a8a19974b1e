from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.turns.facts import appeal_kind
from nlu.city.loaded import power_list
from nlu.matters import past_cases
from nlu.matters.kinds import declared_kind, kind_by_cues
from nlu.matters.matter import Matter, classify
from nlu.matters.past_cases import PastCase
from nlu.trained import case_model
from nlu.vocabulary import Kind

pytestmark = pytest.mark.model


def matter_of(text: str) -> Matter:
    return classify(text, power_list(), case_model())


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
    ],
)
def test_kind_said(text: str, kind: str) -> None:
    by_cues, words = kind_by_cues(text)
    assert by_cues == kind == matter_of(text).kind
    assert words
    assert all(word in text for word in words)


@pytest.mark.parametrize("text", ["", "你好", "路灯三天没有修过", "西湖区文三路"])
def test_without_a_cue_similar_cases_give_the_kind(text: str) -> None:
    assert kind_by_cues(text) == (None, ())
    assert matter_of(text).kind in get_args(Kind)


def test_what_was_done_before_is_no_cue() -> None:
    assert "投诉" not in kind_by_cues("已多次投诉，路灯还是坏了")[1]


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("老板拖欠工资", "劳动和社会保障"),
        ("学校乱收费", "教育文体"),
        ("工厂排放废水", "环境保护"),
        ("村干部贪污", "纪检监察"),
        ("低保怎么申请", "民政"),
        ("请问小学入学要什么材料", "教育文体"),
        ("你好", None),
        ("谢谢", None),
        ("我要投诉", None),
        ("", None),
    ],
)
def test_domain(text: str, domain: str | None) -> None:
    assert matter_of(text).domain == domain


def test_unmatched_text_has_no_item_and_no_unit() -> None:
    matter = matter_of("你好")
    assert (matter.power_item, matter.runner_up, matter.matches) == (None, None, ())
    assert matter.confidence == 0
    assert matter.unit_types[0][1] < 0.1


@pytest.mark.parametrize("text", ["小区物业费乱涨价", "公积金怎么提取", "你好", ""])
def test_unit_types_are_shares_best_first(text: str) -> None:
    scores = [score for _, score in matter_of(text).unit_types]
    assert scores == sorted(scores, reverse=True)
    assert 0 < sum(scores) < 1.01  # the smallest are left out


def test_keywords_come_from_best_item_and_kind() -> None:
    matter = matter_of("路灯坏了三天")
    assert matter.power_item is not None
    assert matter.power_item.title == "路灯不亮"
    assert matter.power_item == matter.matches[0].item
    assert set(matter.words) >= {*matter.matches[0].words, "坏了"}


# Words that the power list does not have, so that only the past cases can know.
ONES = [PastCase(f"咕噜咕噜{n}回", "城乡建设", ("power",), "help") for n in range(9)]
OTHERS = [PastCase(f"阿巴阿巴{n}回", "政法", ("police",), "report") for n in range(9)]


def test_a_citys_own_past_cases_are_asked() -> None:
    matter = classify("又是咕噜咕噜", power_list(), past_cases.train([*ONES, *OTHERS]))
    assert (matter.domain, matter.kind) == ("城乡建设", "help")
    assert matter.unit_types[0][0] == "power"


@given(st.text())
def test_any_text_has_a_kind(text: str) -> None:
    matter = matter_of(text)
    assert 0 <= matter.confidence <= 1
    assert matter.kind in get_args(Kind)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("浙二医院急诊科的刘医生真好，我老伴疼得受不了，他一直守着", "praise"),
        ("感谢一下采荷派出所的民警，半夜帮我找回走丢的老妈，急死我了", "praise"),
        ("要送锦旗给社区，他们救了我老头子的命", "praise"),
        ("谢谢那天的公交司机，扶我下车还帮我拎菜", "praise"),
        ("物业的小伙子真负责，漏水半夜来修好了", "praise"),
        ("真要好好表扬你们，路修了三年还没修好，天天摔跤", "complaint"),
        ("表扬一下物业，收钱第一名，电梯坏了没人管", "complaint"),
        ("你们的师傅态度真好，修了三趟还是漏", "complaint"),
    ],
)
def test_praise_is_told_from_irony(text: str, kind: str) -> None:
    assert appeal_kind(text, text, matter_of(text).kind) == kind


@pytest.mark.parametrize(
    "wording",
    ["给你们提个意见，门口加个红绿灯", "向政府提点建议，多建几个厕所", "我提个想法", "想提条建议"],
)
def test_an_opinion_is_a_suggestion(wording: str) -> None:
    assert declared_kind(wording) == "suggestion"
