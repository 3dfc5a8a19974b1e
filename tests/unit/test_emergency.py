import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.emergency import LONG_TEXT, detect


@pytest.mark.parametrize(
    ("text", "kind", "number"),
    [
        ("我家着火了！", "fire", "119"),
        ("厨房着火了怎么办", "fire", "119"),
        ("楼下电动车冒烟了", "fire", "119"),
        ("闻到一股煤气味", "gas", "119"),
        ("家里天然气泄漏了，怎么办", "gas", "119"),
        ("小孩掉进河里了", "drowning", "119"),
        ("有人拿刀砍人", "violence", "110"),
        ("老公正在打我", "violence", "110"),
        ("我不想活了", "self_harm", "110"),
        ("如果不解决我就去跳楼", "self_harm", "110"),
        ("隔壁房子塌了", "collapse", "119"),
        ("我被困在电梯里了", "lift", "119"),
        ("我爸突然晕倒了", "medical", "120"),
        ("孩子走丢了", "missing", "110"),
    ],
)
def test_danger_now(text: str, kind: str, number: str) -> None:
    found = detect(text)
    assert found is not None
    assert (found.kind, found.number) == (kind, number)
    assert all(word in text for word in found.words)


@pytest.mark.parametrize(
    "text",
    [
        "消防通道被占",
        "燃气费太贵了",
        "着火了怎么报备",
        "去年小区着火过一次",
        "没有着火",
        "如果着火了消防车进不来",
        "落水管坏了",
        "电梯经常困人，要求换电梯",
        "昨天有人在这里溺水",
        "充电桩怕着火",
        "工厂冒黑烟污染空气",
        "房子有倒塌危险",
        "他上个月把我打伤了",
        "防溺水宣传做得好",
        "我没有跳楼的意思",
        "打人的城管要处理",
        "救命钱被骗走了",
        "",
    ],
)
def test_no_danger_now(text: str) -> None:
    assert detect(text) is None


def test_a_long_letter_must_say_now() -> None:
    letter = "我来说说小区这几年的事情，" * (LONG_TEXT // 10)
    assert detect(letter + "后来车库着火了") is None
    assert detect(letter + "现在车库着火了") is not None


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    detect(text)
