import pytest

from nlu.articles.follow_up import excerpt, is_follow_up, may_follow, phone_in

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


AGE = """很多地方对80岁以上的老人发高龄津贴，由户口所在地的社区办。
1. 带老人身份证、户口簿、银行卡。
2. 从几岁起、每月多少钱，各地每年可能不同，问社区或12345。
3. 走不动的，打电话请社区上门。"""


@pytest.mark.parametrize(
    ("question", "numbers"),
    [
        ("我妈86了能领多少", "2"),
        ("一个月几块钱", "2"),
        ("怎么申请", "1"),
        ("那我怎么弄啊", "1"),
        ("我在外地能办吗", "01"),
        ("我老家安徽的行吗", "01"),
        ("我85了能领吗", "02"),
        ("我爸走不动了怎么办", "3"),
        ("瘫在床上怎么办", "3"),
        ("打哪个电话", "23"),
        ("小孩也能领吗", ""),
        ("网上能办吗", ""),
        ("几点下班", ""),
        ("周六开门吗", ""),
        ("我儿子去领行不行", ""),
    ],
)
def test_aspects_and_people_find_their_lines(question: str, numbers: str) -> None:
    lines = AGE.splitlines()
    assert is_follow_up(question)
    result = excerpt(question, AGE).splitlines()
    assert [lines.index(line) for line in result] == [int(number) for number in numbers]


def test_objects_of_the_article_may_be_asked_about() -> None:
    assert may_follow("要带户口本吗", AGE)
    assert not may_follow("护照要多少钱", AGE)
    assert not may_follow("谢谢", AGE)


def test_phone_of_the_article_or_the_hotline() -> None:
    assert phone_in("打12333问") == "12333"
    assert phone_in("2025年起，一般15日内") == "12345"


@pytest.mark.parametrize(
    "question",
    [
        "社保卡补办要带什么材料",  # an object of its own: another article
        "谢谢",
        "居住证怎么办",
        "打官司要多少钱",
        "停水了什么时候来水",
        "路灯坏了找谁",
        "垃圾怎么分类",
        "小区停车费多少钱",
        "楼上漏水没人管",
    ],
)
def test_what_stands_for_itself_is_no_follow_up(question: str) -> None:
    assert not is_follow_up(question)
