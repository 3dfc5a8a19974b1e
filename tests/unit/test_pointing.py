"""The noise one, that other one, and whoever asks not to be named: pure readings of words."""

import pytest

from dialogue.answers import answers_repeat
from dialogue.pointing import fits, is_explicit, pointed_at
from nlu.language.secrecy import wish, wish_alone

NOISE = "楼下夜里施工太吵\n西湖区文三路\n建筑施工噪声\n施工\n噪音\n半夜打桩"
LAMP = "路灯坏了三天\n文一路\n路灯照明\n路灯不亮"


@pytest.mark.parametrize(
    ("words", "noise", "lamp"),
    [
        ("噪音那个怎么样了", True, False),
        ("上次路灯那件办好了没有", False, True),
        ("催一下施工的那件事", True, False),
        ("文一路那个到哪一步了", False, True),
        ("吵那个", True, False),
        ("井盖那件呢", False, False),
        ("我的工单办得怎么样了", False, False),
        ("查一下进度", False, False),
        ("催一下，怎么还没好", False, False),
        ("HZ20261123000042 到哪了", False, False),
    ],
)
def test_what_is_pointed_at(words: str, noise: bool, lamp: bool) -> None:
    pointed = pointed_at(words)
    assert (fits(pointed, NOISE), fits(pointed, LAMP)) == (noise, lamp), pointed


@pytest.mark.parametrize(
    ("words", "explicit"),
    [
        ("噪音那个", True),
        ("上次路灯那件怎么样了", True),
        ("井盖那个事呢", True),
        ("那个工地昨晚又施工", False),
        ("这个月还能办完吗", False),
        ("查进度", False),
    ],
)
def test_that_one_of_several_is_meant(words: str, explicit: bool) -> None:
    assert is_explicit(words) is explicit


@pytest.mark.parametrize(
    ("words", "meaning"),
    [
        ("同一件", "same"),
        ("就是那件", "same"),
        ("补充到那件里", "same"),
        ("是另一件事", "other"),
        ("不是同一件", "other"),
        ("不是那个", "other"),
        ("新的事", "other"),
        ("对", None),
        ("地点不对", None),
        ("不是那个小区", None),
        ("是另一个地方", None),
        ("就是那条路", None),
        ("昨天晚上十点到今天早上五点一直在响，同一件", None),
        ("", None),
    ],
)
def test_the_same_or_another_matter(words: str, meaning: str | None) -> None:
    assert answers_repeat(words) == meaning


@pytest.mark.parametrize(
    ("words", "hidden"),
    [
        ("匿名", True),
        ("我要匿名举报", True),
        ("别告诉他们是我", True),
        ("千万别让物业知道是我说的", True),
        ("不要透露我的姓名", True),
        ("请替我保密", True),
        ("我怕打击报复", True),
        ("不要公开我的信息", True),
        ("不用匿名", False),
        ("取消匿名", False),
        ("我愿意实名", False),
        ("可以公开我的身份", False),
        ("有人写匿名信骂我", None),
        ("路灯坏了", None),
        ("别告诉他们路灯坏了", None),
        ("", None),
    ],
)
def test_who_wishes_not_to_be_named(words: str, hidden: bool | None) -> None:
    assert wish(words) is hidden


def test_passing_wish_is_not_a_separate_message() -> None:
    text = "二单元楼下的棋牌室每天吵到半夜两点，千万别让他们知道是我说的"
    assert wish(text) is True
    assert wish_alone(text) is None
    assert wish_alone("我要匿名举报城管收摊贩的烟") is None  # short, and a matter all the same


@pytest.mark.parametrize(
    "words", ["匿名", "我要匿名举报", "请别告诉他们是我说的，谢谢", "匿名行吗"]
)
def test_a_wish_by_itself(words: str) -> None:
    assert wish_alone(words) is True


@pytest.mark.parametrize(
    "words",
    [
        "不想留名字",
        "名字就不留了",
        "别写我的名字",
        "不方便透露姓名",
        "不要说是我举报的",
        "别把我说出去",
        "我不想让人知道是我报的",
        "不能让他们知道是谁投诉的",
        "千万别让楼下老板知道是我投诉的",
        "不要把我的信息给物业",
        "不要泄漏我的电话给店家",
        "能不能不署名",
        "我不想暴露",
        "就说是居民反映的，别提我",
        "我不想实名举报",
    ],
)
def test_a_wish_in_other_words_is_one(words: str) -> None:
    assert wish(words) is True


@pytest.mark.parametrize(
    "words",
    [
        "不想留电话",
        "他们不知道是谁干的",
        "没人告诉我是谁的",
        "不知道他叫什么名字",
        "不告诉我们什么时候来",
        "路牌上没写名字",
        "别人不知道我家漏水",
        "他们不让我说",
        "医院把我的名字写错了",
        "快递把我的电话泄露给别人",
        "公司不给我们交社保",
    ],
)
def test_what_sounds_like_a_wish_is_none(words: str) -> None:
    assert wish(words) is None
