"""True if words announce another matter."""

import pytest

from nlu.appeals.another import announces_another


@pytest.mark.parametrize(
    "words",
    "还有个别的事|还有别的|还有别的事，路灯坏了|还有其他问题要反映|另外一桩|另外一桩，楼上漏水|还有一桩事|再报一个|再登记一个"
    "|我再反映一个，公交太少|还想投诉一个|还要报一件|还有一件事|还有个事，垃圾没人收|另外再说一个问题|还有一些别的情况"
    "|另一件事是停车|第二件，路灯坏了|顺便反映一下|还有，路灯坏了|还有几件事|换个话题，路灯坏了|换一件事，垃圾满了|对，再帮我报一个"
    .split("|"),
)  # fmt: skip
def test_another_matter_is_announced(words: str) -> None:
    assert announces_another(words)


@pytest.mark.parametrize(
    "words",
    "另外一边也堵|还有一件衣服没找到|还有三天就到期|还有别的小区也这样|还有别的办法吗|再等一个月|还有个别商家也乱停"
    "|再说一个月了|又有一个人摔了|另外一个人也看到了|还有一个小孩|没有别的了|还有一条狗|换一个灯泡|第二个路口|还有十分钟|另外一栋楼也漏"
    "|还有其他人也投诉过|路灯坏了|"
    .split("|"),
)  # fmt: skip
def test_more_of_the_same(words: str) -> None:
    assert not announces_another(words)
