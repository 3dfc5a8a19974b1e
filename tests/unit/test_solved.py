"""What a short answer to 解决了吗 says, and why something was rated low."""

import pytest

from backend.vocabulary.grades import LowReason, find_solved, reason_of


@pytest.mark.parametrize(
    ("words", "solved"),
    [
        ("解决了", True), ("解决了，谢谢", True), ("已经修好了", True), ("办好了", True),
        ("满意，解决了", True), ("没问题了", True), ("处理好了。", True),
        ("没解决", False), ("没有解决", False), ("还没弄好", False), ("没修好", False),
        ("解决了一半", False), ("还是老样子", False), ("解决不了", False), ("没完全解决", False),
        ("解决了吗", None), ("解决了没", None), ("满意", None), ("不满意", None), ("还行", None),
        ("楼下又开始施工了，上次说解决了的那件事", None), ("", None), ("好的", None),
    ],
)  # fmt: skip
def test_whether_it_was_solved(words: str, solved: bool | None) -> None:
    assert find_solved(words) is solved


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("问题没解决", LowReason.UNSOLVED),
        ("没给办", LowReason.UNSOLVED),
        ("灯还是不亮", LowReason.UNSOLVED),
        ("办得太慢", LowReason.SLOW),
        ("拖了一个月", LowReason.SLOW),
        ("态度不好", LowReason.ATTITUDE),
        ("电话里很凶", LowReason.ATTITUDE),
        ("态度还是不好", LowReason.ATTITUDE),
        ("没办法联系上", LowReason.OTHER),
        ("说不清楚", LowReason.OTHER),
        ("", LowReason.OTHER),
    ],
)
def test_why_it_was_rated_low(words: str, reason: LowReason) -> None:
    assert reason_of(words) is reason
