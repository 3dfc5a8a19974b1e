import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.appeals.parts import read, shorten
from nlu.language.text import is_blank

CLAUSES = [
    "路灯坏了", "楼上天天漏水", "垃圾没人收", "我去找过物业", "他说下个礼拜来", "一直没有消息",
    "对面饭店的油烟", "我家在七楼", "住对门的那户养鸡", "请了律师也没用", "三年没换届了",
    "领导的车也停在那里", "他骂我神经病", "我妈八十了", "第二天又漏", "一共四千块", "在中山路上",
    "门口的狗不拴绳", "我们都是老人", "孩子要上学", "井盖没了", "希望早点修好", "东西都湿了",
    "那天我正好在家", "邻居也看见的", "收据我都留着", "保安叫我别管", "公交站没有座椅",
]  # fmt: skip
MARKS = ["，", "。", "！", "；", "，但是", "。另外", "。还有就是", " ", "？"]
LETTER = (
    "尊敬的领导您好，我是一名普通的退休工人，在这里住了三十多年，看着城市一天天变好，心里很高兴。"
    "去年春天小区旁边开了一家洗车店，洗车的污水直接排到路面上，冬天结冰，老人摔倒了好几个。"
    "我去社区问过，社区的同志很客气，说会去了解。后来又打过电话，也没有下文。"
    "我们都是普通老百姓，要求也不高。盼望领导能够重视，此致敬礼！"
)


def test_letter_summary_names_object_and_trouble() -> None:
    matter = read(LETTER).appeals[0].matter
    assert "污水" in matter
    assert "领导" not in matter
    assert "退休" not in matter
    assert len(matter) <= 70


@pytest.mark.parametrize("most", [10, 30, 70, 200])
def test_a_summary_has_room(most: int) -> None:
    assert 0 < len(shorten(LETTER * 4, most)) <= most


def test_a_summary_has_whole_clauses_in_their_order() -> None:
    short = shorten(LETTER)
    places = [LETTER.find(part) for part in short.split("，")]
    assert places == sorted(places)
    assert -1 not in places


def test_summary_states_repeated_content_once() -> None:
    assert shorten("路灯坏了，天黑看不见。" * 60).count("路灯坏了") == 1


def test_a_short_text_is_its_own_summary() -> None:
    assert shorten("你好，路灯坏了，谢谢") == "路灯坏了"


@given(
    st.lists(st.tuples(st.sampled_from(CLAUSES), st.sampled_from(MARKS)), min_size=1, max_size=9)
)
def test_no_clause_is_lost(clauses: list[tuple[str, str]]) -> None:
    message = "楼道灯坏了，" + "".join(clause + mark for clause, mark in clauses)
    reading = read(message)
    content = "".join(
        [reading.home or "", *(a.text + a.wish for a in reading.appeals), *reading.questions]
    )
    assert [clause for clause, _ in clauses if clause not in content] == []


@given(
    st.text(
        st.sampled_from("我你好喂路灯坏了吗，。！？ 1三幢住叫王在一是还有另外谢\n😡"), max_size=60
    )
)
def test_any_message_is_read(message: str) -> None:
    reading = read(message)
    for appeal in reading.appeals:
        assert appeal.text
        assert appeal.matter
        assert len(appeal.matter) <= 70
        assert not is_blank(appeal.text)


@pytest.mark.parametrize(
    "unit",
    [
        "我去物业问过他们说没有钱",
        "路灯坏了，垃圾没人收。",
        "没有没有",
        "我叫",
        "第一",
        "还有就是",
        "，，",
        "1",
        "你们都是",
        "从早上三点到",
    ],
)
def test_work_grows_with_the_text(unit: str) -> None:
    def seconds(length: int) -> float:
        text = (unit * length)[:length]
        start = time.process_time()
        read(text)
        shorten(text)
        return time.process_time() - start

    read("路灯坏了，滨江区长河街道")
    short = max(seconds(1000), 0.01)
    assert seconds(10_000) < 40 * short
