import pytest

from nlu.articles.follow_up import excerpt, is_follow_up

BODY = """住满半年就可以申领。
1. 先到派出所或流动人口服务站登记。
2. 带身份证，加上租房合同或劳动合同。
3. 首次办理不收工本费。
4. 材料齐的，一般15日内制发。
5. 老人、小孩可由家人代办。"""


@pytest.mark.parametrize(
    ("question", "lines"),
    [
        (
            "那要带什么材料",
            ["2. 带身份证，加上租房合同或劳动合同。", "4. 材料齐的，一般15日内制发。"],
        ),
        ("多久能办好", ["4. 材料齐的，一般15日内制发。"]),
        ("要多少钱啊", ["3. 首次办理不收工本费。"]),
        ("我儿子可以代办吗", ["5. 老人、小孩可由家人代办。"]),
        ("去哪里办", ["1. 先到派出所或流动人口服务站登记。"]),
        ("网上能办吗", []),
    ],
)
def test_a_detail_is_answered_with_its_lines(question: str, lines: list[str]) -> None:
    assert is_follow_up(question)
    assert excerpt(question, BODY).splitlines() == lines


@pytest.mark.parametrize(
    "question",
    [
        "社保卡补办要带什么材料",  # an object of its own: another article
        "谢谢",
        "楼上漏水没人管",
        "我想问一下我家老人八十岁了去年就交了钱要带什么材料去才能办",
    ],
)
def test_what_stands_for_itself_is_no_follow_up(question: str) -> None:
    assert not is_follow_up(question)
