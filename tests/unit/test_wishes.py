"""What residents want of the bot itself, and what only sounds like it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue.wishes import Wish, asks_who_we_are, is_an_elder, pieces, wish_of

EXAMPLES = {
    Wish.ELDER_MODE: "老人模式 适老 简单点 大字 我眼睛不好 请打开老人模式 字太小了 太复杂了 "
    "我今年七十五了 我都82岁了",
    Wish.USUAL_MODE: "普通模式 退出老人模式 关掉老人模式 换回普通模式 不要老人模式 正常模式",
    Wish.REPEAT: "再说一遍 没听清 没听清，你再说一遍 请再说一遍 重复一遍 你刚才说什么 再讲一次吧",
    Wish.SLOWER: "说慢点 慢点说 听不清 看不懂 没听懂 太快了 你能说慢一点吗 太长了 慢慢说",
    Wish.NEXT: "继续 继续说 接着说 下一句 还有呢",
    Wish.PERSON: (
        "人工 转人工 找人工 找人 我要找人 真人 帮我转人工 我要人工客服 找工作人员 "
        "想找人说说 找个人谈谈"
    ),
    Wish.PROFILE: "我的资料 个人资料 看看我的资料",
    Wish.NO_CARE: "取消照顾 不用照顾了",
    Wish.NO_CALL: "不用打电话 不用打电话了 别打电话",
}
NO_WISH = [
    "人工湖太脏了", "大字报没人清", "楼下太吵", "车开太快了容易撞人", "人", "简单说一下路灯坏了",
    "找人修一下路灯", "路太长了没有路灯", "眼睛", "医院人工费太贵", "", "继续教育怎么报名",
    "工作人员态度不好", "不用打疫苗吗", "我要投诉工作人员", "慢性病怎么报销",
]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "wish"),
    [(words, wish) for wish, examples in EXAMPLES.items() for words in examples.split()],
)
def test_a_wish_is_understood(words: str, wish: Wish) -> None:
    assert wish_of(words) is wish


@pytest.mark.parametrize("words", NO_WISH)
def test_what_only_sounds_like_a_wish(words: str) -> None:
    assert wish_of(words) is None


@pytest.mark.parametrize(
    ("words", "says_so"),
    [
        ("我眼睛不好，楼道灯又坏了，摔了一跤", True), ("我今年七十八岁了，走不动", True),
        ("我82岁，想问高龄津贴", True), ("楼道灯坏了", False), ("我妈眼睛不好", False),
        ("我今年三十岁", False), ("我今年七十五了眼睛不好 楼上天天跳", True),
    ],
)  # fmt: skip
def test_who_says_in_passing_that_they_are_old(words: str, *, says_so: bool) -> None:
    assert is_an_elder(words) == says_so


def test_pieces_are_short_and_lose_nothing() -> None:
    text = (
        "医保报销：先在医院结算，结不了的，带发票、病历、身份证到街道的窗口。好的。\n"
        "十五个工作日到账。"
    )
    parts = pieces(text)
    assert "".join(parts) == text.replace("\n", "")
    assert all(len(piece) <= 25 for piece in parts)
    assert len(parts) > 2


@given(st.text(alphabet="好的路灯坏了，、。！？\n 1“”", max_size=200))
def test_no_word_is_lost_in_pieces(text: str) -> None:
    words = [c for c in text if c not in "，、。！？\n “”"]
    assert [c for c in "".join(pieces(text)) if c not in "，、。！？\n “”"] == words


@pytest.mark.parametrize(
    ("words", "wish"),
    [
        ("字太小看不清", Wish.ELDER_MODE),
        ("眼睛不好字太小", Wish.ELDER_MODE),
        ("算了不用打了", Wish.NO_CALL),
        ("算了，不用给我打电话了", Wish.NO_CALL),
    ],
)
def test_wishes_may_follow_one_another(words: str, wish: Wish) -> None:
    assert wish_of(words) is wish


@pytest.mark.parametrize(
    "words", ["你们是机器人还是真人", "我想问一下你是不是机器人", "你是真人吗", "这是AI吗"]
)
def test_who_we_are_is_a_question(words: str) -> None:
    assert asks_who_we_are(words)


@pytest.mark.parametrize("words", ["转真人", "我要真人", "不要机器人", "扫地机器人坏了不给退"])
def test_wish_for_a_person_is_no_such_question(words: str) -> None:
    assert not asks_who_we_are(words)
