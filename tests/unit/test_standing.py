import pytest

from dialogue.standing import tells_why


@pytest.mark.parametrize(
    "words",
    [
        "还是黑的，根本没人来过",
        "昨天晚上又吵到两点",
        "没修好",
        "照样漏水",
        "糊弄人的",
        "压根没来过",
    ],
)
def test_why_it_is_to_be_done_again(words: str) -> None:
    assert tells_why(words)


@pytest.mark.parametrize(
    "words",
    [
        "对",
        "重新办理",
        "不用了，还是算了",
        "文二路井盖丢了",
        "查进度",
        "是不是没人管吗？",
        "谢谢",
        "漏" * 130,
    ],
)
def test_a_yes_a_no_or_another_matter(words: str) -> None:
    assert not tells_why(words)
