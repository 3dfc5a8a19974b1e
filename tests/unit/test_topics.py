from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.articles.agreement import Agreement, objects_of
from nlu.articles.topics import aspects, from_words, objects

LISTED = from_words({"证": "通行证 入城证", "港澳": "港澳通行证 港澳", "老年": "老年卡 敬老卡"})


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("通行证怎么办", ["证"]),
        ("港澳通行证怎么办", ["港澳"]),  # the longest
        ("去港澳要不要通行证", ["港澳", "证"]),
        ("办一张老连卡", ["老年"]),  # misheard
        ("港奥", []),  # two characters sound like too much
        ("天气", []),
        ("", []),
    ],
)
def test_names(text: str, names: list[str]) -> None:
    assert LISTED.of(text) == names


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    assert set(objects().of(text)) <= set(objects().by_word.values())


def test_reading_grows_with_the_text() -> None:
    start = process_time()
    objects().of("港澳通行" * 2500)
    assert process_time() - start < 0.1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("老年卡怎么办", "敬老卡去哪里领"),
        ("驾照到期", "驾驶证过期"),
        ("身份正掉了", "二代证没了"),
        ("退休工资少了", "养老金呢"),
        ("市民卡丢了", "社保卡丢了"),
    ],
)
def test_a_thing_has_many_names(one: str, other: str) -> None:
    assert set(objects_of(one)) & set(objects_of(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("入城通行证怎么办", "港澳通行证怎么办"),
        ("老年大学报名", "老年卡怎么办"),
        ("加装电梯", "电梯困人"),
    ],
)
def test_things_that_share_a_word_are_not_one(one: str, other: str) -> None:
    assert not set(objects_of(one)) & set(objects_of(other))


def test_sides() -> None:
    assert aspects().of("护工招不招人") == ["招聘"]
    assert aspects().of("护照怎么办") == []


PASSPORT_AND_CARD = Agreement(
    [["护照怎么办", "护照多少钱"], ["身份证到期", "身份证丢了"]], ["带身份证。", "去派出所。"]
)


@pytest.mark.parametrize(
    ("question", "article", "met"),
    [
        ("护照", 0, 1.0),
        ("身份证", 0, 0.3),  # its body names it in passing
        ("护照", 1, 0.0),
        ("怎么办", 1, 1.0),  # it names nothing that could be missed
    ],
)
def test_things_met(question: str, article: int, met: float) -> None:
    assert PASSPORT_AND_CARD.object_overlap(question, article) == pytest.approx(met)


def test_a_side_is_told_or_not() -> None:
    about = Agreement([["健身卡转让"], ["健身卡退钱"]], ["", ""])
    assert about.covers_aspects("健身卡怎么转让", 0)
    assert not about.covers_aspects("健身卡怎么转让", 1)
    assert about.covers_aspects("健身卡怎么退", 1)
