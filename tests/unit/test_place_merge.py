"""One place out of two answers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.places.answers import merge


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        # A wider area goes before the exact place.
        ("和睦新村", "拱墅区和睦街道的呀", "拱墅区和睦街道和睦新村"),
        ("云栖蓝庭12幢", "西湖区", "西湖区云栖蓝庭12幢"),
        ("莫干山路那个酒吧", "拱墅区米市巷街道", "拱墅区米市巷街道莫干山路那个酒吧"),
        ("庆春路和建国北路路口", "上城区小营街道", "上城区小营街道庆春路和建国北路路口"),
        ("麦当劳门口", "西湖区文三路", "西湖区文三路麦当劳门口"),
        ("翡翠城", "余杭区五常大道", "余杭区五常大道翡翠城"),
        ("那个广场", "湖滨街道", "湖滨街道那个广场"),
        ("三墩镇", "西湖区三墩小学", "西湖区三墩镇三墩小学"),
        ("余杭区", "良渚街道", "余杭区良渚街道"),
        # What is said again changes nothing.
        ("西湖区文三路90号", "西湖区", "西湖区文三路90号"),
        ("西湖区", "西湖区文三路90号", "西湖区文三路90号"),
        # The same level with another name is replaced, and what lay in it.
        ("西湖区古荡街道云栖蓝庭", "拱墅区", "拱墅区云栖蓝庭"),
        ("富阳区银湖街道受降村", "春建乡大库村", "富阳区春建乡大库村"),
        ("余杭区良渚街道", "不是良渚街道，是瓶窑镇", "余杭区瓶窑镇"),
        ("西湖区文三路", "文二路", "西湖区文二路"),
        ("西湖区文三路翠苑一区门口", "西湖区古荡街道", "西湖区古荡街道文三路"),
        ("翠苑一区3幢", "翠苑二区", "翠苑二区"),
        # Numbers.
        ("景芳五区", "上城区的8幢", "上城区景芳五区8幢"),
        ("景芳五区8幢", "3单元", "景芳五区8幢3单元"),
        ("景芳五区8幢", "9幢", "景芳五区9幢"),
        ("拱墅区湖墅南路88号", "98号", "拱墅区湖墅南路98号"),
        # A firm's name is part of the place.
        ("钱塘区义蓬街道的一个服装厂", "义蓬街道，厂名叫锦绣服饰", "钱塘区义蓬街道锦绣服饰"),
        ("钱塘区义蓬街道", "公司名字叫锦绣服饰", "钱塘区义蓬街道锦绣服饰"),
        ("钱塘区义蓬街道的一个服装厂", "叫什么我不知道", "钱塘区义蓬街道的一个服装厂"),
        # Nothing to merge.
        ("", "西湖区文三路", "西湖区文三路"),
        ("西湖区文三路", "", "西湖区文三路"),
        ("西湖区文三路", "我不知道", "西湖区文三路"),
        ("西湖区文三路", "你烦不烦", "西湖区文三路"),
    ],
)
def test_merge(old: str, new: str, place: str) -> None:
    assert merge(old, new) == place


@pytest.mark.parametrize("exact", ["文三路90号", "和睦新村3幢", "翡翠城", "大石桥村文化礼堂旁边"])
@pytest.mark.parametrize("wider", ["西湖区", "余杭区的呀", "临平区", "在拱墅区嘛"])
def test_a_wider_answer_never_loses_the_exact_part(exact: str, wider: str) -> None:
    assert merge(exact, wider).endswith(exact)


_TEXTS = st.text(
    st.sampled_from("西湖区拱墅文三路和睦新村翡翠城8幢号的呀，叫厂名一个"), max_size=20
)


@given(_TEXTS, _TEXTS)
def test_nothing_is_made_up(old: str, new: str) -> None:
    assert set(merge(old, new)) <= set(old + new)
    assert merge(old, old) == old.strip() or merge(old, old)


@given(st.text(), st.text())
def test_any_two_texts_are_merged(old: str, new: str) -> None:
    merge(old, new)
