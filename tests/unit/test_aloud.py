"""What is read aloud of what was written."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.speech.aloud import MOST_CHARACTERS, spoken_text


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("您的事登记好了。", "您的事登记好了。"),
        ("登记好了 😊", "登记好了。"),
        ("这样报，对吗？\n回 1 对\n回 2 不对，要改", "这样报，对吗？回1，对。回2，不对，要改。"),
        ("对的话回 1，重说回 2。", "对的话回1，重说回2。"),
        ("1. 带身份证\n2. 带发票", "第1，带身份证。第2，带发票。"),
        ("【HZ20261123000042】\n办好了", "尾号零零四二。办好了。"),
        ("尾号0042在办", "尾号零零四二在办。"),
        ("请打12345", "请打幺二三四五。"),
        ("打138 0000 0001", "打幺三八零零零零零零零幺。"),
        ("电话0571-87654321", "电话零五七幺八七六五四三二幺。"),
        ("15个工作日，交100.5元", "15个工作日，交100.5元。"),
        ("8:30—17:00，周一至周五", "8点30分到17点，周一至周五。"),
        ("请看 https://example.com/a?b=1，谢谢", "请看网址，谢谢。"),
        ("请看www.example.com谢谢", "请看网址谢谢。"),
        ("点“我要报”，再点《须知》", "点，我要报，再点，须知。"),
        ("1000:0", "1000，0。"),
        ("App", ""),
        ("😀\n……\n", ""),
        ("", ""),
        ("字" * (MOST_CHARACTERS + 1), ""),
        ("短。" + "长" * MOST_CHARACTERS + "。短。", "短。"),
    ],
)  # fmt: skip
def test_marks_links_and_numbers_are_read_naturally(text: str, spoken: str) -> None:
    assert spoken_text(text) == spoken


@given(st.text(alphabet="回路灯坏了 12:05—.HZ【】😀，。？\n", max_size=300))
def test_only_whole_sentences_that_fit_are_spoken(text: str) -> None:
    spoken = spoken_text(text)
    assert len(spoken) <= MOST_CHARACTERS
    assert not spoken or spoken[-1] in "。！？"
    assert not re.search(r"\d{5,}|[A-Z😀【】\n ]", spoken)
